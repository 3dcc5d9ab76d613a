//! What can go wrong in a handler, and what people see of it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("please log in")]
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
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Stripe(_) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status.is_server_error() {
            tracing::error!(error = ?self, "a request failed");
        }
        (status, self.to_string()).into_response()
    }
}
