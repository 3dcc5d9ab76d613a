use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{Duration, Utc};
use uuid::Uuid;

use super::random_token;
use crate::{accounts::User, config::Config, db::Db};

const COOKIE: &str = "pagewatch_session";
const LIFETIME: Duration = Duration::days(30);

/// Signs the user in on this browser.
pub async fn start(
    db: &Db,
    config: &Config,
    jar: CookieJar,
    user_id: Uuid,
) -> sqlx::Result<CookieJar> {
    let now = Utc::now();
    // A log-in is rare enough to clean up after the others.
    sqlx::query("DELETE FROM sessions WHERE expires_at < ?")
        .bind(now)
        .execute(db)
        .await?;

    let token = random_token();
    sqlx::query("INSERT INTO sessions (token, user_id, expires_at) VALUES (?, ?, ?)")
        .bind(&token)
        .bind(user_id)
        .bind(now + LIFETIME)
        .execute(db)
        .await?;

    // Lax keeps other sites from posting our forms for the user, which is why these carry no CSRF token.
    let cookie = Cookie::build((COOKIE, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.secure_cookies())
        .permanent();
    Ok(jar.add(cookie))
}

pub async fn end(db: &Db, jar: CookieJar) -> sqlx::Result<CookieJar> {
    if let Some(cookie) = jar.get(COOKIE) {
        sqlx::query("DELETE FROM sessions WHERE token = ?")
            .bind(cookie.value())
            .execute(db)
            .await?;
    }
    Ok(jar.remove(Cookie::build(COOKIE).path("/")))
}

pub async fn user(db: &Db, jar: &CookieJar) -> sqlx::Result<Option<User>> {
    let Some(cookie) = jar.get(COOKIE) else {
        return Ok(None);
    };
    sqlx::query_as(
        "SELECT users.* FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.token = ? AND sessions.expires_at > ?",
    )
    .bind(cookie.value())
    .bind(Utc::now())
    .fetch_optional(db)
    .await
}
