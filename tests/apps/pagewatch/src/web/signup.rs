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
    accounts::{self, RegisterError, User},
    auth::{session, MaybeUser},
    error::AppError,
    mail, AppState,
};

#[derive(Debug, Default, Deserialize)]
pub struct SignUp {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Template)]
#[template(path = "signup.html")]
struct SignUpPage<'a> {
    viewer: Option<&'a User>,
    input: &'a SignUp,
    problem: Option<String>,
}

pub async fn form(MaybeUser(user): MaybeUser) -> Result<Response, AppError> {
    if user.is_some() {
        return Ok(Redirect::to("/dashboard").into_response());
    }
    Ok(show(&SignUp::default(), None)?.into_response())
}

pub async fn submit(
    State(state): State<AppState>,
    jar: CookieJar,
    Form(input): Form<SignUp>,
) -> Result<Response, AppError> {
    let user = match accounts::register(&state.db, &input.name, &input.email, &input.password).await
    {
        Ok(user) => user,
        Err(RegisterError::Database(error)) => return Err(error.into()),
        Err(RegisterError::Other(error)) => return Err(error.into()),
        Err(problem) => {
            let status = match problem {
                RegisterError::EmailTaken => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return Ok((status, show(&input, Some(problem.to_string()))?).into_response());
        }
    };
    let jar = session::start(&state.db, &state.config, jar, user.id).await?;
    mail::send_welcome(&state.config, &user).await;
    Ok((jar, Redirect::to("/dashboard")).into_response())
}

fn show(input: &SignUp, problem: Option<String>) -> Result<Html<String>, AppError> {
    page(&SignUpPage {
        viewer: None,
        input,
        problem,
    })
}
