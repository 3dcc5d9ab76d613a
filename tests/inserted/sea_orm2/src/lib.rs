//! An application as small as can be, which keeps its users with `SeaORM` 2.

/// How an extractor's function is written with this axum.
#[macro_export]
macro_rules! from_request_parts {
    ($parts:ident, $result:expr) => {
        async fn from_request_parts($parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
            $result
        }
    };
}

#[path = "../../actix4/src/app.rs"]
pub mod actix_app;
#[path = "../../host/app.rs"]
pub mod app;
#[path = "../../host/migrations.rs"]
pub mod migrations;
#[path = "migrations/postgres/m20240301_000002_cello_signups.rs"]
mod on_postgres;
#[path = "migrations/sqlite/m20240301_000002_cello_signups.rs"]
mod on_sqlite;
mod variants;
#[path = "../../host/version.rs"]
pub mod version;

include!("../../host/sea_orm.rs");
