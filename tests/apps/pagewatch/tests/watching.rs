mod common;

use std::sync::{Arc, Mutex};

use axum::{extract::State, http::StatusCode, response::Html, routing::get, Router};
use common::{state, Browser};
use pagewatch::{
    accounts,
    watch::{self, worker},
    AppState,
};
use tokio::net::TcpListener;

#[tokio::test]
async fn adding_and_removing_pages() {
    let state = state().await;
    let mut ida = Browser::signed_up(&state, "ida").await;
    for path in ["a", "b", "c"] {
        let form = format!("url=https%3A%2F%2Fexample.org%2F{path}");
        let answer = ida.post("/pages", &form).await;
        assert_eq!(answer.location.as_deref(), Some("/dashboard"));
    }
    let again = ida
        .post("/pages", "url=https%3A%2F%2Fexample.org%2Fd")
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("Your plan allows 3 pages."));

    let user = accounts::find_by_email(&state.db, "ida@example.org").await;
    let pages = watch::list(&state.db, user.unwrap().unwrap().id)
        .await
        .unwrap();
    let delete = format!("/pages/{}/delete", pages[0].id);

    let mut ben = Browser::signed_up(&state, "ben").await;
    assert_eq!(ben.post(&delete, "").await.status, StatusCode::NOT_FOUND);
    let answer = ida.post(&delete, "").await;
    assert_eq!(answer.location.as_deref(), Some("/dashboard"));
    assert!(!ida.get("/dashboard").await.body.contains("example.org/a\""));
}

#[tokio::test]
async fn a_change_is_noticed_once() {
    let state = state().await;
    Browser::signed_up(&state, "ida").await;
    let (site, url) = site().await;
    // Straight into the table: the form refuses addresses like this one.
    sqlx::query("INSERT INTO pages (user_id, url) SELECT id, ? FROM users")
        .bind(&url)
        .execute(&state.db)
        .await
        .unwrap();

    // The first look has nothing to compare with.
    look(&state).await;
    assert!(summary(&state).await.starts_with("No change so far"));

    *site.lock().unwrap() = Some("<p class=new>Open  on Monday</p>");
    look(&state).await;
    assert!(summary(&state).await.starts_with("No change so far"));

    *site.lock().unwrap() = None;
    look(&state).await;
    assert!(summary(&state).await.starts_with("Can't be read"));

    *site.lock().unwrap() = Some("<p>Open on Tuesday</p>");
    look(&state).await;
    assert!(summary(&state).await.starts_with("Changed on"));

    assert_eq!(worker::check_due(&state).await.unwrap(), 0);
}

type Site = Arc<Mutex<Option<&'static str>>>;

/// A page whose text can be set; without any, it fails.
async fn site() -> (Site, String) {
    async fn show(State(site): State<Site>) -> Result<Html<&'static str>, StatusCode> {
        let text = *site.lock().unwrap();
        text.map(Html).ok_or(StatusCode::SERVICE_UNAVAILABLE)
    }
    let site = Site::new(Mutex::new(Some("<p>Open on Monday</p>")));
    let routes = Router::new().route("/", get(show)).with_state(site.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (site, url)
}

async fn look(state: &AppState) {
    sqlx::query("UPDATE pages SET checked_at = NULL")
        .execute(&state.db)
        .await
        .unwrap();
    assert_eq!(worker::check_due(state).await.unwrap(), 1);
}

async fn summary(state: &AppState) -> String {
    let page: watch::Page = sqlx::query_as("SELECT * FROM pages")
        .fetch_one(&state.db)
        .await
        .unwrap();
    page.summary()
}
