use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use uuid::Uuid;

use crate::App;

pub struct Session {
    pub account_id: Uuid,
}

#[axum::async_trait]
impl FromRequestParts<App> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get("sid").map(|cookie| cookie.value().to_string()).ok_or(StatusCode::UNAUTHORIZED)?;
        let account_id: Option<Uuid> = sqlx::query_scalar("SELECT account_id FROM sessions WHERE token = $1")
            .bind(token)
            .fetch_optional(&app.db)
            .await
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        account_id.map(|account_id| Self { account_id }).ok_or(StatusCode::UNAUTHORIZED)
    }
}
