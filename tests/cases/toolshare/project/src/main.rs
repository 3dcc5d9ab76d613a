mod members;
mod receipt;
mod site;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use sqlx::PgPool;
use tera::Tera;

#[derive(Clone)]
pub struct Shed {
    pub db: PgPool,
    pub pages: Arc<Tera>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let db = PgPool::connect(&std::env::var("DATABASE_URL")?).await?;
    sqlx::migrate!().run(&db).await?;
    let pages = Arc::new(Tera::new("site/**/*.html")?);
    let app = Router::new()
        .route("/", get(site::home))
        .route("/how-it-works", get(site::how))
        .route("/receipt", get(receipt::receipt))
        .route("/api/members", post(members::join))
        .route("/api/members/me", get(members::me))
        .with_state(Shed { db, pages });
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
