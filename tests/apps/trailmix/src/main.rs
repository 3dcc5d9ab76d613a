mod auth;
mod billing;
mod config;
mod error;
mod schema;
mod users;
mod walks;

use std::sync::Arc;

use axum::{
    http::{header::CONTENT_TYPE, HeaderValue, Method},
    routing::{get, post},
    Router,
};
use diesel_async::{
    pooled_connection::{bb8, AsyncDieselConnectionManager},
    AsyncMigrationHarness, AsyncPgConnection,
};
use diesel_migrations::{embed_migrations, EmbeddedMigrations, MigrationHarness};
use tokio::net::TcpListener;
use tower_http::cors::CorsLayer;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

pub type Pool = bb8::Pool<AsyncPgConnection>;

#[derive(Clone)]
pub struct AppState {
    pub db: Pool,
    pub http: reqwest::Client,
    pub stripe: stripe::Client,
    pub config: Arc<Config>,
}

impl AppState {
    fn new(db: Pool, config: Config) -> anyhow::Result<Self> {
        let mut stripe = stripe::ClientBuilder::new(&config.stripe_secret_key);
        if let Some(base) = &config.stripe_api_base {
            stripe = stripe.url(base);
        }
        Ok(Self {
            db,
            http: reqwest::Client::new(),
            stripe: stripe.build()?,
            config: Arc::new(config),
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .init();
    let config = Config::from_env()?;
    let manager = AsyncDieselConnectionManager::new(&config.database_url);
    let db = Pool::builder().build(manager).await?;
    let mut harness = AsyncMigrationHarness::new(db.get_owned().await?);
    harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(anyhow::Error::from_boxed)?;
    drop(harness);

    let listener = TcpListener::bind(&config.listen).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router(AppState::new(db, config)?)?).await?;
    Ok(())
}

fn router(state: AppState) -> anyhow::Result<Router> {
    let front: HeaderValue = state.config.front_url.parse()?;
    let cors = CorsLayer::new()
        .allow_origin(front)
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE]);
    let api = Router::new()
        .route("/me", get(auth::me))
        .route("/walks", get(walks::list).post(walks::add))
        .route("/checkout", post(billing::checkout));
    Ok(Router::new()
        .route("/auth/login", get(auth::login))
        .route("/auth/callback", get(auth::callback))
        .route("/auth/logout", post(auth::logout))
        .nest("/api", api)
        .layer(cors)
        .with_state(state))
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{header, Request, StatusCode},
        response::Response,
    };
    use tower::ServiceExt;

    use super::*;

    const FRONT: &str = "https://trailmix.example";

    /// Without a database: whatever asks it waits in vain.
    async fn answer(request: axum::http::request::Builder) -> Response {
        let config = Config {
            database_url: "postgres://nobody@127.0.0.1:9/none".to_string(),
            listen: String::new(),
            public_url: "https://api.trailmix.example".to_string(),
            front_url: FRONT.to_string(),
            oauth_url: "https://id.example".to_string(),
            oauth_client_id: "trailmix".to_string(),
            oauth_client_secret: "of the tests".to_string(),
            stripe_secret_key: "key of the tests".to_string(),
            stripe_api_base: None,
            stripe_price: "price".to_string(),
        };
        let manager = AsyncDieselConnectionManager::new(&config.database_url);
        let state = AppState::new(Pool::builder().build_unchecked(manager), config).unwrap();
        let request = request.body(Body::empty()).unwrap();
        router(state).unwrap().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn strangers_are_told_to_sign_in() {
        for path in ["/api/me", "/api/walks"] {
            let reply = answer(Request::get(path)).await;
            assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        let reply = answer(Request::post("/api/checkout")).await;
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn our_pages_may_read_the_answers_and_others_may_not() {
        let reply = answer(Request::get("/api/me").header(header::ORIGIN, FRONT)).await;
        let allowed = &reply.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN];
        assert_eq!(allowed, FRONT);
        let reply = answer(Request::get("/api/me").header(header::ORIGIN, "https://a.example"));
        let reply = reply.await;
        assert_ne!(
            reply.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            "https://a.example"
        );
    }

    #[tokio::test]
    async fn a_callback_that_nobody_asked_for_is_refused() {
        let reply = answer(Request::get("/auth/login")).await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
        let place = reply.headers()[header::LOCATION].to_str().unwrap();
        assert!(
            place.starts_with("https://id.example/authorize?"),
            "{place}"
        );
        let forged = Request::get("/auth/callback?code=1&state=2")
            .header(header::COOKIE, "trailmix_state=3");
        assert_eq!(answer(forged).await.status(), StatusCode::BAD_REQUEST);
    }
}
