//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod csp;
mod dependency;
mod draft;
mod environment;
mod lockfile;
mod migration;
mod page_script;

pub use csp::csp;
pub use dependency::{HttpClient, Signing, Wanted, choose, dependency, http_client, json};
pub use draft::{Draft, FileEdit, SiteVerdict};
pub use environment::{Setting, environment};
pub use lockfile::lockfile;
pub use migration::migration;
pub use page_script::page_script;
