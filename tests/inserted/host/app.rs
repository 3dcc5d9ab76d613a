//! State, users and identity of the host application.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use sqlx::{PgPool, SqlitePool};

use crate::version::{Next, Request};

#[derive(Clone)]
pub struct AppState {
    pub db: SqlitePool,
}

#[derive(Clone)]
pub struct PgState {
    pub db: PgPool,
}

/// Whoever the header `x-user` names.
#[derive(Clone)]
pub struct CurrentUser {
    pub id: i64,
    pub email: String,
    pub name: Option<String>,
    pub is_guest: bool,
}

impl CurrentUser {
    pub fn of(parts: &Parts) -> Result<Self, StatusCode> {
        let id = parts.headers.get("x-user").and_then(|id| id.to_str().ok());
        let id = id.and_then(|id| id.parse().ok());
        Ok(Self {
            id: id.ok_or(StatusCode::UNAUTHORIZED)?,
            email: "ada@example.com".to_string(),
            name: Some("Ada Lovelace".to_string()),
            is_guest: parts.headers.contains_key("x-guest"),
        })
    }
}

#[allow(clippy::manual_async_fn)]
impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = StatusCode;

    // Boxed by hand in axum 0.7, as its macro does it.
    crate::from_request_parts!(parts, Self::of(parts));
}

/// A middleware that puts that user into the request, or refuses.
pub async fn guard(request: Request, next: Next) -> Result<Response, StatusCode> {
    let (mut parts, body) = request.into_parts();
    let user = CurrentUser::of(&parts)?;
    parts.extensions.insert(user);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

// Names as short and as long as they come.

pub type Db = SqlitePool;

#[derive(Clone)]
pub struct S {
    pub d: Db,
}

#[derive(Clone)]
pub struct U {
    pub i: i64,
    pub e: String,
}

#[derive(Clone)]
pub struct LongNamedApplicationState {
    pub persistence: persistence::Persistence,
}

pub mod authentication {
    pub mod extractors {
        use super::super::{CurrentUser, FromRequestParts, Parts, StatusCode};

        pub struct AuthenticatedApplicationUserExtractor {
            pub user_id: i64,
        }

        impl<S: Send + Sync> FromRequestParts<S> for AuthenticatedApplicationUserExtractor {
            type Rejection = StatusCode;

            crate::from_request_parts!(
                parts,
                CurrentUser::of(parts).map(|user| Self { user_id: user.id })
            );
        }
    }
}

pub mod persistence {
    pub type LongNamedDatabasePool = sqlx::PgPool;

    #[derive(Clone)]
    pub struct Persistence {
        pub connection_pool: LongNamedDatabasePool,
    }

    pub mod repositories {
        pub struct User {
            pub id: i64,
            pub email_address: Option<String>,
            pub first_name: String,
            pub last_name: String,
        }

        pub async fn find_user_by_its_identifier(
            pool: &super::LongNamedDatabasePool,
            id: i64,
        ) -> sqlx::Result<Option<User>> {
            let row: Option<(i64,)> = sqlx::query_as("SELECT CAST($1 AS bigint)")
                .bind(id)
                .fetch_optional(pool)
                .await?;
            Ok(row.map(|(id,)| User {
                id,
                email_address: None,
                first_name: String::new(),
                last_name: String::new(),
            }))
        }
    }
}
