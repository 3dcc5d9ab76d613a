//! Everything of the book club but its program.

pub mod joining;
pub mod member;
pub mod paying;
pub mod shelf;

use sqlx::PgPool;

#[derive(Clone)]
pub struct App {
    pub pool: PgPool,
    pub stripe: stripe::Client,
}

impl App {
    pub fn new(pool: PgPool, stripe_key: String) -> Self {
        Self { pool, stripe: stripe::Client::new(stripe_key) }
    }
}
