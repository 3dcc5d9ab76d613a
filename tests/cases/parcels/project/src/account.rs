use askama::Template;
use axum::{
    Form,
    extract::{FromRef, FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{Html, Redirect},
};
use axum_extra::extract::{PrivateCookieJar, cookie::{Cookie, Key}};
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

use crate::AppState;

/// The account whose cookie came along.
pub struct Account {
    pub id: Uuid,
    pub email: String,
}

impl FromRequestParts<AppState> for Account {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let jar = PrivateCookieJar::from_headers(&parts.headers, Key::from_ref(state));
        let id = jar.get("account").and_then(|cookie| cookie.value().parse::<Uuid>().ok());
        let id = id.ok_or(StatusCode::UNAUTHORIZED)?;
        let email: Option<String> = sqlx::query_scalar("SELECT email FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(&state.pool)
            .await
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        email.map(|email| Account { id, email }).ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home;

pub async fn home() -> Html<String> {
    Html(Home.render().unwrap_or_default())
}

#[derive(Deserialize)]
pub struct Registration {
    email: String,
    password: String,
}

pub async fn register(
    State(pool): State<PgPool>,
    jar: PrivateCookieJar,
    Form(form): Form<Registration>,
) -> Result<(PrivateCookieJar, Redirect), StatusCode> {
    let id = Uuid::now_v7();
    let hash = password_auth::generate_hash(&form.password);
    sqlx::query!("INSERT INTO accounts (id, email, password) VALUES ($1, $2, $3)", id, form.email, hash)
        .execute(&pool)
        .await
        .map_err(|_| StatusCode::CONFLICT)?;
    tracing::info!(%id, "registered");
    let cookie = Cookie::build(("account", id.to_string())).path("/").http_only(true);
    Ok((jar.add(cookie), Redirect::to("/")))
}
