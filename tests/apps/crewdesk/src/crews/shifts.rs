use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, put},
    Json, Router,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    owned,
    rota::{self, Shift},
};
use crate::{auth::claims::Claims, error::ApiError, AppState};

pub fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route("/crews/:crew_id/shifts", get(list).post(create))
        .route(
            "/crews/:crew_id/shifts/:shift_id",
            put(assign).delete(remove),
        )
}

#[derive(Deserialize)]
struct Window {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

#[derive(Deserialize)]
struct NewShift {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
struct Assignment {
    member_id: Option<i64>,
}

async fn list(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path(crew_id): Path<i64>,
    window: Option<Query<Window>>,
) -> Result<Json<Vec<Shift>>, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    let Query(window) =
        window.ok_or_else(|| ApiError::Invalid("from and to are times in UTC".to_string()))?;
    let shifts = sqlx::query_as(
        "SELECT * FROM shifts WHERE crew_id = $1 AND ends_at > $2 AND starts_at < $3 \
         ORDER BY starts_at, id",
    )
    .bind(crew.id)
    .bind(window.from)
    .bind(window.to)
    .fetch_all(&state.pool)
    .await?;
    Ok(Json(shifts))
}

async fn create(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path(crew_id): Path<i64>,
    Json(input): Json<NewShift>,
) -> Result<(StatusCode, Json<Shift>), ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    rota::check_length(input.starts_at, input.ends_at).map_err(ApiError::Invalid)?;
    let shift = sqlx::query_as(
        "INSERT INTO shifts (crew_id, starts_at, ends_at, note) VALUES ($1, $2, $3, $4) RETURNING *",
    )
    .bind(crew.id)
    .bind(input.starts_at)
    .bind(input.ends_at)
    .bind(input.note)
    .fetch_one(&state.pool)
    .await?;
    Ok((StatusCode::CREATED, Json(shift)))
}

/// Gives the shift to a member, or with `null` to nobody.
async fn assign(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path((crew_id, shift_id)): Path<(i64, i64)>,
    Json(input): Json<Assignment>,
) -> Result<Json<Shift>, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    let mut tx = state.pool.begin().await?;
    let shift: Option<Shift> =
        sqlx::query_as("SELECT * FROM shifts WHERE id = $1 AND crew_id = $2 FOR UPDATE")
            .bind(shift_id)
            .bind(crew.id)
            .fetch_optional(&mut *tx)
            .await?;
    let shift = shift.ok_or(ApiError::NotFound("shift"))?;

    if let Some(member_id) = input.member_id {
        // The lock makes two assignments to one person wait for each other.
        sqlx::query("SELECT 1 FROM members WHERE id = $1 AND crew_id = $2 FOR UPDATE")
            .bind(member_id)
            .bind(crew.id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(ApiError::NotFound("member"))?;
        let others: Vec<Shift> =
            sqlx::query_as("SELECT * FROM shifts WHERE member_id = $1 AND id <> $2")
                .bind(member_id)
                .bind(shift.id)
                .fetch_all(&mut *tx)
                .await?;
        if let Some(other) = rota::clash(&shift, &others) {
            return Err(ApiError::Conflict(format!(
                "too close to their shift on {}",
                other.starts_at.format("%-d %B, %H:%M UTC")
            )));
        }
    }

    let shift = sqlx::query_as("UPDATE shifts SET member_id = $1 WHERE id = $2 RETURNING *")
        .bind(input.member_id)
        .bind(shift.id)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Json(shift))
}

async fn remove(
    State(state): State<Arc<AppState>>,
    claims: Claims,
    Path((crew_id, shift_id)): Path<(i64, i64)>,
) -> Result<StatusCode, ApiError> {
    let crew = owned(&state.pool, &claims, crew_id).await?;
    let done = sqlx::query("DELETE FROM shifts WHERE id = $1 AND crew_id = $2")
        .bind(shift_id)
        .bind(crew.id)
        .execute(&state.pool)
        .await?;
    match done.rows_affected() {
        0 => Err(ApiError::NotFound("shift")),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
