use axum::routing::{get, post};
use axum::Router;
use bookclub_core::{joining, paying, shelf, App};
use sqlx::PgPool;
use tower_sessions::{MemoryStore, SessionManagerLayer};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let pool = PgPool::connect(&std::env::var("DATABASE_URL")?).await?;
    let app = App::new(pool, std::env::var("STRIPE_KEY")?);
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    let router = Router::new()
        .route("/", get(shelf::home))
        .route("/join", get(joining::form).post(joining::submit))
        .route("/pay", post(paying::checkout))
        .layer(sessions)
        .with_state(app);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:4000").await?;
    axum::serve(listener, router).await?;
    Ok(())
}
