use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, Redirect},
};
use serde::Deserialize;

use super::page;
use crate::{accounts::User, auth::CurrentUser, billing::service, error::AppError, AppState};

#[derive(Deserialize)]
pub struct Return {
    paid: Option<u8>,
}

#[derive(Template)]
#[template(path = "billing.html")]
struct Billing<'a> {
    viewer: Option<&'a User>,
    user: &'a User,
    just_paid: bool,
}

pub async fn show(
    CurrentUser(user): CurrentUser,
    Query(back): Query<Return>,
) -> Result<Html<String>, AppError> {
    page(&Billing {
        viewer: Some(&user),
        user: &user,
        just_paid: back.paid.is_some(),
    })
}

pub async fn checkout(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Redirect, AppError> {
    if user.is_pro() {
        // A second subscription would be charged next to the first.
        return Ok(Redirect::to("/billing"));
    }
    let url = service::start_checkout(&state.db, &state.stripe, &state.config, &user).await?;
    Ok(Redirect::to(&url))
}

pub async fn portal(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Redirect, AppError> {
    let url = service::portal_url(&state.stripe, &state.config, &user).await?;
    Ok(Redirect::to(url.as_deref().unwrap_or("/billing")))
}
