//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.

mod axum_identity;
mod axum_router;
mod calls;
mod capture;
mod facts;
mod handles;
mod scope;
mod signup;
mod sql;
mod sqlx;
mod stripe;
mod stripe_params;
mod walk;

pub use facts::*;
