mod billing;
mod config;
mod people;
mod plants;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::Router;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use config::Config;

#[derive(Clone)]
pub struct Ctx {
    pub db: SqlitePool,
    pub config: Arc<Config>,
    pub http: reqwest::Client,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let db = SqlitePoolOptions::new().connect(&config.database_url).await?;
    sqlx::migrate!().run(&db).await?;
    let address = config.listen.clone();
    let ctx = Ctx { db, config: Arc::new(config), http: reqwest::Client::new() };

    let app = Router::new()
        .route("/health", get(|| async { "ok" }))
        .nest("/v1", api())
        .with_state(ctx);
    let listener = tokio::net::TcpListener::bind(&address).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn api() -> Router<Ctx> {
    Router::new()
        .route("/people", post(people::create))
        .route("/people/me", get(people::me))
        .route("/sessions", post(people::log_in))
        .route("/plants", get(plants::list).post(plants::add))
        .route("/plants/:id/water", post(plants::water))
        .route("/upgrade", post(billing::upgrade))
}
