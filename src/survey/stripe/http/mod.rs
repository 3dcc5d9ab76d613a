//! Requests to Stripe's HTTP interface, and functions of the project that send them.

pub mod address;
pub mod called;
pub mod chain;
pub mod endpoint;
mod entries;
pub mod follow;
mod join;
mod json;
pub mod locals;
pub mod mentions;
pub mod pairs;
pub mod request;
pub mod resolve;
pub mod text;
