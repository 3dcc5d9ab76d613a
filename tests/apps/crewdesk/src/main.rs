mod auth;
mod billing;
mod crews;
mod error;
mod users;

use std::{env, sync::Arc};

use anyhow::Context;
use axum::{extract::State, response::Html, routing::get, Router};
use sqlx::{postgres::PgPoolOptions, PgPool};
use tokio::net::TcpListener;

use crate::{auth::service::AccountService, error::ApiError};

pub struct AppState {
    pub pool: PgPool,
    pub accounts: AccountService,
}

impl AppState {
    fn new(pool: PgPool) -> Arc<Self> {
        Arc::new(Self {
            accounts: AccountService::new(pool.clone(), billing::client()),
            pool,
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    dotenvy::dotenv().ok();
    env_logger::init();
    for name in ["JWT_SECRET", "STRIPE_SECRET_KEY", "STRIPE_PRICE_CREW"] {
        // They are read where they are used, which is a bad moment to find out.
        env::var(name).with_context(|| format!("{name} is not set"))?;
    }

    let url = env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .connect(&url)
        .await
        .context("can't connect to the database")?;

    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_string());
    let listener = TcpListener::bind(&address)
        .await
        .with_context(|| format!("can't listen on {address}"))?;
    log::info!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router(AppState::new(pool))).await?;
    Ok(())
}

fn router(state: Arc<AppState>) -> Router {
    let api = Router::new()
        .nest("/auth", auth::routes())
        .merge(crews::routes())
        .merge(billing::routes())
        .fallback(|| async { ApiError::NotFound("endpoint") });

    Router::new()
        .route(
            "/",
            get(|| async { Html(include_str!("../static/index.html")) }),
        )
        .route("/health", get(health))
        .nest("/api", api)
        .with_state(state)
}

/// For the load balancer: a server without its database is no use.
async fn health(State(state): State<Arc<AppState>>) -> Result<&'static str, ApiError> {
    sqlx::query("SELECT 1").execute(&state.pool).await?;
    Ok("ok")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        body::{to_bytes, Body},
        http::{header, Method, Request, StatusCode},
    };
    use serde_json::{json, Value};
    use tower::ServiceExt;

    fn settings() {
        env::set_var("JWT_SECRET", "a secret for the tests");
        env::set_var("STRIPE_SECRET_KEY", "key of the tests");
    }

    /// Without a database: whatever gets as far as asking it fails with 500.
    fn app() -> Router {
        settings();
        let pool = PgPoolOptions::new()
            .acquire_timeout(std::time::Duration::from_millis(50))
            .connect_lazy("postgres://nobody@127.0.0.1:9/none")
            .unwrap();
        router(AppState::new(pool))
    }

    async fn call(
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = app().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 16).await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    #[tokio::test]
    async fn the_api_is_closed_to_strangers() {
        for (method, path) in [
            (Method::GET, "/api/auth/me"),
            (Method::GET, "/api/crews"),
            (Method::GET, "/api/crews/1/shifts"),
            (Method::DELETE, "/api/crews/1/shifts/2"),
            (Method::POST, "/api/billing/checkout"),
        ] {
            for token in [None, Some("not.a.token")] {
                let (status, body) = call(method.clone(), path, token, json!({})).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
                assert_eq!(body["error"], "please log in");
            }
        }
    }

    #[tokio::test]
    async fn a_valid_token_reaches_the_handler() {
        settings();
        let token = auth::claims::Claims::new(7).encode().unwrap();
        let (status, _) = call(Method::GET, "/api/auth/me", Some(&token), json!({})).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn registration_is_checked_before_anything_else() {
        for (input, problem) in [
            (
                json!({ "name": "", "email": "a@b.example", "password": "long enough" }),
                "name",
            ),
            (
                json!({ "name": "A", "email": "nobody", "password": "long enough" }),
                "email",
            ),
            (
                json!({ "name": "A", "email": "a@b.example", "password": "short" }),
                "password",
            ),
        ] {
            let (status, body) = call(Method::POST, "/api/auth/register", None, input).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                body["error"].as_str().unwrap().starts_with(problem),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn unknown_endpoints_answer_in_json() {
        let (status, body) = call(Method::GET, "/api/nothing", None, json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(body["error"], "endpoint not found");
    }

    #[tokio::test]
    async fn people_who_come_by_see_a_page() {
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = app().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html"));
    }
}
