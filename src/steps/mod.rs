//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod csp;
mod dependency;
mod draft;
mod lockfile;
mod page_script;

pub use csp::csp;
pub use dependency::{HttpClient, Signing, Wanted, choose, dependency, http_client, json};
pub use draft::{Draft, FileEdit, SiteVerdict};
pub use lockfile::lockfile;
pub use page_script::page_script;
