//! A function that makes a user for one kind of credentials only: who hands on another kind signs nobody up.

use super::{Case, Planned};
use crate::plan::Verdict;

const ENTER: &str = r#"use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use sqlx::SqlitePool;

use crate::users::{by_email, create, NewUser, User};
use crate::AppState;

pub enum Credentials {
    New(NewUser),
    Known(NewUser),
}

pub async fn enter(db: &SqlitePool, credentials: Credentials) -> sqlx::Result<Option<User>> {
    match credentials {
        Credentials::New(new) => {
            let user = create(db, &new).await?;
            Ok(Some(user))
        }
        Credentials::Known(known) => by_email(db, &known.email).await,
    }
}

pub async fn signup(State(state): State<AppState>, Json(new): Json<NewUser>) -> StatusCode {
    match enter(&state.db, Credentials::New(new)).await {
        Ok(Some(user)) => StatusCode::CREATED,
        _ => StatusCode::CONFLICT,
    }
}

pub async fn login(State(state): State<AppState>, Json(known): Json<NewUser>) -> StatusCode {
    match enter(&state.db, Credentials::Known(known)).await {
        Ok(Some(user)) => StatusCode::OK,
        _ => StatusCode::UNAUTHORIZED,
    }
}
"#;

/// The row is made where the arm is, so that the arm is the creation's.
fn in_the_arm() -> String {
    ENTER.replace(
        "create(db, &new).await?",
        "sqlx::query_as::<_, User>(\"INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING *\")\n                .bind(&new.email)\n                .bind(&new.password_hash)\n                .fetch_one(db)\n                .await?",
    )
}

fn planned(text: &str) -> Planned {
    Case::new()
        .any_format()
        .file("src/signup.rs", text)
        .replace(
            "src/main.rs",
            "        .with_state",
            "        .route(\"/login\", axum::routing::post(signup::login))\n        .with_state",
        )
        .plan()
}

fn is_decoy(planned: &Planned) -> bool {
    let (verdict, reason) = planned.verdict("signup:signup::login");
    assert_ne!(planned.verdict("signup:signup::signup").0, Verdict::NotApplicable);
    verdict == Verdict::NotApplicable && reason.contains("hands on `Credentials::Known`")
}

#[test]
fn who_hands_on_the_other_kind_signs_nobody_up() {
    assert!(is_decoy(&planned(&in_the_arm())));
    assert!(is_decoy(&planned(ENTER)), "the arm calls what makes the user");
    let lent = in_the_arm().replace("credentials: Credentials", "credentials: &Credentials");
    let lent = lent.replace("enter(&state.db, Credentials::", "enter(&state.db, &Credentials::");
    assert!(is_decoy(&planned(&lent)), "a reference to it is as good");
}

#[test]
fn where_the_arm_is_not_surely_missed_it_is_a_way_to_sign_up() {
    let plain = in_the_arm();
    for (from, to) in [
        ("Credentials::Known(known))", "kind(known))"),
        ("Credentials::New(new) =>", "Credentials::New(new) | Credentials::Known(new) =>"),
        ("Credentials::New(new) =>", "new =>"),
        ("    match credentials {", "    let credentials = other(credentials);\n    match credentials {"),
        ("credentials: Credentials", "mut credentials: Credentials"),
        ("    match credentials {", "    match other(credentials) {"),
        (
            "Credentials::Known(known)).await {",
            "Credentials::Known(known)).await.or(enter(&state.db, again()).await) {",
        ),
    ] {
        let text = plain.replacen(from, to, 1);
        assert_ne!(text, plain, "{from}");
        assert!(!is_decoy(&planned(&text)), "{to}");
    }
}
