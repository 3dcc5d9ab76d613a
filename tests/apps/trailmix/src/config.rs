use std::env;

use anyhow::Context;

pub struct Config {
    pub database_url: String,
    pub listen: String,
    pub public_url: String,
    /// Where the pages are, which is another origin than this one.
    pub front_url: String,
    pub oauth_url: String,
    pub oauth_client_id: String,
    pub oauth_client_secret: String,
    pub stripe_secret_key: String,
    /// Somewhere else than at Stripe, in a trial.
    pub stripe_api_base: Option<String>,
    pub stripe_price: String,
}

impl Config {
    pub fn from_env() -> anyhow::Result<Self> {
        Ok(Self {
            database_url: required("DATABASE_URL")?,
            listen: env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:4300".to_string()),
            public_url: required("PUBLIC_URL")?,
            front_url: required("FRONT_URL")?,
            oauth_url: required("OAUTH_URL")?,
            oauth_client_id: required("OAUTH_CLIENT_ID")?,
            oauth_client_secret: required("OAUTH_CLIENT_SECRET")?,
            stripe_secret_key: required("STRIPE_SECRET_KEY")?,
            stripe_api_base: env::var("STRIPE_API_BASE").ok(),
            stripe_price: required("STRIPE_PRICE")?,
        })
    }
}

fn required(name: &str) -> anyhow::Result<String> {
    env::var(name).with_context(|| format!("{name} is not set"))
}
