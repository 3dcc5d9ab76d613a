//! Signing in with the OAuth provider. Who comes for the first time gets an account.

use axum::{
    extract::{Query, State},
    response::Redirect,
    Json,
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use reqwest::Url;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    users::{self, User},
    AppState,
};

pub const SESSION: &str = "trailmix_session";
/// Ties the provider's answer to the browser that asked.
const STATE: &str = "trailmix_state";

#[derive(Deserialize)]
pub struct Callback {
    code: String,
    state: String,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// What the provider tells of a person.
#[derive(Deserialize)]
pub struct Profile {
    pub sub: String,
    pub email: String,
    pub name: String,
}

pub async fn login(State(state): State<AppState>, jar: CookieJar) -> Result<(CookieJar, Redirect)> {
    let config = &state.config;
    let ticket = Uuid::new_v4().simple().to_string();
    let back = format!("{}/auth/callback", config.public_url);
    let to = Url::parse_with_params(
        &format!("{}/authorize", config.oauth_url),
        [
            ("response_type", "code"),
            ("client_id", &config.oauth_client_id),
            ("redirect_uri", &back),
            ("scope", "openid email profile"),
            ("state", &ticket),
        ],
    )?;
    Ok((jar.add(cookie(STATE, ticket)), Redirect::to(to.as_str())))
}

pub async fn callback(
    State(state): State<AppState>,
    jar: CookieJar,
    Query(query): Query<Callback>,
) -> Result<(CookieJar, Redirect)> {
    let ticket = jar.get(STATE).map(Cookie::value);
    if ticket != Some(query.state.as_str()) {
        return Err(Error::Refused("please sign in again"));
    }
    let profile = profile(&state, &query.code).await?;
    let mut conn = state.db.get().await?;
    let user = match users::by_subject(&mut conn, &profile.sub).await? {
        Some(user) => user,
        None => users::insert(&mut conn, &profile).await?,
    };
    let token = Uuid::new_v4().simple().to_string();
    users::open_session(&mut conn, &token, user.id).await?;
    tracing::debug!(user.id, "signed in");
    let jar = jar.remove(gone(STATE)).add(cookie(SESSION, token));
    Ok((jar, Redirect::to(&state.config.front_url)))
}

pub async fn logout(State(state): State<AppState>, jar: CookieJar) -> Result<CookieJar> {
    if let Some(session) = jar.get(SESSION) {
        let mut conn = state.db.get().await?;
        users::close_session(&mut conn, session.value()).await?;
    }
    Ok(jar.remove(gone(SESSION)))
}

pub async fn me(user: User) -> Json<User> {
    Json(user)
}

/// Asks the provider who it is that came back with this code.
async fn profile(state: &AppState, code: &str) -> Result<Profile> {
    let config = &state.config;
    let back = format!("{}/auth/callback", config.public_url);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &back),
        ("client_id", &config.oauth_client_id),
        ("client_secret", &config.oauth_client_secret),
    ];
    let token = state
        .http
        .post(format!("{}/token", config.oauth_url))
        .form(&form)
        .send()
        .await?;
    let token: Token = token.error_for_status()?.json().await?;
    let profile = state
        .http
        .get(format!("{}/userinfo", config.oauth_url))
        .bearer_auth(token.access_token)
        .send()
        .await?;
    Ok(profile.error_for_status()?.json().await?)
}

fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

fn gone(name: &'static str) -> Cookie<'static> {
    Cookie::build(name).path("/").build()
}
