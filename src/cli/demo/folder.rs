//! The folder a demo plays in, and the comparison that proves undo.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::DemoError;

/// The sample application's folder; a temporary one goes when this goes.
pub struct Folder {
    path: PathBuf,
    temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// Writes the files into a new folder.
    pub fn create(keep: Option<&Path>, files: &[(&str, &str)]) -> Result<Self, DemoError> {
        let (path, temporary) = match keep {
            Some(path) => {
                if path.exists() && fs_err::read_dir(path)?.next().is_some() {
                    return Err(DemoError::InUse(path.into()));
                }
                fs_err::create_dir_all(path)?;
                (path.to_path_buf(), None)
            }
            None => {
                let temporary = tempfile::Builder::new().prefix("cello-scaffold-demo-").tempdir()?;
                // A folder of its own name inside: programs show the project by its folder.
                (temporary.path().join("pagewatch"), Some(temporary))
            }
        };
        for (name, text) in files {
            let file = path.join(name);
            if let Some(parent) = file.parent() {
                fs_err::create_dir_all(parent)?;
            }
            fs_err::write(file, text)?;
        }
        Ok(Self { path, temporary })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it if it is temporary.
    pub fn close(self) -> io::Result<()> {
        self.temporary.map_or(Ok(()), tempfile::TempDir::close)
    }
}

/// Every file of the application with its bytes. The tool's own folder and build products are no part of it.
pub struct Snapshot(BTreeMap<PathBuf, Vec<u8>>);

/// Reads a folder.
pub fn snapshot(root: &Path) -> io::Result<Snapshot> {
    let mut files = BTreeMap::new();
    let walk = walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| {
        entry.depth() != 1 || !["target", ".cello"].iter().any(|name| entry.file_name() == *name)
    });
    for entry in walk {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(root).unwrap_or(entry.path());
            files.insert(name.to_path_buf(), fs_err::read(entry.path())?);
        }
    }
    Ok(Snapshot(files))
}

impl Snapshot {
    /// Number of files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Bytes in all of them.
    pub fn bytes(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Files that are in one only or differ.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let paths: BTreeSet<&PathBuf> = self.0.keys().chain(other.0.keys()).collect();
        paths
            .into_iter()
            .filter(|path| self.0.get(*path) != other.0.get(*path))
            .map(|path| path.display().to_string())
            .collect()
    }

    /// Number of new files and of changed ones.
    pub fn changed(&self, later: &Self) -> (usize, usize) {
        let new = later.0.keys().filter(|path| !self.0.contains_key(*path)).count();
        let edited = later
            .0
            .iter()
            .filter(|(path, bytes)| self.0.get(*path).is_some_and(|before| before != *bytes))
            .count();
        (new, edited)
    }
}
