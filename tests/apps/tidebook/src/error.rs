//! What can go wrong, and what callers are told of it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
    Json,
};
use serde_json::json;

use crate::billing::BillingError;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("please sign in")]
    SignedOut,
    #[error("{0}")]
    Input(&'static str),
    #[error("somebody else has that boat for this tide")]
    Taken,
    #[error("two bookings are free; more need a membership")]
    MembersOnly,
    #[error("payments can't be taken at the moment")]
    Billing(#[from] BillingError),
    #[error("something went wrong on our side")]
    Database(#[from] sqlx::Error),
    #[error("something went wrong on our side")]
    Password(argon2::password_hash::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Taken => StatusCode::CONFLICT,
            Self::MembersOnly => StatusCode::PAYMENT_REQUIRED,
            Self::Billing(_) => StatusCode::BAD_GATEWAY,
            Self::Database(_) | Self::Password(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status.is_server_error() {
            tracing::error!("{self:?}");
        }
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
