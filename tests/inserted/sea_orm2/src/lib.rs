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
mod variants;
#[path = "../../host/version.rs"]
pub mod version;

include!("../../host/sea_orm.rs");
