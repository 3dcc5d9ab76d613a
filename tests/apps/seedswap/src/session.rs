//! Who is signed in: a cookie with a token.

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    gardeners::Gardener,
    AppState,
};

const COOKIE: &str = "seedswap";

pub async fn start(db: &SqlitePool, jar: CookieJar, gardener: &Gardener) -> Result<CookieJar> {
    let token = Uuid::new_v4().to_string();
    sqlx::query("INSERT INTO sessions (token, gardener_id) VALUES (?, ?)")
        .bind(&token)
        .bind(gardener.id)
        .execute(db)
        .await?;
    let cookie = Cookie::build((COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax);
    Ok(jar.add(cookie))
}

pub async fn end(db: &SqlitePool, jar: CookieJar) -> Result<CookieJar> {
    if let Some(cookie) = jar.get(COOKIE) {
        sqlx::query("DELETE FROM sessions WHERE token = ?")
            .bind(cookie.value())
            .execute(db)
            .await?;
    }
    Ok(jar.remove(Cookie::build(COOKIE).path("/")))
}

/// Whoever is signed in; others are shown the door.
pub struct SignedIn(pub Gardener);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(COOKIE).ok_or(Error::SignedOut)?;
        let gardener = sqlx::query_as(
            "SELECT gardeners.* FROM sessions \
             JOIN gardeners ON gardeners.id = sessions.gardener_id WHERE token = ?",
        )
        .bind(cookie.value())
        .fetch_optional(&state.db)
        .await?;
        gardener.map(Self).ok_or(Error::SignedOut)
    }
}
