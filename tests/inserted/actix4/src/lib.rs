//! An application as small as can be, made with actix-web, which takes in every variant.

pub mod app;
mod variants;

pub use variants::a_hmac_stderr::cello as at_signup;
pub use variants::b_postgres_jsonwebtoken_tracing::cello as postgres;
pub use variants::b_sqlite_hmac_stderr::cello as sqlite;
pub use variants::guarded_widget::cello as guarded;
pub use variants::other_sites_widget::cello as other_sites;
pub use variants::use_all;
