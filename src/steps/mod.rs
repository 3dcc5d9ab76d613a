//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod draft;

pub use draft::{Draft, FileEdit, SiteVerdict};
