//! Puts Cello user referrals into an existing Rust web application.
//!
//! One direction of flow, nothing points back:
//!
//! ```text
//! target --> survey --> steps --> plan --> apply
//! (read)     (facts)    (decide)  (data)   (write)
//!                          ^         |
//!                      playbook      v
//!                     (plans/*)    report
//! ```

pub mod apply;
pub mod cli;
pub mod edit;
pub mod plan;
pub mod playbook;
pub mod report;
pub mod steps;
pub mod survey;
pub mod target;
