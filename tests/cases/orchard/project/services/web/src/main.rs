mod grower;
mod shop;

use axum::routing::{get, post};
use axum::Router;
use sqlx::SqlitePool;

#[derive(Clone)]
pub struct AppState {
    pub pool: SqlitePool,
}

#[tokio::main]
async fn main() {
    let url = std::env::var("DATABASE_URL").unwrap_or("sqlite:orchard.db".into());
    let state = AppState { pool: SqlitePool::connect(&url).await.unwrap() };
    let public = Router::new().route("/grower", post(grower::register));
    let private = Router::new().route("/grower/me", get(grower::me)).route("/shop/crate", post(shop::order));
    let app = Router::new().nest("/api", public.merge(private)).with_state(state);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
