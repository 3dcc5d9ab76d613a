//! An application as small as can be, which keeps its users with diesel.

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
pub mod pools;
mod variants;
#[path = "../../host/version.rs"]
pub mod version;

pub use variants::a_hmac_stderr::cello as at_signup;
pub use variants::actix_alias::cello as actix_alias;
pub use variants::actix_async::cello as actix_async;
pub use variants::actix_r2d2::cello as actix_r2d2;
pub use variants::alias::cello as alias;
pub use variants::deadpool::cello as deadpool;
pub use variants::uncalled::cello as uncalled;

/// What an actix-web application does with a module for diesel.
pub fn serve(config: &mut actix_web::web::ServiceConfig) {
    actix_r2d2::routes(config);
    actix_r2d2::signed_up(pools::blocking(), 1);
}

/// What the story asks of the module, which is told with sqlx: here in a file, blocking.
pub mod sqlite {
    use std::collections::HashMap;

    use axum::Router;

    use crate::app::AppState;
    use crate::pools::{blocking, blocking_state};
    use crate::variants::b_sqlite_hmac_stderr::cello;

    pub fn routes() -> Router<AppState> {
        cello::routes().with_state(blocking_state())
    }

    pub async fn signed_up(_: &sqlx::SqlitePool, user_id: impl std::fmt::Display) {
        cello::signed_up(blocking(), user_id);
        crate::pools::settle().await;
    }

    pub async fn customer_metadata(
        _: &sqlx::SqlitePool,
        user_id: impl std::fmt::Display,
    ) -> HashMap<String, String> {
        cello::customer_metadata(blocking(), user_id).await
    }
}

/// The token below a guard that knows the user.
pub mod guarded {
    use axum::Router;

    use crate::app::AppState;
    use crate::pools::blocking_state;
    use crate::variants::guarded::cello;
    pub use cello::{customer_metadata, signed_up};

    pub fn routes() -> Router<AppState> {
        cello::routes().with_state(blocking_state())
    }

    pub fn token_routes() -> Router<AppState> {
        cello::token_routes().with_state(blocking_state())
    }
}

/// The token for pages of other sites.
pub mod other_sites {
    use axum::Router;

    use crate::app::AppState;
    use crate::pools::blocking_state;
    use crate::variants::other_sites::cello;
    pub use cello::{customer_metadata, signed_up};

    pub fn routes() -> Router<AppState> {
        cello::routes().with_state(blocking_state())
    }
}

/// The same on a server, asynchronous.
pub mod postgres {
    use std::collections::HashMap;

    use axum::Router;

    use crate::app::PgState;
    use crate::pools::{AsyncState, asynchronous};
    use crate::variants::b_postgres_jsonwebtoken_tracing::cello;

    pub fn routes() -> Router<PgState> {
        cello::routes().with_state(AsyncState {
            db: asynchronous().clone(),
        })
    }

    pub async fn signed_up(_: &sqlx::PgPool, user_id: impl std::fmt::Display) {
        cello::signed_up(asynchronous(), user_id);
        crate::pools::settle().await;
    }

    pub async fn customer_metadata(
        _: &sqlx::PgPool,
        user_id: impl std::fmt::Display,
    ) -> HashMap<String, String> {
        cello::customer_metadata(asynchronous(), user_id).await
    }
}
