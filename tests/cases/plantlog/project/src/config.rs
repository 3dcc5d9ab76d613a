use std::env;

use anyhow::Context;

/// Settings, read once at start.
pub struct Config {
    pub listen: String,
    pub database_url: String,
    pub jwt_secret: String,
    pub stripe_secret_key: String,
    pub stripe_price: String,
}

impl Config {
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            listen: env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:7000".into()),
            database_url: env::var("DATABASE_URL").context("DATABASE_URL")?,
            jwt_secret: env::var("JWT_SECRET").context("JWT_SECRET")?,
            stripe_secret_key: env::var("STRIPE_SECRET_KEY").context("STRIPE_SECRET_KEY")?,
            stripe_price: env::var("STRIPE_PRICE").context("STRIPE_PRICE")?,
        })
    }
}
