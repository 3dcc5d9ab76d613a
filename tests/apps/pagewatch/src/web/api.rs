//! The JSON API, for scripts. Its users are known by key; see `ApiKey`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get},
    Json, Router,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    auth::ApiKey,
    watch::{self, AddError, Page},
    AppState,
};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/pages", get(list).post(add))
        .route("/pages/{id}", delete(remove))
}

#[derive(Serialize)]
struct PageView {
    id: i64,
    url: String,
    checked_at: Option<DateTime<Utc>>,
    changed_at: Option<DateTime<Utc>>,
    error: Option<String>,
}

impl From<Page> for PageView {
    fn from(page: Page) -> Self {
        Self {
            id: page.id,
            url: page.url,
            checked_at: page.checked_at,
            changed_at: page.changed_at,
            error: page.last_error,
        }
    }
}

#[derive(Deserialize)]
struct NewPage {
    url: String,
}

struct ApiError(StatusCode, String);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": self.1 });
        (self.0, Json(body)).into_response()
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "API request failed");
        ApiError(StatusCode::INTERNAL_SERVER_ERROR, "internal error".into())
    }
}

async fn list(
    State(state): State<AppState>,
    ApiKey(user): ApiKey,
) -> Result<Json<Vec<PageView>>, ApiError> {
    let pages = watch::list(&state.db, user.id).await?;
    Ok(Json(pages.into_iter().map(PageView::from).collect()))
}

async fn add(
    State(state): State<AppState>,
    ApiKey(user): ApiKey,
    Json(input): Json<NewPage>,
) -> Result<(StatusCode, Json<PageView>), ApiError> {
    match watch::add(&state.db, &user, &input.url).await {
        Ok(page) => Ok((StatusCode::CREATED, Json(page.into()))),
        Err(AddError::Database(error)) => Err(error.into()),
        Err(problem) => Err(ApiError(
            StatusCode::UNPROCESSABLE_ENTITY,
            problem.to_string(),
        )),
    }
}

async fn remove(
    State(state): State<AppState>,
    ApiKey(user): ApiKey,
    Path(id): Path<i64>,
) -> Result<StatusCode, ApiError> {
    if watch::remove(&state.db, user.id, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError(StatusCode::NOT_FOUND, "no such page".into()))
    }
}
