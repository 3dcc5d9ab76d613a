mod common;

use axum::{extract::State, http::StatusCode, response::IntoResponse, Form};
use axum_extra::extract::CookieJar;
use common::{sign_up_form, state, Browser};
use pagewatch::{
    accounts,
    web::signup::{self, SignUp},
};

#[tokio::test]
async fn signing_up_leads_to_the_dashboard() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;

    let dashboard = browser.get("/dashboard").await;
    assert_eq!(dashboard.status, StatusCode::OK);
    assert!(dashboard.body.contains("ida"), "{}", dashboard.body);

    let user = accounts::find_by_email(&state.db, "IDA@example.org").await;
    let user = user.unwrap().expect("the address in any case");
    assert_eq!(user.plan, "free");
    assert!(user.password_hash.starts_with("$argon2"));
    assert!(!user.is_admin);
}

#[tokio::test]
async fn one_account_per_address() {
    let state = state().await;
    Browser::signed_up(&state, "ida").await;

    let mut other = Browser::new(&state);
    let again = sign_up_form("ida", "another horse").replace("ida%40", "Ida%40");
    let answer = other.post("/signup", &again).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("an account with this address"));
    assert!(answer.body.contains(r#"value="Ida@example.org""#));
    assert!(!answer.body.contains("another horse"));
    assert_eq!(accounts::list(&state.db).await.unwrap().len(), 1);
    assert_eq!(
        other.get("/dashboard").await.location.as_deref(),
        Some("/login")
    );
}

// The handler alone, for what a browser with its `required` and `minlength` doesn't send.
#[tokio::test]
async fn incomplete_forms_are_shown_again() {
    let state = state().await;
    let complete = || SignUp {
        name: "Ida".into(),
        email: "ida@example.org".into(),
        password: "correct horse".into(),
    };
    let forms = [
        SignUp {
            name: "  ".into(),
            ..complete()
        },
        SignUp {
            email: "ida".into(),
            ..complete()
        },
        SignUp {
            password: "short".into(),
            ..complete()
        },
    ];
    for form in forms {
        let what = format!("{form:?}");
        let response = signup::submit(State(state.clone()), CookieJar::new(), Form(form))
            .await
            .into_response();
        assert_eq!(
            response.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{what}"
        );
    }
    assert!(accounts::list(&state.db).await.unwrap().is_empty());
}

#[tokio::test]
async fn logging_in_and_out() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;

    assert_eq!(
        browser.post("/logout", "").await.location.as_deref(),
        Some("/")
    );
    assert_eq!(
        browser.get("/dashboard").await.location.as_deref(),
        Some("/login")
    );

    for wrong in [
        "email=ida%40example.org&password=wrong+horse",
        "email=eve%40example.org&password=correct+horse",
    ] {
        let answer = browser.post("/login", wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("belong together"));
    }

    let right = "email=Ida%40Example.org&password=correct+horse";
    let answer = browser.post("/login", right).await;
    assert_eq!(answer.location.as_deref(), Some("/dashboard"));
    assert_eq!(browser.get("/dashboard").await.status, StatusCode::OK);
    let form = browser.get("/login").await;
    assert_eq!(form.location.as_deref(), Some("/dashboard"));
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    browser.post("/logout", "").await;
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions")
        .fetch_one(&state.db)
        .await
        .unwrap();
    assert_eq!(sessions, 0);
}
