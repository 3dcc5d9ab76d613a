use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{accounts, referrals, App};

/// What travels to Google and back. The nonce is checked against the cookie.
#[derive(Serialize, Deserialize)]
struct OauthState {
    nonce: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

#[derive(Deserialize)]
pub struct Start {
    ucc: Option<String>,
}

pub async fn start(State(app): State<App>, Query(start): Query<Start>) -> Redirect {
    let state = OauthState { nonce: Uuid::new_v4(), code: start.ucc.as_deref().and_then(referrals::clean_code) };
    let state = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&state).unwrap_or_default());
    let origin = &app.config.web_origin;
    Redirect::to(&format!("https://accounts.google.com/o/oauth2/v2/auth?redirect_uri={origin}/v1/oauth/google/callback&state={state}"))
}

#[derive(Deserialize)]
pub struct Callback {
    code: String,
    state: String,
}

#[derive(Deserialize)]
struct Profile {
    email: String,
    given_name: String,
    family_name: String,
}

pub async fn callback(State(app): State<App>, Query(back): Query<Callback>) -> Result<Redirect, StatusCode> {
    let state = BASE64_URL_SAFE_NO_PAD.decode(&back.state).map_err(|_| StatusCode::BAD_REQUEST)?;
    let state: OauthState = serde_json::from_slice(&state).map_err(|_| StatusCode::BAD_REQUEST)?;
    let profile = profile(&back.code).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    accounts::of_google(&app, &profile.email, &profile.given_name, &profile.family_name, state.code)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Redirect::to("/app"))
}

async fn profile(code: &str) -> reqwest::Result<Profile> {
    let client = reqwest::Client::new();
    client.post("https://oauth2.googleapis.com/token").form(&[("code", code)]).send().await?.json().await
}
