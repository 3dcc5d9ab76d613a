//! What can be wrong with a playbook's data.

use thiserror::Error;

/// Why a playbook can't be used. The embedded one has none of these, so they concern people who edit `plans/`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlaybookError {
    /// The file isn't TOML, lacks a field, or has one that nothing reads.
    #[error("{file} is malformed: {source}")]
    Malformed {
        /// The file, from the repository's root.
        file: String,
        /// What the TOML reader says, with line and column. Boxed, as it is large.
        source: Box<toml_edit::de::Error>,
    },
    /// Two entries of one kind share an id, so looking it up would find only the first.
    #[error("two entries of kind {kind} have the id `{id}`")]
    DuplicateId {
        /// The kind: `fact`, `conflict`, `question`, `step`, `qa` or `rule`.
        kind: &'static str,
        /// The id.
        id: String,
    },
    /// An entry names another that doesn't exist.
    #[error("{from} names the {kind} `{id}`, which doesn't exist")]
    Dangling {
        /// The entry that names it, as `kind id`.
        from: String,
        /// The kind of what is named.
        kind: &'static str,
        /// The id that leads nowhere.
        id: String,
    },
}
