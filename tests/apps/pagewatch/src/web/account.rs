use askama::Template;
use axum::{extract::State, response::Html};

use super::page;
use crate::{
    accounts::User,
    auth::{api_key, CurrentUser},
    error::AppError,
    AppState,
};

#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    viewer: Option<&'a User>,
    user: &'a User,
    new_key: Option<String>,
}

pub async fn show(CurrentUser(user): CurrentUser) -> Result<Html<String>, AppError> {
    page(&Account {
        viewer: Some(&user),
        user: &user,
        new_key: None,
    })
}

/// Answers with the page itself and no redirect: the key is shown this once.
pub async fn new_api_key(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Html<String>, AppError> {
    let key = api_key::issue(&state.db, user.id).await?;
    page(&Account {
        viewer: Some(&user),
        user: &user,
        new_key: Some(key),
    })
}
