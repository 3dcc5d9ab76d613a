// The inserted module where only a middleware knows the user: the script for all, the token below it.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use host::app::{AppState, guard};
use host::guarded as cello;
use serde_json::Value;

fn set(name: &str, value: &str) {
    #[allow(unused_unsafe)]
    unsafe {
        std::env::set_var(name, value);
    }
}

#[tokio::test]
async fn a_guard_brings_the_user() {
    for (name, value) in [
        ("CELLO_ENV", "sandbox"),
        ("CELLO_PRODUCT_ID", "product"),
        ("CELLO_PRODUCT_SECRET", "product secret"),
    ] {
        set(name, value);
    }
    let db = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
    let members = Router::new()
        .route("/me", get(|| async { "me" }))
        .merge(cello::token_routes())
        .route_layer(from_fn(guard));
    let router = Router::new()
        .nest("/api", members)
        .merge(cello::routes())
        .with_state(AppState { db });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = format!("http://{}/api/cello", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let http = reqwest::Client::new();
    let token = || http.get(format!("{app}/token"));

    let reply = token().header("x-user", "1").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), 200);
    let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    assert_eq!(body["enabled"], true, "{body}");
    assert_eq!(
        body["bootConfig"]["productUserDetails"]["email"],
        "ada@example.com"
    );

    // The guard's refusal, which the script takes as nobody.
    assert_eq!(token().send().await.unwrap().status().as_u16(), 401);

    let guest = token().header("x-user", "1").header("x-guest", "yes");
    let reply = guest.send().await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");

    let script = http.get(format!("{app}/client.js")).send().await.unwrap();
    assert_eq!(script.status().as_u16(), 200);
    assert!(script.text().await.unwrap().contains("token"));
}
