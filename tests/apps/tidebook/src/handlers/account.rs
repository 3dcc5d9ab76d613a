use axum::{extract::State, http::StatusCode, Json};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use crate::{
    error::Result,
    session::{cookie, no_cookie, token_of},
    AppState,
};

#[derive(Deserialize)]
pub struct SignUp {
    email: String,
    name: String,
    password: String,
}

#[derive(Deserialize)]
pub struct SignIn {
    email: String,
    password: String,
}

pub async fn sign_up(
    State(state): State<AppState>,
    jar: CookieJar,
    Json(body): Json<SignUp>,
) -> Result<(StatusCode, CookieJar)> {
    let accounts = &state.accounts;
    let member = accounts
        .register(&body.email, &body.name, &body.password)
        .await?;
    let token = accounts.open_session(&member).await?;
    Ok((StatusCode::CREATED, jar.add(cookie(token))))
}

pub async fn sign_in(
    State(state): State<AppState>,
    jar: CookieJar,
    Json(body): Json<SignIn>,
) -> Result<CookieJar> {
    let member = state.accounts.sign_in(&body.email, &body.password).await?;
    let token = state.accounts.open_session(&member).await?;
    Ok(jar.add(cookie(token)))
}

pub async fn sign_out(State(state): State<AppState>, jar: CookieJar) -> Result<CookieJar> {
    if let Some(token) = token_of(&jar) {
        state.accounts.close_session(token).await?;
    }
    Ok(jar.add(no_cookie()))
}
