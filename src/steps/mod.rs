//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod csp;
mod draft;
mod page_script;

pub use csp::csp;
pub use draft::{Draft, FileEdit, SiteVerdict};
pub use page_script::page_script;
