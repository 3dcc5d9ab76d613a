//! A place in the target, as people and programs are shown it.

use serde::{Deserialize, Serialize};

/// A byte range of one file of the target, with what a person needs to find it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct At {
    /// Path from the project's root, with `/` between its parts on every system.
    pub file: String,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte in characters (not bytes), from 1.
    pub column: usize,
    /// First byte and the one after the last, counted from the start of the file, BOM included.
    pub bytes: [usize; 2],
    /// First line of the range, trimmed, with secrets redacted.
    pub text: String,
}

/// Orders by file, then position: the order of every list in a survey and a plan.
pub fn by_place(a: &At, b: &At) -> std::cmp::Ordering {
    (&a.file, a.bytes).cmp(&(&b.file, b.bytes))
}
