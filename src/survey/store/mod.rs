//! Where users are kept: database handles, statements, and migrations.

pub mod backend;
pub mod conversion;
pub mod creation;
pub mod kind;
pub mod migrations;
pub mod sql;
pub mod sqlx;
