// How an application that keeps its users with SeaORM calls the inserted module, whichever SeaORM it is.

pub use variants::a_hmac_stderr::cello as at_signup;
pub use variants::alias::cello as alias;
pub use variants::bare::cello as bare;
pub use variants::uncalled::cello as uncalled;

/// `SeaORM`'s handle, in a state and under a name of the application's.
pub mod held {
    use sea_orm::DatabaseConnection;

    pub type Db = DatabaseConnection;

    #[derive(Clone)]
    pub struct HeldState {
        pub db: DatabaseConnection,
    }

    impl From<sqlx::SqlitePool> for HeldState {
        fn from(pool: sqlx::SqlitePool) -> Self {
            Self { db: sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(pool) }
        }
    }

    impl From<sqlx::PgPool> for HeldState {
        fn from(pool: sqlx::PgPool) -> Self {
            Self { db: sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(pool) }
        }
    }

    /// A handle that is connected when it is first used: to the file that the story is told about.
    #[must_use]
    pub fn sqlite() -> HeldState {
        let file = std::env::temp_dir().join(format!("cello-{}.db", std::process::id()));
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        sqlx::sqlite::SqlitePoolOptions::new().connect_lazy_with(options).into()
    }

    /// The same to the story's server.
    ///
    /// # Panics
    /// If `TEST_POSTGRES` is not set.
    #[must_use]
    pub fn postgres() -> HeldState {
        let url = std::env::var("TEST_POSTGRES").expect("the story asks for it");
        sqlx::PgPool::connect_lazy(&url).expect("a URL").into()
    }
}

/// What an actix-web application does with a module for `SeaORM`.
pub async fn serve(config: &mut actix_web::web::ServiceConfig) {
    variants::actix::cello::routes(config);
    let db = held::sqlite().db;
    variants::actix::cello::signed_up(&db, 1).await;
    variants::actix::cello::customer_metadata(&db, 1).await;
}

/// What the story asks of the module, which is told with sqlx.
macro_rules! told_with_sqlx {
    ($name:ident, $variant:ident, $state:ty, $pool:ty, $held:expr) => {
        pub mod $name {
            use std::collections::HashMap;
            use std::fmt::Display;

            use crate::variants::$variant::cello;

            pub fn routes() -> axum::Router<$state> {
                cello::routes().with_state($held)
            }

            pub async fn signed_up(pool: &$pool, user_id: impl Display) {
                let held = crate::held::HeldState::from(pool.clone());
                cello::signed_up(&held.db, user_id).await;
            }

            pub async fn customer_metadata(
                pool: &$pool,
                user_id: impl Display,
            ) -> HashMap<String, String> {
                let held = crate::held::HeldState::from(pool.clone());
                cello::customer_metadata(&held.db, user_id).await
            }
        }
    };
}

told_with_sqlx!(sqlite, b_sqlite_hmac_stderr, crate::app::AppState, sqlx::SqlitePool, crate::held::sqlite());
told_with_sqlx!(other_sites, other_sites, crate::app::AppState, sqlx::SqlitePool, crate::held::sqlite());
told_with_sqlx!(
    postgres,
    b_postgres_jsonwebtoken_tracing,
    crate::app::PgState,
    sqlx::PgPool,
    crate::held::postgres()
);

/// The token below a guard that knows the user.
pub mod guarded {
    use crate::app::AppState;
    use crate::held;
    use crate::variants::guarded::cello;
    pub use cello::{customer_metadata, signed_up};

    pub fn routes() -> axum::Router<AppState> {
        cello::routes().with_state(held::sqlite())
    }

    pub fn token_routes() -> axum::Router<AppState> {
        cello::token_routes().with_state(held::sqlite())
    }
}
