use actix_web::http::StatusCode;
use actix_web::ResponseError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not signed in")]
    Unauthorized,
    #[error("database: {0}")]
    Db(#[from] sqlx::Error),
    #[error("stripe: {0}")]
    Stripe(#[from] reqwest::Error),
    #[error("page: {0}")]
    Page(#[from] askama::Error),
    #[error("session: {0}")]
    Session(#[from] actix_session::SessionInsertError),
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
