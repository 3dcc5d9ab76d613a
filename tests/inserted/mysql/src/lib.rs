//! An application as small as can be, which keeps its users in `MySQL`.

pub mod app;
mod variants;

pub use variants::b_mysql_hmac_stderr::cello as mysql;

/// One for each type of key that users have.
pub mod keys {
    pub use crate::variants::{apart, bytes, hyphenated, named, unsigned};
}

/// What an application calls of the variants that no story is told of.
pub async fn use_all(db: &sqlx::MySqlPool) {
    let _: axum::Router<app::AppState> = variants::guarded::cello::routes();
    let _: axum::Router<app::AppState> = variants::guarded::cello::token_routes();
    let _ = actix_web::App::new().configure(variants::actix::cello::routes);
    let _ = actix_web::App::new().configure(variants::actix_kept::cello::routes);
    variants::actix::cello::signed_up(db, 1).await;
    let _ = variants::actix::cello::customer_metadata(db, 1).await;
    variants::guarded::cello::signed_up(db, 1).await;
    let _ = variants::guarded::cello::customer_metadata(db, 1).await;
    variants::actix_kept::cello::use_database(db);
    variants::actix_kept::cello::signed_up(1).await;
    let _ = variants::actix_kept::cello::customer_metadata(1).await;
    let _: axum::Router<app::AppState> = variants::kept::cello::routes();
    variants::kept::cello::use_database(db);
    variants::kept::cello::signed_up(1).await;
    let _ = variants::kept::cello::customer_metadata(1).await;
    let _: axum::Router<app::AppState> = variants::uncalled::cello::routes();
}
