//! Crews, the people in them, and their shifts.

mod rota;
mod shifts;

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, post},
    Json, Router,
};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgPool};

use crate::{auth::claims::Claims, error::ApiError, AppState};

pub fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route("/crews", get(list).post(create))
        .route("/crews/:crew_id", get(show).delete(remove))
        .route("/crews/:crew_id/members", post(add_member))
        .route("/crews/:crew_id/members/:member_id", delete(remove_member))
        .merge(shifts::routes())
}

#[derive(Debug, Serialize, FromRow)]
struct Crew {
    id: i64,
    name: String,
}

#[derive(Debug, Serialize, FromRow)]
struct Member {
    id: i64,
    name: String,
}

#[derive(Serialize)]
struct CrewWithMembers {
    #[serde(flatten)]
    crew: Crew,
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Named {
    fn checked(&self) -> Result<&str, ApiError> {
        match self.name.trim() {
            "" => Err(ApiError::Invalid("name is empty".to_string())),
            name => Ok(name),
        }
    }
}

/// The crew, if it is the user's. To everyone else it doesn't exist.
async fn owned(pool: &PgPool, claims: &Claims, crew_id: i64) -> Result<Crew, ApiError> {
    let crew = sqlx::query_as("SELECT id, name FROM crews WHERE id = $1 AND owner_id = $2")
        .bind(crew_id)
        .bind(claims.user_id)
        .fetch_optional(pool)
        .await?;
    crew.ok_or(ApiError::NotFound("crew"))
}

async fn list(
    State(state): State<Arc<AppState>>,
    claims: Claims,
) -> Result<Json<Vec<Crew>>, ApiError> {
    let crews = sqlx::query_as("SELECT id, name FROM crews WHERE owner_id = $1 ORDER BY name")
        .bind(claims.user_id)
        .fetch_all(&state.pool)
        .await?;
    Ok(Json(crews))
}

async fn create(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Json(input): Json<Named>,
) -> Result<(StatusCode, Json<Crew>), ApiError> {
    let crew =
        sqlx::query_as("INSERT INTO crews (owner_id, name) VALUES ($1, $2) RETURNING id, name")
            .bind(claims.user_id)
            .bind(input.checked()?)
            .fetch_one(&state.pool)
            .await?;
    Ok((StatusCode::CREATED, Json(crew)))
}

async fn show(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path(crew_id): Path<i64>,
) -> Result<Json<CrewWithMembers>, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    let members = sqlx::query_as("SELECT id, name FROM members WHERE crew_id = $1 ORDER BY name")
        .bind(crew_id)
        .fetch_all(&state.pool)
        .await?;
    Ok(Json(CrewWithMembers { crew, members }))
}

async fn remove(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path(crew_id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    sqlx::query("DELETE FROM crews WHERE id = $1")
        .bind(crew.id)
        .execute(&state.pool)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn add_member(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path(crew_id): Path<i64>,
    Json(input): Json<Named>,
) -> Result<(StatusCode, Json<Member>), ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    // Two people of one name would be one on the printed rota.
    let member = sqlx::query_as(
        "INSERT INTO members (crew_id, name) VALUES ($1, $2) \
         ON CONFLICT DO NOTHING RETURNING id, name",
    )
    .bind(crew.id)
    .bind(input.checked()?)
    .fetch_optional(&state.pool)
    .await?;
    match member {
        Some(member) => Ok((StatusCode::CREATED, Json(member))),
        None => Err(ApiError::Conflict("this name is taken".to_string())),
    }
}

async fn remove_member(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path((crew_id, member_id)): Path<(i64, i64)>,
) -> Result<StatusCode, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    let done = sqlx::query("DELETE FROM members WHERE id = $1 AND crew_id = $2")
        .bind(member_id)
        .bind(crew.id)
        .execute(&state.pool)
        .await?;
    match done.rows_affected() {
        0 => Err(ApiError::NotFound("member")),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
