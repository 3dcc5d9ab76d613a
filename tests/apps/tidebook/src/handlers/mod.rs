//! HTTP, and nothing else.

mod account;
mod bookings;
mod membership;

use axum::{
    response::Html,
    routing::{get, post},
    Router,
};

use crate::AppState;

pub fn router(state: AppState) -> Router {
    let api = Router::new()
        .route("/sign-up", post(account::sign_up))
        .route("/sign-in", post(account::sign_in))
        .route("/sign-out", post(account::sign_out))
        .route("/bookings", get(bookings::list).post(bookings::add))
        .route("/membership/checkout", post(membership::checkout));
    Router::new()
        .route("/", get(page))
        .nest("/api", api)
        .with_state(state)
}

async fn page() -> Html<&'static str> {
    Html(include_str!("../../static/index.html"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{
        body::{to_bytes, Body},
        http::{header, Request, StatusCode},
    };
    use serde_json::{json, Value};
    use sqlx::sqlite::SqlitePoolOptions;
    use tower::ServiceExt;

    use super::*;
    use crate::billing::mock::MockBilling;

    async fn app() -> (Router, Arc<MockBilling>) {
        // One connection, since each would have a database of its own.
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect("sqlite::memory:").await.unwrap();
        sqlx::migrate!().run(&pool).await.unwrap();
        let billing = Arc::new(MockBilling::default());
        let state = AppState::new(pool, billing.clone());
        (router(state), billing)
    }

    async fn post_json(
        app: &Router,
        path: &str,
        session: &str,
        body: Value,
    ) -> (StatusCode, String, Value) {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, session)
            .body(Body::from(body.to_string()));
        let reply = app.clone().oneshot(request.unwrap()).await.unwrap();
        let status = reply.status();
        let cookie = reply.headers().get(header::SET_COOKIE);
        let cookie = cookie.map_or("", |cookie| cookie.to_str().unwrap());
        let cookie = cookie.split(';').next().unwrap_or_default().to_string();
        let body = to_bytes(reply.into_body(), 1 << 16).await.unwrap();
        (
            status,
            cookie,
            serde_json::from_slice(&body).unwrap_or_default(),
        )
    }

    fn ada() -> Value {
        json!({ "email": "ada@club.example", "name": "Ada", "password": "a long password" })
    }

    #[tokio::test]
    async fn members_become_customers_once() {
        let (app, billing) = app().await;
        let (status, session, _) = post_json(&app, "/api/sign-up", "", ada()).await;
        assert_eq!(status, StatusCode::CREATED);
        for _ in 0..2 {
            let checkout = post_json(&app, "/api/membership/checkout", &session, json!({})).await;
            assert_eq!(checkout.2["url"], "https://pay.example/cus_1");
        }
        let customers = billing.customers.lock().unwrap();
        assert_eq!(*customers, ["Ada <ada@club.example>"]);
    }

    #[tokio::test]
    async fn two_bookings_are_free_and_boats_are_booked_once() {
        let (app, _) = app().await;
        let (_, session, _) = post_json(&app, "/api/sign-up", "", ada()).await;
        let book = |boat: &str| json!({ "boat": boat, "tide": "2026-05-01 high" });
        let expected = [
            ("Dory", StatusCode::CREATED),
            ("Dory", StatusCode::CONFLICT),
            ("Gull", StatusCode::CREATED),
            ("Tern", StatusCode::PAYMENT_REQUIRED),
        ];
        for (boat, expected) in expected {
            let (status, ..) = post_json(&app, "/api/bookings", &session, book(boat)).await;
            assert_eq!(status, expected, "{boat}");
        }
    }

    #[tokio::test]
    async fn strangers_get_no_further_than_the_page() {
        let (app, _) = app().await;
        for path in ["/api/bookings", "/api/membership/checkout"] {
            let book = json!({ "boat": "Dory", "tide": "2026-05-01 high" });
            let (status, ..) = post_json(&app, path, "tidebook_session=made-up", book).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
        let (status, ..) = post_json(&app, "/api/sign-in", "", ada()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = app.oneshot(Request::get("/").body(Body::empty()).unwrap());
        assert_eq!(page.await.unwrap().status(), StatusCode::OK);
    }
}
