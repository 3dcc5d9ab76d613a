//! Where Cello's documentation disagrees with itself, and what is done about it.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;

/// A disagreement between pages that changes what is inserted or checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Stable name in kebab case, such as `stripe-event-list`.
    pub id: String,
    /// What the pages disagree on.
    pub about: String,
    /// The sides, at least two.
    pub sides: Vec<Side>,
    /// What this tool does.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub choice: String,
    /// Why it does so.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub why: String,
}

/// One side of a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// What this side says, as short as it can be put.
    pub value: String,
    /// The page that says it; none where only a copy without an address was found.
    pub page: Option<String>,
    /// When it was read, `2026-11` or `2026-11-23`.
    pub read: String,
    /// The source's name for people.
    pub label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConflictFile {
    conflict: Vec<Conflict>,
}

pub(super) fn read(file: &DataFile<'_>) -> Result<Vec<Conflict>, PlaybookError> {
    Ok(file.parse::<ConflictFile>()?.conflict)
}
