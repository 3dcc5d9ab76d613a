//! Calls to Stripe, whatever the client.

pub mod call;
pub mod params;
