//! A copy of the project to compile in, so that nothing unproven reaches the project itself.
//!
//! The copy lies in a temporary folder under the project's own absolute path, so that whatever is found by going up from
//! the root (path dependencies, cargo's settings, the toolchain file) can be put in its usual place by a link.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;
use walkdir::{DirEntry, WalkDir};

use super::check::Change;
use super::error::{ApplyError, io};

/// The folders to remove if the program is ended from outside.
static CURRENT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// How often it is tried to remove a copy, and the pause in between.
const ATTEMPTS: usize = 100;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Held while something is written into a copy, so that an interrupt removes it between two files, not beside one.
fn writing() -> MutexGuard<'static, Vec<PathBuf>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the copies that are being used. Nobody writes into one from then on: the program ends.
pub(super) fn abandon() {
    let mut current = writing();
    for path in current.drain(..) {
        // Compilers that cargo started outlive it for a moment, and write where files are being removed.
        for _ in 0..ATTEMPTS {
            let _ = fs::remove_dir_all(&path);
            if !path.exists() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
    }
    std::mem::forget(current);
}

/// A copy of a project, removed when dropped.
pub(super) struct Scratch {
    /// The copy's root.
    pub root: PathBuf,
    base: PathBuf,
    _folder: TempDir,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        writing().retain(|path| *path != self.base);
    }
}

impl Scratch {
    /// Copies the project, without what can be built again and without git's and our own folders.
    pub fn copy(root: &Path, target_dir: &Path) -> Result<Self, ApplyError> {
        let temporary = std::env::temp_dir();
        let mut current = writing();
        let folder = tempfile::Builder::new()
            .prefix("cello-scaffold-")
            .tempdir()
            .map_err(io("written", &temporary))?;
        // cargo names files by their real path, and /tmp may be a link.
        let base = folder.path().canonicalize().map_err(io("read", folder.path()))?;
        current.push(base.clone());
        drop(current);
        let scratch = Self { root: mirrored(&base, root), base, _folder: folder };
        fs::create_dir_all(&scratch.root).map_err(io("made", &scratch.root))?;
        let entries = WalkDir::new(root)
            .min_depth(1)
            .into_iter()
            .filter_entry(|entry| entry.path() != target_dir && is_source(entry));
        for entry in entries {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(root).to_path_buf();
                io("read", &path)(error.into())
            })?;
            scratch.take(root, &entry)?;
        }
        scratch.link_settings(root)?;
        Ok(scratch)
    }

    fn take(&self, root: &Path, entry: &DirEntry) -> Result<(), ApplyError> {
        let _writing = writing();
        let from = entry.path();
        let to = self.root.join(from.strip_prefix(root).unwrap_or(from));
        let kind = entry.file_type();
        if kind.is_dir() {
            return fs::create_dir_all(&to).map_err(io("made", &to));
        }
        if kind.is_symlink() {
            let goal = fs::read_link(from).map_err(io("read", from))?;
            let full = from.parent().unwrap_or(root).join(&goal);
            // A link that leaves the project would lead to another place from the copy.
            let goal =
                if goal.is_relative() && normal(&full).starts_with(root) { goal } else { normal(&full) };
            return link(&goal, &to).map_err(io("written", &to));
        }
        // Sockets and pipes of a running application are no source.
        if kind.is_file() {
            fs::copy(from, &to).map_err(io("copied", from))?;
        }
        Ok(())
    }

    /// Puts what the plan writes into the copy.
    pub fn patch(&self, changes: &[Change]) -> Result<(), ApplyError> {
        for change in changes {
            let _writing = writing();
            let path = self.root.join(&change.path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(io("made", folder))?;
            }
            let Some(after) = &change.after else { continue };
            // As a new file: in the copy it may be a link to the project's own.
            let _ = fs::remove_file(&path);
            fs::write(&path, after).map_err(io("written", &path))?;
        }
        Ok(())
    }

    /// Makes installed packages reachable from a folder of the copy, one by one: what a checker keeps for the next time
    /// beside them stays in the copy.
    pub fn link_modules(&self, root: &Path, folder: &str) -> Result<(), ApplyError> {
        let _writing = writing();
        for above in root.join(folder).ancestors().take_while(|above| above.starts_with(root)) {
            let from = above.join("node_modules");
            let to = mirrored(&self.base, &from);
            if to.exists() || !from.is_dir() {
                continue;
            }
            fs::create_dir_all(&to).map_err(io("made", &to))?;
            let entries = fs::read_dir(&from).map_err(io("read", &from))?;
            for entry in entries {
                let path = entry.map_err(io("read", &from))?.path();
                let name = path.file_name().unwrap_or_default();
                // `.bin`, and where pnpm keeps packages; the others hold what was kept.
                let hidden = name.to_string_lossy().starts_with('.');
                if !hidden || name == ".bin" || name == ".pnpm" {
                    link(&path, &to.join(name)).map_err(io("linked", &path))?;
                }
            }
        }
        Ok(())
    }

    /// Makes folders outside of the project (path dependencies) reachable from the copy as from the project.
    pub fn link_outside(&self, folders: &BTreeSet<PathBuf>) -> Result<(), ApplyError> {
        let _writing = writing();
        for folder in folders {
            let place = mirrored(&self.base, folder);
            if place.exists() {
                continue;
            }
            if self.root.starts_with(&place) {
                let detail = format!("it depends by path on {}, which lies around it", folder.display());
                return Err(ApplyError::NoScratch { detail });
            }
            link_at(folder, &place).map_err(|error| ApplyError::NoScratch {
                detail: format!("{} can't be linked into it: {error}", folder.display()),
            })?;
        }
        Ok(())
    }

    /// cargo's settings and the toolchain file of folders above the project hold for the copy too.
    fn link_settings(&self, root: &Path) -> Result<(), ApplyError> {
        let _writing = writing();
        // This one cargo reads anyway; twice would double lists in it.
        let home = home().and_then(|path| path.canonicalize().ok());
        for folder in root.ancestors().skip(1) {
            for name in [".cargo", "rust-toolchain", "rust-toolchain.toml"] {
                let path = folder.join(name);
                let real = path.canonicalize().ok();
                let place = mirrored(&self.base, &path);
                if real.is_some() && real != home && !place.exists() {
                    link_at(&path, &place).map_err(io("linked", &path))?;
                }
            }
        }
        Ok(())
    }
}

fn is_source(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    if name == ".git" || name == "node_modules" || (name == ".cello" && entry.depth() == 1) {
        return false;
    }
    // A module may be called `target`; a folder of artifacts lies beside a manifest.
    let beside_manifest = || {
        let parent = entry.path().parent();
        parent.is_some_and(|parent| parent.join("Cargo.toml").exists())
    };
    !(name == "target" && entry.file_type().is_dir() && beside_manifest())
}

/// A path's place below the base.
fn mirrored(base: &Path, path: &Path) -> PathBuf {
    let mut place = base.to_path_buf();
    for part in path.components() {
        if let Component::Normal(name) = part {
            place.push(name);
        }
    }
    place
}

/// Resolves `..` and `.` by the text alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// cargo's own folder, as cargo finds it.
#[expect(clippy::disallowed_methods, reason = "cargo reads this variable, and it touches the proof alone")]
fn home() -> Option<PathBuf> {
    let given = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    given.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

fn link_at(goal: &Path, place: &Path) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    link(goal, place)
}

fn link(goal: &Path, place: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::symlink(goal, place);
    #[cfg(windows)]
    return if goal.is_dir() {
        std::os::windows::fs::symlink_dir(goal, place)
    } else {
        std::os::windows::fs::symlink_file(goal, place)
    };
}
