// How the application is served, once for each variant under test. Each test uses some of it.
#[allow(dead_code)]
mod serve {
    use super::host;
    use axum::middleware::from_fn;
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use host::app::{AppState, PgState, guard};

    async fn serve(router: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(super::listen(listener, router));
        url
    }

    pub async fn sqlite(db: sqlx::SqlitePool) -> String {
        serve(host::sqlite::routes().with_state(AppState { db })).await
    }

    pub async fn postgres(db: sqlx::PgPool) -> String {
        serve(host::postgres::routes().with_state(PgState { db })).await
    }

    /// The script for all, the token and `/me` below the guard, under `/api`.
    pub async fn guarded() -> String {
        let db = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
        let members = Router::new()
            .route("/me", get(|| async { "me" }))
            .merge(host::guarded::token_routes())
            .route_layer(from_fn(guard));
        let router = Router::new()
            .nest("/api", members)
            .merge(host::guarded::routes())
            .with_state(AppState { db });
        serve(router).await
    }

    /// The token for pages of any site.
    pub async fn other_sites() -> String {
        let db = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
        serve(host::other_sites::routes().with_state(AppState { db })).await
    }

    /// A sign-up that answers with what the Customer would get.
    pub async fn at_signup() -> String {
        let sign_up = || async { Json(host::at_signup::customer_metadata(7)) };
        let router = Router::new().route("/signup", post(sign_up));
        serve(router.layer(from_fn(host::at_signup::remember_code))).await
    }
}
