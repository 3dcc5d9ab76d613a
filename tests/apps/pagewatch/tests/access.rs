mod common;

use axum::{
    body::Body,
    http::{header, Request, StatusCode},
};
use common::{sign_up_form, state, Browser};

#[tokio::test]
async fn pages_of_users_need_a_user() {
    let state = state().await;
    let mut stranger = Browser::new(&state);
    for path in ["/dashboard", "/account", "/billing", "/admin"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.location.as_deref(), Some("/login"), "{path}");
    }
    for path in ["/", "/signup", "/login"] {
        assert_eq!(stranger.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let state = state().await;
    let mut stranger = Browser::new(&state);
    for path in ["/", "/dashboard", "/no/such/page", "/static/app.css"] {
        let csp = stranger.get(path).await.csp.expect(path);
        assert!(csp.starts_with("default-src 'self'"), "{csp}");
    }
}

#[tokio::test]
async fn unknown_paths_have_a_page() {
    let state = state().await;
    let answer = Browser::new(&state).get("/no/such/page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.body.contains("There is no such page here."));
}

#[tokio::test]
async fn only_admins_reach_the_admin_area() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    let new_user = sign_up_form("ben", "battery staple");
    assert_eq!(browser.get("/admin").await.status, StatusCode::FORBIDDEN);
    let answer = browser.post("/admin/users", &new_user).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    sqlx::query("UPDATE users SET is_admin = TRUE")
        .execute(&state.db)
        .await
        .unwrap();
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
    let answer = browser.post("/admin/users", &new_user).await;
    assert_eq!(answer.location.as_deref(), Some("/admin"));
    assert!(browser.get("/admin").await.body.contains("ben@example.org"));
    let answer = browser.post("/admin/users", &new_user).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn developers_have_a_side_door() {
    let state = state().await;
    for _ in 0..2 {
        let mut browser = Browser::new(&state);
        browser.get("/dev/login?email=dev@example.org").await;
        assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
    }
    assert_eq!(pagewatch::accounts::list(&state.db).await.unwrap().len(), 1);
}

#[tokio::test]
async fn programs_use_a_key_and_nothing_else() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    let session_only = browser.get("/api/v1/pages").await;
    assert_eq!(session_only.status, StatusCode::UNAUTHORIZED);

    let page = browser.post("/account/api-key", "").await.body;
    let start = page.find("pw_").expect("the key");
    let key = &page[start..start + 46];

    let mut program = Browser::new(&state);
    let request = Request::post("/api/v1/pages")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    let body = Body::from(r#"{ "url": "https://example.org/news" }"#);
    let added = program.send(request, body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);

    let request =
        Request::get("/api/v1/pages").header(header::AUTHORIZATION, format!("Bearer {key}"));
    let listed = program.send(request, Body::empty()).await;
    assert!(listed.body.contains("https://example.org/news"));

    browser.post("/account/api-key", "").await;
    let request =
        Request::get("/api/v1/pages").header(header::AUTHORIZATION, format!("Bearer {key}"));
    let revoked = program.send(request, Body::empty()).await;
    assert_eq!(revoked.status, StatusCode::UNAUTHORIZED);
}
