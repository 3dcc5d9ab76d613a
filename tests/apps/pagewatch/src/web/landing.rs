use askama::Template;
use axum::response::Html;

use super::page;
use crate::{accounts::User, auth::MaybeUser, error::AppError};

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    viewer: Option<&'a User>,
}

pub async fn show(MaybeUser(user): MaybeUser) -> Result<Html<String>, AppError> {
    page(&Landing {
        viewer: user.as_ref(),
    })
}
