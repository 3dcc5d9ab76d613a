use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts, StatusCode},
};
use chrono::Utc;
use uuid::Uuid;

use super::random_token;
use crate::{accounts::User, db::Db, AppState};

/// The owner of the key in `Authorization: Bearer pw_…`. Sessions don't count here, nor do keys on the pages.
pub struct ApiKey(pub User);

impl FromRequestParts<AppState> for ApiKey {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let key = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or((StatusCode::UNAUTHORIZED, "an API key is needed\n"))?;
        match owner(&state.db, key).await {
            Ok(Some(user)) => Ok(ApiKey(user)),
            Ok(None) => Err((StatusCode::UNAUTHORIZED, "this API key isn't valid\n")),
            Err(error) => {
                tracing::error!(%error, "looking up an API key");
                Err((StatusCode::INTERNAL_SERVER_ERROR, "internal error\n"))
            }
        }
    }
}

async fn owner(db: &Db, key: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as(
        "SELECT users.* FROM api_keys JOIN users ON users.id = api_keys.user_id WHERE api_keys.key = ?",
    )
    .bind(key)
    .fetch_optional(db)
    .await
}

/// Makes a key. It replaces the user's previous one.
pub async fn issue(db: &Db, user_id: Uuid) -> sqlx::Result<String> {
    let key = format!("pw_{}", random_token());
    sqlx::query(
        "INSERT INTO api_keys (user_id, key, created_at) VALUES (?, ?, ?) \
         ON CONFLICT (user_id) DO UPDATE SET key = excluded.key, created_at = excluded.created_at",
    )
    .bind(user_id)
    .bind(&key)
    .bind(Utc::now())
    .execute(db)
    .await?;
    Ok(key)
}
