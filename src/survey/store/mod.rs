//! Where users are kept: database handles, statements, and migrations.

pub mod migrations;
pub mod sql;
pub mod sqlx;
