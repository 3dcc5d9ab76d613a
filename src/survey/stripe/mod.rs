//! Calls to Stripe, whatever the client.

pub mod builder;
mod builder_join;
pub mod call;
pub mod form;
pub mod http;
mod metadata;
mod names;
pub mod params;
pub mod site;
#[cfg(test)]
mod tests;
pub mod together;
