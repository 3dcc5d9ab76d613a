//! All files or none: writes that a crash at any moment leaves repairable.
//!
//! A journal is on disk before the first byte is written. New content is staged beside its target, former content
//! copied to `.cello/commit`; then every file is renamed into place. What a crash leaves behind, [`recover`] takes back,
//! or completes once all files are in place.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::check::Change;
use super::durable::{self, Hook};
use super::error::{ApplyError, io};
use super::folder::Folder;
use super::record::{self, Record};
use super::{confine, unstage};
use crate::plan::sha256_hex;

/// Held while files are renamed: whoever wants to end the program takes it first.
static COMMITTING: Mutex<()> = Mutex::new(());

/// Keeps a commit from starting, unless one is under way. For a handler of interrupts, which ends the program with the
/// guard in its hands.
pub fn hold() -> Option<MutexGuard<'static, ()>> {
    COMMITTING.try_lock().ok()
}

/// How far a commit got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Phase {
    /// New content is being laid beside the files; none of them has changed.
    Staging,
    /// Files are being replaced.
    Committing,
    /// All files are in place; records are being brought up to date.
    Done,
}

/// What the commit means for the stack of applied plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Finish {
    /// A plan was applied: its record goes on top.
    Push(String),
    /// A plan was taken back: its record goes.
    Pop(String),
    /// A part of a plan was taken back: its record says what is left.
    Replace(String),
}

/// One file of a commit. Where its parts are follows from its place in the list, never from the journal's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub mode: Option<u32>,
}

/// `.cello/commit/journal.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub phase: Phase,
    pub finish: Finish,
    pub entries: Vec<Entry>,
    /// Folders that the commit makes, outermost first.
    pub folders: Vec<String>,
}

/// Writes all changes and the record, or nothing.
///
/// # Errors
/// If a file isn't as expected any more or the machine fails; then all is as it was.
pub(super) fn commit(
    folder: &Folder,
    changes: &[Change],
    record: Option<&Record>,
    finish: Finish,
    hook: Hook,
) -> Result<(), ApplyError> {
    let _held = COMMITTING.lock().unwrap_or_else(PoisonError::into_inner);
    let result = write(folder, changes, record, finish, hook);
    if result.is_err() {
        // Whatever stopped us, the user's files come first; a failure here says more than the one before.
        unstage::recover_with(folder, &|_| Ok(()))?;
    }
    result
}

fn write(
    folder: &Folder,
    changes: &[Change],
    record: Option<&Record>,
    finish: Finish,
    hook: Hook,
) -> Result<(), ApplyError> {
    let desk = folder.commit();
    // The journal is nowhere after a power failure if the folder that holds it isn't on the disk.
    durable::make_folders(&desk).map_err(io("made", &desk))?;
    let mut journal = Journal {
        phase: Phase::Staging,
        finish,
        entries: entries(&folder.root, changes)?,
        folders: new_folders(&folder.root, changes)?,
    };
    put(folder, &journal, hook)?;
    for made in &journal.folders {
        let path = folder.root.join(made);
        step(hook, "make a folder", &path)?;
        durable::make_folder(&path).map_err(io("made", &path))?;
    }
    for (index, change) in changes.iter().enumerate() {
        stage(folder, index, change, hook)?;
    }
    if let Some(record) = record {
        record::stage(folder, record, hook)?;
    }
    journal.phase = Phase::Committing;
    put(folder, &journal, hook)?;
    for (index, change) in changes.iter().enumerate() {
        // Once more, as late as can be: an editor may have saved the file while others were staged.
        let path = expect(&folder.root, &change.path, change.before.as_deref())?;
        step(hook, "put a file in place", &path)?;
        match change.after {
            Some(_) => durable::rename(&staged(&path, index), &path),
            None => durable::remove(&path),
        }
        .map_err(io("written", &path))?;
        step(hook, "flush a folder", &path)?;
        durable::sync_folder(&path).map_err(io("flushed", &path))?;
    }
    journal.phase = Phase::Done;
    put(folder, &journal, hook)?;
    unstage::complete(folder, &journal, hook)
}

fn stage(folder: &Folder, index: usize, change: &Change, hook: Hook) -> Result<(), ApplyError> {
    let path = expect(&folder.root, &change.path, change.before.as_deref())?;
    if let Some(after) = &change.after {
        let staged = staged(&path, index);
        step(hook, "stage a file", &staged)?;
        let like = change.before.is_some().then_some(path.as_path());
        durable::create(&staged, after, like).map_err(io("written", &staged))?;
    }
    if let Some(before) = &change.before {
        let copy = backup(folder, index);
        step(hook, "copy a file", &copy)?;
        durable::create_private(&copy, before).map_err(io("written", &copy))?;
    }
    Ok(())
}

/// The full path of a file, if it holds what it should.
fn expect(root: &Path, path: &str, content: Option<&[u8]>) -> Result<PathBuf, ApplyError> {
    let Some(content) = content else {
        return confine::fresh(root, path);
    };
    let now = confine::read(root, path)?;
    if now.is_some_and(|(bytes, _)| bytes == content) {
        Ok(root.join(path))
    } else {
        Err(ApplyError::Stale {
            file: path.to_string(),
            steps: Vec::new(),
            what: "changed a moment ago".into(),
        })
    }
}

fn entries(root: &Path, changes: &[Change]) -> Result<Vec<Entry>, ApplyError> {
    let hash = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(sha256_hex);
    changes
        .iter()
        .map(|change| {
            let mode = match change.before {
                Some(_) => {
                    let file = confine::read(root, &change.path)?;
                    file.and_then(|(_, meta)| durable::mode(&meta.permissions()))
                }
                None => None,
            };
            Ok(Entry {
                path: change.path.clone(),
                before: hash(&change.before),
                after: hash(&change.after),
                mode,
            })
        })
        .collect()
}

/// Folders that have to be made, outermost first.
pub(super) fn new_folders(root: &Path, changes: &[Change]) -> Result<Vec<String>, ApplyError> {
    let mut folders = Vec::new();
    for change in changes.iter().filter(|change| change.after.is_some()) {
        for (end, _) in change.path.match_indices('/') {
            let folder = &change.path[..end];
            if !folders.iter().any(|known| known == folder)
                && confine::metadata(&root.join(folder))?.is_none()
            {
                folders.push(folder.to_string());
            }
        }
    }
    Ok(folders)
}

/// Where new content waits: beside its target, so that the rename never leaves the file system.
pub(super) fn staged(path: &Path, index: usize) -> PathBuf {
    path.with_file_name(format!(".cello-staged-{index}.tmp"))
}

/// Where former content is kept during the commit.
pub(super) fn backup(folder: &Folder, index: usize) -> PathBuf {
    folder.commit().join(format!("{index}.orig"))
}

pub(super) fn put(folder: &Folder, journal: &Journal, hook: Hook) -> Result<(), ApplyError> {
    let path = folder.commit().join("journal.json");
    let text = serde_json::to_vec_pretty(journal).map_err(|error| io("written", &path)(error.into()))?;
    durable::replace_private(&path, &text, hook).map_err(io("written", &path))
}

pub(super) fn step(hook: Hook, name: &str, path: &Path) -> Result<(), ApplyError> {
    hook(name).map_err(io("written", path))
}
