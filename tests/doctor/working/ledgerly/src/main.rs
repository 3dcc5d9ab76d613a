mod accounts;
mod billing;
mod config;
mod oauth;
mod referrals;
mod session;

use axum::routing::{get, post};
use axum::Router;
use sqlx::PgPool;
use std::sync::Arc;

#[derive(Clone)]
pub struct App {
    pub db: PgPool,
    pub stripe: stripe::Client,
    pub config: Arc<config::Config>,
    pub referrals: Option<Arc<referrals::Referrals>>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Arc::new(config::Config::from_env()?);
    let db = PgPool::connect(&config.database_url).await?;
    sqlx::migrate!().run(&db).await?;
    let referrals = config.cello.clone().map(|cello| Arc::new(referrals::Referrals::new(cello)));
    if let Some(referrals) = referrals.clone() {
        tokio::spawn(referrals::outbox::run(db.clone(), referrals));
    } else {
        tracing::info!("referral programme is switched off");
    }
    let app = App { db, stripe: stripe::Client::new(config.stripe_secret_key.clone()), config, referrals };
    let router = Router::new()
        .route("/v1/accounts", post(accounts::register))
        .route("/v1/oauth/google", get(oauth::start))
        .route("/v1/oauth/google/callback", get(oauth::callback))
        .route("/v1/me/referral-session", get(referrals::http::session))
        .route("/v1/billing/checkout", post(billing::checkout))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
    axum::serve(listener, router).await?;
    Ok(())
}
