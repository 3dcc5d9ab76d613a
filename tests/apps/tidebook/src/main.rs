mod billing;
mod error;
mod handlers;
mod repository;
mod services;
mod session;

use std::{env, sync::Arc};

use anyhow::Context;
use sqlx::{sqlite::SqliteConnectOptions, SqlitePool};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::{
    billing::{live::StripeBilling, Billing},
    repository::{bookings::Bookings, members::Members},
    services::{
        accounts::AccountService, bookings::BookingService, memberships::MembershipService,
    },
};

#[derive(Clone)]
pub struct AppState {
    pub accounts: Arc<AccountService>,
    pub bookings: Arc<BookingService>,
    pub memberships: Arc<MembershipService>,
}

impl AppState {
    pub fn new(pool: SqlitePool, billing: Arc<dyn Billing>) -> Self {
        let members = Members::new(pool.clone());
        Self {
            accounts: Arc::new(AccountService::new(members.clone())),
            bookings: Arc::new(BookingService::new(Bookings::new(pool))),
            memberships: Arc::new(MembershipService::new(members, billing)),
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();
    let options: SqliteConnectOptions = setting("DATABASE_URL")?.parse()?;
    let pool = SqlitePool::connect_with(options.create_if_missing(true)).await?;
    sqlx::migrate!().run(&pool).await?;

    let billing = Arc::new(StripeBilling::from_env()?);
    let state = AppState::new(pool, billing);
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4200".to_string());
    let listener = TcpListener::bind(&address).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, handlers::router(state)).await?;
    Ok(())
}

pub fn setting(name: &str) -> anyhow::Result<String> {
    env::var(name).with_context(|| format!("{name} is not set"))
}
