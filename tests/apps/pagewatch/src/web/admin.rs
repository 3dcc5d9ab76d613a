use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    Form,
};
use serde::Deserialize;

use super::page;
use crate::{
    accounts::{self, RegisterError, User},
    auth::AdminUser,
    error::AppError,
    AppState,
};

#[derive(Deserialize)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage<'a> {
    admin: &'a User,
    users: &'a [User],
    problem: Option<String>,
}

pub async fn users(
    State(state): State<AppState>,
    AdminUser(admin): AdminUser,
) -> Result<Html<String>, AppError> {
    render(&state, &admin, None).await
}

/// For customers who pay by invoice: we make their account and hand them the password.
pub async fn create_user(
    State(state): State<AppState>,
    AdminUser(admin): AdminUser,
    Form(input): Form<NewUser>,
) -> Result<Response, AppError> {
    match accounts::register(&state.db, &input.name, &input.email, &input.password).await {
        Ok(user) => {
            tracing::info!(admin = %admin.id, user = %user.id, "account made by an admin");
            Ok(Redirect::to("/admin").into_response())
        }
        Err(RegisterError::Database(error)) => Err(error.into()),
        Err(RegisterError::Other(error)) => Err(error.into()),
        Err(problem) => {
            let html = render(&state, &admin, Some(problem.to_string())).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

async fn render(
    state: &AppState,
    admin: &User,
    problem: Option<String>,
) -> Result<Html<String>, AppError> {
    page(&UsersPage {
        admin,
        users: &accounts::list(&state.db).await?,
        problem,
    })
}
