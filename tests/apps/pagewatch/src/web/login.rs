use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    Form,
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::page;
use crate::{
    accounts::{self, User},
    auth::{session, MaybeUser},
    error::AppError,
    AppState,
};

#[derive(Deserialize)]
pub struct LogIn {
    pub email: String,
    pub password: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LogInPage<'a> {
    viewer: Option<&'a User>,
    email: &'a str,
    failed: bool,
}

pub async fn form(MaybeUser(user): MaybeUser) -> Result<Response, AppError> {
    if user.is_some() {
        return Ok(Redirect::to("/dashboard").into_response());
    }
    Ok(show("", false)?.into_response())
}

pub async fn submit(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(input): Form<LogIn>,
) -> Result<Response, AppError> {
    let Some(user) = accounts::authenticate(&state.db, &input.email, &input.password).await? else {
        return Ok((StatusCode::UNAUTHORIZED, show(&input.email, true)?).into_response());
    };
    let jar = session::start(&state.db, &state.config, jar, user.id).await?;
    Ok((jar, Redirect::to("/dashboard")).into_response())
}

pub async fn logout(
    State(state): State<AppState>,
    jar: CookieJar,
) -> Result<impl IntoResponse, AppError> {
    let jar = session::end(&state.db, jar).await?;
    Ok((jar, Redirect::to("/")))
}

fn show(email: &str, failed: bool) -> Result<Html<String>, AppError> {
    page(&LogInPage {
        viewer: None,
        email,
        failed,
    })
}
