mod error;
mod forms;
mod gardeners;
mod seeds;
mod session;
mod shell;
mod support;

use std::env;

use axum::{
    http::{header, HeaderValue},
    routing::{get, post},
    Router,
};
use sqlx::{sqlite::SqliteConnectOptions, SqlitePool};
use tokio::net::TcpListener;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing_subscriber::EnvFilter;

use crate::support::Stripe;

const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self' https://checkout.stripe.com; frame-ancestors 'none'";

#[derive(Clone)]
pub struct AppState {
    pub db: SqlitePool,
    pub stripe: Stripe,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();
    let options: SqliteConnectOptions = env::var("DATABASE_URL")?.parse()?;
    let db = SqlitePool::connect_with(options.create_if_missing(true)).await?;
    sqlx::migrate!().run(&db).await?;
    let state = AppState {
        db,
        stripe: Stripe::from_env()?,
    };
    let listener = TcpListener::bind(env::var("LISTEN")?).await?;
    tracing::info!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router(state)).await?;
    Ok(())
}

fn router(state: AppState) -> Router {
    Router::new()
        .route("/", get(seeds::front))
        .route("/join", get(forms::join_form).post(forms::join))
        .route("/enter", get(forms::enter_form).post(forms::enter))
        .route("/leave", post(forms::leave))
        .route("/seeds", get(seeds::own).post(seeds::offer))
        .route("/support", post(support::checkout))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ))
        .with_state(state)
}
