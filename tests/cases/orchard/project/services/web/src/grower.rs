use axum::extract::{FromRequestParts, State};
use axum::http::{request::Parts, StatusCode};
use axum::Json;

use crate::AppState;

#[derive(Clone)]
pub struct Grower {
    pub id: i64,
    pub email: String,
    pub name: Option<String>,
}

impl FromRequestParts<AppState> for Grower {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {
        let id = parts.headers.get("x-grower").and_then(|id| id.to_str().ok()?.parse().ok());
        let id: i64 = id.ok_or(StatusCode::UNAUTHORIZED)?;
        let row: (String, Option<String>) = sqlx::query_as("SELECT email, name FROM users WHERE id = ?")
            .bind(id)
            .fetch_one(&state.pool)
            .await
            .map_err(|_| StatusCode::UNAUTHORIZED)?;
        Ok(Grower { id, email: row.0, name: row.1 })
    }
}

pub async fn register(State(state): State<AppState>, Json(email): Json<String>) -> Result<Json<i64>, StatusCode> {
    let grower = create(&state.pool, &email).await.map_err(|_| StatusCode::CONFLICT)?;
    Ok(Json(grower.id))
}

async fn create(pool: &sqlx::SqlitePool, email: &str) -> sqlx::Result<Grower> {
    let id: i64 = sqlx::query_scalar("INSERT INTO users (email) VALUES (?) RETURNING id")
        .bind(email)
        .fetch_one(pool)
        .await?;
    Ok(Grower { id, email: email.to_string(), name: None })
}

pub async fn me(grower: Grower) -> Json<(i64, String, Option<String>)> {
    Json((grower.id, grower.email, grower.name))
}
