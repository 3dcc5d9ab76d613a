use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::accounts::User;

/// Anything that a visitor can't do something about, as an error page.
///
/// Mistakes in a form are no errors in this sense: their handlers show the form again.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("not found")]
    NotFound,
    #[error("not allowed")]
    Forbidden,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    #[error("stripe: {0}")]
    Stripe(#[from] stripe::StripeError),
    #[error("{0}")]
    Other(#[from] anyhow::Error),
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    viewer: Option<&'a User>,
    title: &'a str,
    message: &'a str,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, title, message) = match &self {
            AppError::NotFound => (
                StatusCode::NOT_FOUND,
                "Not found",
                "There is no such page here.",
            ),
            AppError::Forbidden => (
                StatusCode::FORBIDDEN,
                "Not allowed",
                "Your account can't open this page.",
            ),
            AppError::Stripe(_) => (
                StatusCode::BAD_GATEWAY,
                "Payment service unavailable",
                "We couldn't reach our payment provider. Nothing was charged; please try again in a minute.",
            ),
            AppError::Database(_) | AppError::Template(_) | AppError::Other(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "That was our fault. We have been told about it.",
            ),
        };
        if status.is_server_error() {
            tracing::error!(error = %self, "request failed");
        }
        // The error may have struck while looking up the viewer, so the page is that of a stranger.
        let page = ErrorPage {
            viewer: None,
            title,
            message,
        };
        match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, message).into_response(),
        }
    }
}
