//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod accounting;
mod actix;
mod argument;
mod assemble;
mod basis;
mod client_options;
mod consent;
mod crates;
mod creations;
mod csp;
mod customer_by_hand;
mod customer_checkout;
mod customer_edits;
mod customer_found;
mod customer_metadata;
mod customer_scope;
mod customer_thread;
mod decisions;
mod declaration;
mod dependency;
mod details;
mod draft;
mod environment;
mod files;
mod front_end;
mod front_end_cors;
mod front_end_trunk;
mod guests;
mod hand;
mod identity;
mod layout;
mod lockfile;
mod means;
mod migration;
mod module;
mod options;
mod page_script;
mod present;
mod purchase_events;
mod redirect;
mod routes;
mod settings;
mod signup;
mod signup_by_hand;
mod store;
mod store_handle;
mod summary;
mod template_values;
#[cfg(test)]
mod tests;
mod token;
mod user_key;
mod waiting;
mod written;

pub use assemble::make_plan;
pub use csp::{csp, nonced};
pub use dependency::{HttpClient, Signing, Wanted, choose, dependency, http_client, json};
pub use draft::{Answer, Answers, Draft, FileEdit, SiteVerdict};
pub use environment::{Setting, environment};
pub use front_end::{Served, front_end};
pub use lockfile::lockfile;
pub use migration::migration;
pub use page_script::page_script;
