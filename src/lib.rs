//! Puts Cello user referrals into an existing Rust web application.

pub mod playbook;
