mod account;
mod pay;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use axum_extra::extract::cookie::Key;
use sqlx::PgPool;

#[derive(Clone, FromRef)]
struct AppState {
    pool: PgPool,
    key: Key,
    stripe: stripe::Client,
}

#[tokio::main]
async fn main() {
    dotenvy::dotenv().ok();
    let pool = PgPool::connect(&dotenvy::var("DATABASE_URL").unwrap()).await.unwrap();
    sqlx::migrate!().run(&pool).await.unwrap();
    let key = Key::from(dotenvy::var("COOKIE_KEY").unwrap().as_bytes());
    let stripe = stripe::Client::new(dotenvy::var("STRIPE_SECRET").unwrap());
    let state = AppState { pool, key, stripe };
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();
    axum::serve(listener, router(state)).await.unwrap();
}

fn router(state: AppState) -> Router {
    Router::new()
        .route("/", get(account::home))
        .route("/register", post(account::register))
        .route("/buy", post(pay::buy))
        .with_state(state)
}
