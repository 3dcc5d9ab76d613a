//! The survey: reads the target and says what is there, with evidence. It decides nothing and edits nothing.

pub mod csp;
pub mod environment;
mod facts;
mod html;
mod literals;
pub mod migrations;
pub mod pages;

pub use facts::*;
