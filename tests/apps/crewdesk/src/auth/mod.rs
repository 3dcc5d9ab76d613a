//! Accounts and tokens. Apps send the token as a bearer, the web client has it in a cookie.

pub mod claims;
pub mod service;

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
    Json, Router,
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::{Deserialize, Serialize};

use self::claims::{Claims, COOKIE};
use crate::{
    error::ApiError,
    users::{self, User},
    AppState,
};

pub fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route("/register", post(register))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/me", get(me))
}

#[derive(Debug, Deserialize)]
pub struct Register {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Debug, Deserialize)]
pub struct Login {
    pub email: String,
    pub password: String,
}

#[derive(Serialize)]
struct SignedIn {
    token: String,
    user: User,
}

async fn register(
    State(state): State<Arc<AppState>>,
    jar: CookieJar,
    Json(input): Json<Register>,
) -> Result<impl IntoResponse, ApiError> {
    let user = state.accounts.register(input).await?;
    let (jar, body) = signed_in(jar, user)?;
    Ok((StatusCode::CREATED, jar, body))
}

async fn login(
    State(state): State<Arc<AppState>>,
    jar: CookieJar,
    Json(input): Json<Login>,
) -> Result<impl IntoResponse, ApiError> {
    let user = state.accounts.authenticate(input).await?;
    signed_in(jar, user.ok_or(ApiError::Unauthorized)?)
}

/// Tokens can't be taken back, so this only makes the browser forget it.
async fn logout(jar: CookieJar) -> impl IntoResponse {
    (
        StatusCode::NO_CONTENT,
        jar.remove(Cookie::build(COOKIE).path("/")),
    )
}

async fn me(State(state): State<Arc<AppState>>, claims: Claims) -> Result<Json<User>, ApiError> {
    // A token outlives a deleted account.
    let user = users::find_by_id(&state.pool, claims.user_id).await?;
    Ok(Json(user.ok_or(ApiError::Unauthorized)?))
}

fn signed_in(jar: CookieJar, user: User) -> Result<(CookieJar, Json<SignedIn>), ApiError> {
    let token = Claims::new(user.id).encode()?;
    let cookie = Cookie::build((COOKIE, token.clone()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(true);
    Ok((jar.add(cookie), Json(SignedIn { token, user })))
}
