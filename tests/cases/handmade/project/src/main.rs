mod learners;
mod referrals;

use axum::http::{header, HeaderValue};
use axum::routing::{get, post};
use axum::Router;
use sqlx::PgPool;

#[derive(Clone)]
pub struct Shared {
    pub db: PgPool,
    pub stripe: stripe::Client,
}

pub const POLICY: &str = "default-src 'self'; script-src 'self' https://*.cello.so; connect-src 'self' https://*.cello.so";

#[tokio::main]
async fn main() {
    let db = PgPool::connect(&std::env::var("DATABASE_URL").unwrap()).await.unwrap();
    let shared = Shared { db, stripe: stripe::Client::new(std::env::var("STRIPE_KEY").unwrap()) };
    let app = Router::new()
        .route("/", get(page))
        .route("/learners", post(learners::enrol))
        .route("/referrals/token", get(referrals::token))
        .with_state(shared);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:5000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn page() -> ([(header::HeaderName, HeaderValue); 2], &'static str) {
    let policy = HeaderValue::from_static(POLICY);
    let kind = HeaderValue::from_static("text/html");
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CONTENT_TYPE, kind)], include_str!("../templates/index.html"))
}
