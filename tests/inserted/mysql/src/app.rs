//! State, users and identity of the host application, for both frameworks.

use actix_web::dev::Payload;
use actix_web::error::ErrorUnauthorized;
use actix_web::{FromRequest, HttpRequest};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use sqlx::MySqlPool;

#[derive(Clone)]
pub struct AppState {
    pub db: MySqlPool,
}

/// Whoever the header `x-user` names.
#[derive(Clone)]
pub struct CurrentUser {
    pub id: u64,
    pub email: String,
    pub name: Option<String>,
    pub is_guest: bool,
}

impl CurrentUser {
    fn of(id: Option<&str>) -> Option<Self> {
        Some(Self {
            id: id?.parse().ok()?,
            email: "ada@example.com".to_string(),
            name: Some("Ada Lovelace".to_string()),
            is_guest: false,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let id = parts.headers.get("x-user");
        Self::of(id.and_then(|id| id.to_str().ok())).ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl FromRequest for CurrentUser {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.headers().get("x-user");
        let user = Self::of(id.and_then(|id| id.to_str().ok()));
        std::future::ready(user.ok_or_else(|| ErrorUnauthorized("nobody")))
    }
}
