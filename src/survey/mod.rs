//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.

mod facts;
mod scope;
mod sql;
mod sqlx;

pub use facts::*;
