//! The target: the user's project as found on disk. It knows nothing of Cello, Stripe or any framework.

mod at;

pub use at::{At, by_place};

// Stand-ins, until the reader of targets is merged.
mod error;
mod redact;

pub use error::TargetError;
pub use redact::redact;

/// A project as read from disk.
pub struct Target {
    /// Absolute, canonical path of the root.
    pub root: std::path::PathBuf,
}

impl Target {
    /// Reads the project at a path.
    ///
    /// # Errors
    /// If there is no such folder or no manifest.
    pub fn open(project: &std::path::Path, _package: Option<&str>) -> Result<Self, TargetError> {
        let root = project
            .canonicalize()
            .ok()
            .filter(|path| path.is_dir())
            .ok_or_else(|| TargetError::NotFound {
                path: project.into(),
            })?;
        if !root.join("Cargo.toml").is_file() {
            return Err(TargetError::NoManifest {
                path: project.into(),
                elsewhere: Vec::new(),
            });
        }
        Ok(Self { root })
    }
}
