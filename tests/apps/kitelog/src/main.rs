mod accounts;
mod api;
mod billing;
mod error;
mod pages;
mod session;

use std::{env, error::Error};

use axum::{
    http::{header, HeaderValue, Method},
    routing::{get, post},
    Router,
};
use sqlx::SqlitePool;
use tokio::net::TcpListener;
use tower_http::{cors::CorsLayer, set_header::SetResponseHeaderLayer};
use tracing_subscriber::EnvFilter;

use crate::billing::Stripe;

const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     object-src 'none'; frame-ancestors 'none'";

#[derive(Clone)]
pub struct AppState {
    pub db: SqlitePool,
    pub stripe: Stripe,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();
    let db = SqlitePool::connect(&env::var("DATABASE_URL")?).await?;
    sqlx::migrate!().run(&db).await?;
    let state = AppState {
        db,
        stripe: Stripe::from_env()?,
    };
    let app = app(state, env::var("WEB_ORIGIN")?.parse()?);
    let listener = TcpListener::bind(env::var("LISTEN")?).await?;
    tracing::info!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

fn app(state: AppState, web: HeaderValue) -> Router {
    // The app in web/ has an origin of its own.
    let cors = CorsLayer::new()
        .allow_origin(web)
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE]);
    Router::new()
        .route("/", get(pages::front))
        .route("/signup", get(pages::sign_up_form).post(pages::sign_up))
        .route("/login", get(pages::log_in_form).post(pages::log_in))
        .route("/logout", post(pages::log_out))
        .route("/flights", get(pages::flights))
        .route("/billing/checkout", post(billing::checkout))
        .route("/api/pilots", post(api::sign_up))
        .route(
            "/api/session",
            get(api::who).post(api::log_in).delete(api::log_out),
        )
        .layer(cors)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ))
        .with_state(state)
}
