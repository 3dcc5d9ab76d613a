//! The Pro plan, sold through Stripe.

pub mod service;
