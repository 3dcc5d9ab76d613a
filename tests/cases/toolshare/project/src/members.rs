use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::{StatusCode, header, request::Parts};
use serde::Deserialize;

use crate::Shed;

/// Whoever sent a token that is known.
pub struct Member {
    pub id: i64,
    pub email: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct Joining {
    email: String,
    name: String,
}

impl FromRequestParts<Shed> for Member {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, shed: &Shed) -> Result<Self, StatusCode> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        let found: Option<(i64, String, String)> =
            sqlx::query_as("SELECT id, email, name FROM members WHERE token = $1")
                .bind(token)
                .fetch_optional(&shed.db)
                .await
                .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let (id, email, name) = found.ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Member { id, email, name })
    }
}

pub async fn join(
    State(shed): State<Shed>,
    Json(joining): Json<Joining>,
) -> Result<Json<serde_json::Value>, StatusCode> {
    let (id,): (i64,) = sqlx::query_as("INSERT INTO members (email, name) VALUES ($1, $2) RETURNING id")
        .bind(&joining.email)
        .bind(&joining.name)
        .fetch_one(&shed.db)
        .await
        .map_err(|_| StatusCode::CONFLICT)?;
    Ok(Json(serde_json::json!({ "id": id })))
}

pub async fn me(member: Member) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "id": member.id, "email": member.email, "name": member.name }))
}
