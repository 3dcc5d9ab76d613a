//! What can go wrong in a handler, and what people see of it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::shell::{page, Shell};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("please come in first")]
    SignedOut,
    #[error("{0}")]
    Input(&'static str),
    #[error("something went wrong on our side")]
    Password,
    #[error("something went wrong on our side")]
    Database(#[from] sqlx::Error),
    #[error("the payment provider does not answer as it should")]
    Stripe(#[from] reqwest::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match self {
            Self::SignedOut => return Redirect::to("/enter").into_response(),
            Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Password | Self::Database(_) | Self::Stripe(_) => {
                tracing::error!(error = ?self, "a request failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let said = view! { <Shell title="Sorry"><p>{self.to_string()}</p></Shell> };
        (status, page(said)).into_response()
    }
}
