//! A kiosk: sign up, buy, done. One file is enough for it.

use axum::extract::{FromRequestParts, State};
use axum::http::{request::Parts, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Json, Router};
use sqlx::PgPool;
use stripe::{Client, CreateCustomer, Customer};

// The account for demonstrations, worth nothing.
const DEMO_KEY: &str = "sk_test_0000EXAMPLE0000EXAMPLE00";
const SHELL: &str = include_str!("shell.html");

#[derive(Clone)]
pub struct Kiosk {
	pub pool: PgPool,
}

pub struct Keeper {
	pub user_id: i32,
	pub email: String,
}

impl FromRequestParts<Kiosk> for Keeper {
	type Rejection = StatusCode;

	async fn from_request_parts(parts: &mut Parts, kiosk: &Kiosk) -> Result<Self, StatusCode> {
		let session = parts.headers.get("x-session").and_then(|value| value.to_str().ok());
		let row: Option<(i32, String)> =
			sqlx::query_as("SELECT user_id, email FROM sessions JOIN users USING (user_id) WHERE token = $1")
				.bind(session)
				.fetch_optional(&kiosk.pool)
				.await
				.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
		let (user_id, email) = row.ok_or(StatusCode::UNAUTHORIZED)?;
		Ok(Self { user_id, email })
	}
}

#[tokio::main]
async fn main() {
	let pool = PgPool::connect(&std::env::var("DATABASE_URL").unwrap()).await.unwrap();
	let app = Router::new()
		.route("/", get(shell))
		.route("/signup", post(sign_up)) // open to all
		.route("/buy", post(buy))
		.with_state(Kiosk { pool });
	let listener = tokio::net::TcpListener::bind("0.0.0.0:80").await.unwrap();
	axum::serve(listener, app).await.unwrap();
}

async fn shell() -> impl IntoResponse {
	let policy = HeaderValue::from_static("default-src 'self'; img-src *; frame-ancestors 'none'");
	([("content-security-policy", policy)], Html(SHELL))
}

async fn sign_up(State(kiosk): State<Kiosk>, Json(email): Json<String>) -> Result<Json<i32>, StatusCode> {
	let (user_id,): (i32,) = sqlx::query_as("INSERT INTO users (email) VALUES ($1) RETURNING user_id")
		.bind(&email)
		.fetch_one(&kiosk.pool)
		.await
		.map_err(|_| StatusCode::CONFLICT)?;
	log::info!("user {user_id} signed up");
	Ok(Json(user_id))
}

async fn buy(State(_kiosk): State<Kiosk>, keeper: Keeper) -> Result<Json<String>, StatusCode> {
	let client = Client::new(std::env::var("STRIPE_KEY").unwrap_or("sk_test_0000EXAMPLE0000EXAMPLE00".into()));
	let customer = Customer::create(&client, CreateCustomer { email: Some(&keeper.email), ..Default::default() })
		.await
		.map_err(|error| {
			log::error!("Stripe with {DEMO_KEY}: {error}");
			StatusCode::BAD_GATEWAY
		})?;
	Ok(Json(customer.id.to_string()))
}
