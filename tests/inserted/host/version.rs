//! What goes by other names in older versions of axum.

pub use axum::extract::Request;
pub use axum::middleware::Next;
