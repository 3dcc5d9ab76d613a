//! Pure text edits by byte range: splicing, overlap detection, unified diffs, finding a change again. No I/O.

mod anchor;
mod diff;
mod hunks;
mod splice;
pub mod toml;

pub use anchor::{Anchor, Part, Standing, as_lines};
pub use diff::unified;
pub use hunks::hunks;
pub use splice::{Edit, SpliceError, splice};
