//! Who is signed in: a cookie that names a session.

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::{error::Error, repository::members::Member, AppState};

const COOKIE: &str = "tidebook_session";

/// The signed-in member. Handlers that take it are closed to everybody else.
pub struct SignedIn(pub Member);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = token_of(&jar).ok_or(Error::SignedOut)?;
        let member = state.accounts.by_session(token).await?;
        member.map(Self).ok_or(Error::SignedOut)
    }
}

pub fn token_of(jar: &CookieJar) -> Option<&str> {
    jar.get(COOKIE).map(Cookie::value)
}

pub fn cookie(token: String) -> Cookie<'static> {
    Cookie::build((COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

pub fn no_cookie() -> Cookie<'static> {
    Cookie::build(COOKIE).path("/").removal().build()
}
