use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::Json;

use crate::people::{internal, Person};
use crate::Ctx;

pub async fn list(State(ctx): State<Ctx>, person: Person) -> Result<Json<Vec<(i64, String)>>, StatusCode> {
    let rows = sqlx::query_as("SELECT id, name FROM plants WHERE person_id = ? ORDER BY name");
    Ok(Json(rows.bind(person.id).fetch_all(&ctx.db).await.map_err(internal)?))
}

pub async fn add(State(ctx): State<Ctx>, person: Person, name: String) -> Result<StatusCode, StatusCode> {
    let insert = sqlx::query("INSERT INTO plants (person_id, name) VALUES (?, ?)");
    insert.bind(person.id).bind(name.trim()).execute(&ctx.db).await.map_err(internal)?;
    Ok(StatusCode::CREATED)
}

pub async fn water(
    State(ctx): State<Ctx>,
    person: Person,
    Path(id): Path<i64>,
) -> Result<StatusCode, StatusCode> {
    let update = sqlx::query("UPDATE plants SET watered_at = datetime('now') WHERE id = ? AND person_id = ?");
    let result = update.bind(id).bind(person.id).execute(&ctx.db).await.map_err(internal)?;
    Ok(if result.rows_affected() == 0 { StatusCode::NOT_FOUND } else { StatusCode::NO_CONTENT })
}
