use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    Form,
};
use serde::Deserialize;

use super::page;
use crate::{
    accounts::User,
    auth::CurrentUser,
    error::AppError,
    watch::{self, AddError, Page},
    AppState,
};

#[derive(Deserialize)]
pub struct NewPage {
    pub url: String,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard<'a> {
    viewer: Option<&'a User>,
    pages: &'a [Page],
    limit: i64,
    url: &'a str,
    problem: Option<String>,
}

pub async fn show(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Html<String>, AppError> {
    render(&state, &user, "", None).await
}

pub async fn add_page(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Form(input): Form<NewPage>,
) -> Result<Response, AppError> {
    match watch::add(&state.db, &user, &input.url).await {
        Ok(_) => Ok(Redirect::to("/dashboard").into_response()),
        Err(AddError::Database(error)) => Err(error.into()),
        Err(problem) => {
            let html = render(&state, &user, &input.url, Some(problem.to_string())).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

pub async fn remove_page(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<i64>,
) -> Result<Redirect, AppError> {
    if !watch::remove(&state.db, user.id, id).await? {
        return Err(AppError::NotFound);
    }
    Ok(Redirect::to("/dashboard"))
}

async fn render(
    state: &AppState,
    user: &User,
    url: &str,
    problem: Option<String>,
) -> Result<Html<String>, AppError> {
    page(&Dashboard {
        viewer: Some(user),
        pages: &watch::list(&state.db, user.id).await?,
        limit: user.page_limit(),
        url,
        problem,
    })
}
