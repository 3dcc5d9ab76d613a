//! What can go wrong in a handler, and what people see of it.

use actix_web::{
    http::{header::LOCATION, StatusCode},
    HttpResponse, ResponseError,
};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("please sign in")]
    SignedOut,
    #[error("{0}")]
    Input(&'static str),
    #[error("there is no such page")]
    NotFound,
    #[error("one book is free; more need a subscription")]
    OneBookIsFree,
    #[error("the payment provider does not answer as it should")]
    Stripe(#[from] reqwest::Error),
    #[error("something went wrong on our side")]
    Database(#[from] sqlx::Error),
    #[error("something went wrong on our side")]
    Page(#[from] tera::Error),
    #[error("something went wrong on our side")]
    Password(argon2::password_hash::Error),
    #[error("something went wrong on our side")]
    Session(#[from] actix_session::SessionInsertError),
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::SEE_OTHER,
            Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::OneBookIsFree => StatusCode::PAYMENT_REQUIRED,
            Self::Stripe(_) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            log::error!("{self:?}");
        }
        let mut reply = HttpResponse::build(status);
        if matches!(self, Self::SignedOut) {
            reply.insert_header((LOCATION, "/account/sign-in"));
        }
        reply.body(self.to_string())
    }
}
