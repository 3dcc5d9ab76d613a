//! State, users and identity of the host application.

use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::ErrorUnauthorized;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use sqlx::{PgPool, SqlitePool};

#[derive(Clone)]
pub struct AppState {
    pub db: SqlitePool,
}

/// Whoever the header `x-user` names.
#[derive(Clone)]
pub struct CurrentUser {
    pub id: i64,
    pub email: String,
    pub name: Option<String>,
    pub is_guest: bool,
}

pub fn user_number(request: &HttpRequest) -> Option<i64> {
    let id = request.headers().get("x-user")?;
    id.to_str().ok()?.parse().ok()
}

impl CurrentUser {
    pub fn of(request: &HttpRequest) -> Result<Self, Error> {
        Ok(Self {
            id: user_number(request).ok_or_else(|| ErrorUnauthorized("nobody"))?,
            email: "ada@example.com".to_string(),
            name: Some("Ada Lovelace".to_string()),
            is_guest: request.headers().contains_key("x-guest"),
        })
    }
}

impl FromRequest for CurrentUser {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// A middleware that puts that user into the request, or refuses.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let user = CurrentUser::of(request.request())?;
    request.extensions_mut().insert(user);
    next.call(request).await
}

pub struct LongNamedApplicationState {
    pub persistence: persistence::Persistence,
}

pub mod persistence {
    pub type LongNamedDatabasePool = super::PgPool;

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
