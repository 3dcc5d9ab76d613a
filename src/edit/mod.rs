//! Pure text edits by byte range: splicing, overlap detection, unified diffs. No I/O.

mod diff;
mod splice;
pub mod toml;

pub use diff::unified;
pub use splice::{Edit, SpliceError, splice};
