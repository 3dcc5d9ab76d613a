//! What can go wrong in a handler, and what callers are told.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
    Json,
};
use serde_json::json;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub enum Error {
    SignedOut,
    Refused(&'static str),
    ThreeAreFree,
    /// What callers need not know.
    Inside(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Inside(error.into())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, text) = match &self {
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "please sign in"),
            Self::Refused(text) => (StatusCode::BAD_REQUEST, *text),
            Self::ThreeAreFree => (StatusCode::PAYMENT_REQUIRED, "three walks are free"),
            Self::Inside(error) => {
                tracing::error!("{error:?}");
                (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong")
            }
        };
        (status, Json(json!({ "error": text }))).into_response()
    }
}
