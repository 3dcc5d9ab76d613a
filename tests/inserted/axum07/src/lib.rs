//! An application as small as can be, which takes in every variant.

/// How an extractor's function is written with this axum.
#[macro_export]
macro_rules! from_request_parts {
    ($parts:ident, $result:expr) => {
        fn from_request_parts<'a, 'b, 'c>(
            $parts: &'a mut Parts,
            _: &'b S,
        ) -> std::pin::Pin<Box<dyn std::future::Future<Output = Result<Self, StatusCode>> + Send + 'c>>
        where
            'a: 'c,
            'b: 'c,
            Self: 'c,
        {
            Box::pin(async move { $result })
        }
    };
}

#[path = "../../host/app.rs"]
pub mod app;
mod variants;
#[path = "../../host/version.rs"]
pub mod version;

pub use variants::b_postgres_jsonwebtoken_tracing::cello as postgres;
pub use variants::b_sqlite_hmac_stderr::cello as sqlite;
pub use variants::a_hmac_stderr::cello as at_signup;
pub use variants::guarded_widget::cello as guarded;
pub use variants::other_sites_widget::cello as other_sites;
pub use variants::use_all;
