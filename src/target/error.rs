//! What can be wrong with a target before anything is read from it.

use std::path::PathBuf;

use thiserror::Error;

/// Why a folder can't be surveyed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The folder given does not exist, or is no folder.
    #[error("{path} is not a folder")]
    NotFound {
        /// As the user gave it.
        path: PathBuf,
    },
    /// There is no `Cargo.toml`.
    #[error("{path} has no Cargo.toml{}", list(.elsewhere))]
    NoManifest {
        /// The folder.
        path: PathBuf,
        /// Folders below it that have one, from the folder given.
        elsewhere: Vec<String>,
    },
    /// A `Cargo.toml` can't be understood.
    #[error("{path} is not a manifest cargo would take: {detail}")]
    Manifest {
        /// Path from the project's root.
        path: PathBuf,
        /// What the parser says.
        detail: String,
    },
    /// No package has the name asked for.
    #[error("no package is named `{name}`; there are: {}", .known.join(", "))]
    NoPackage {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A file or folder can't be read.
    #[error("{path} can't be read: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

fn list(elsewhere: &[String]) -> String {
    if elsewhere.is_empty() {
        return String::new();
    }
    format!("; below it, these folders have one: {}", elsewhere.join(", "))
}
