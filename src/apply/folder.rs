//! The tool's own folder in the project, `.cello`: made, kept out of git, and locked while somebody works in it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::confine;
use super::error::{ApplyError, io};

/// `.cello` of a project, locked as long as this value lives.
#[derive(Debug)]
pub struct Folder {
    /// The project's root.
    pub root: PathBuf,
    /// `.cello` in it.
    pub path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be, and locks it.
    ///
    /// # Errors
    /// If another process holds the lock, the folder is a link, or can't be written.
    pub fn open(root: &Path) -> Result<Self, ApplyError> {
        // Handles are opened from here on without any link.
        let root = &fs::canonicalize(root).map_err(io("read", root))?;
        let path = own(root)?;
        make(&path)?;
        for name in ["commit", "applied"] {
            if confine::metadata(&path.join(name))?.is_some_and(|meta| !meta.is_dir()) {
                return Err(not_ours(&format!(".cello/{name}")));
            }
        }
        let file = path.join("lock");
        if confine::metadata(&file)?.is_some_and(|meta| !meta.is_file()) {
            return Err(not_ours(".cello/lock"));
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .map_err(io("written", &file))?;
        wait(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => ApplyError::Locked,
            TryLockError::Error(error) => io("locked", &file)(error),
        })?;
        Ok(Self { root: root.to_path_buf(), path, _lock: lock })
    }

    /// Where a commit keeps its journal and copies.
    pub(super) fn commit(&self) -> PathBuf {
        self.path.join("commit")
    }

    /// Where applied plans are kept.
    pub(super) fn applied(&self) -> PathBuf {
        self.path.join("applied")
    }
}

/// Locks a file, waiting half a second for a command that is just ending.
fn wait(lock: &File) -> Result<(), TryLockError> {
    for _ in 0..25 {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            result => return result,
        }
    }
    lock.try_lock()
}

/// Path of the project's `.cello`, which may not exist but must not be a link: a project from elsewhere could have
/// one that points out of it.
pub fn own(root: &Path) -> Result<PathBuf, ApplyError> {
    let path = root.join(".cello");
    match confine::metadata(&path)? {
        Some(meta) if !meta.is_dir() => Err(not_ours(".cello")),
        _ => Ok(path),
    }
}

/// Makes a folder for plans, with a `.gitignore` that keeps all of it out of git.
///
/// # Errors
/// If it can't be written.
pub fn make(path: &Path) -> Result<(), ApplyError> {
    fs::create_dir_all(path).map_err(io("made", path))?;
    let ignore = path.join(".gitignore");
    match OpenOptions::new().write(true).create_new(true).open(&ignore) {
        Ok(mut file) => file.write_all(b"*\n").map_err(io("written", &ignore)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(io("written", &ignore)(error)),
    }
}

/// True if a commit was interrupted and not cleared up.
///
/// # Errors
/// If `.cello` is no folder or can't be read.
pub fn is_interrupted(root: &Path) -> Result<bool, ApplyError> {
    Ok(confine::metadata(&own(root)?.join("commit/journal.json"))?.is_some())
}

fn not_ours(path: &str) -> ApplyError {
    ApplyError::Unsafe {
        file: path.to_string(),
        why: "this tool keeps its records there, but something else is in its place".into(),
    }
}
