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

#![deny(missing_docs)]
// Output goes through the console, which knows of JSON and of readers that stop; what comes from a target may be anything.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used))]

pub mod apply;
pub mod cli;
pub mod doctor;
pub mod edit;
pub mod plan;
pub mod playbook;
pub mod report;
pub mod steps;
pub mod survey;
pub mod target;
