//! After a commit: brings the records up to date when all files are in place, takes all of it back when not.

use std::fs;
use std::path::Path;

use super::commit::{Entry, Finish, Journal, Phase, backup, put, staged, step};
use super::durable::{self, Hook};
use super::error::{ApplyError, io};
use super::folder::Folder;
use super::{confine, record};
use crate::plan::sha256_hex;

/// What a recovery found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// No commit was interrupted.
    Nothing,
    /// An interrupted commit was taken back.
    RolledBack,
    /// All files were in place already; only records were missing.
    Completed,
}

/// Clears up after an interrupted commit.
///
/// # Errors
/// If a file is neither as before nor as after it, or the machine fails.
pub fn recover(folder: &Folder) -> Result<Recovery, ApplyError> {
    recover_with(folder, &|_| Ok(()))
}

pub(super) fn recover_with(folder: &Folder, hook: Hook) -> Result<Recovery, ApplyError> {
    let path = folder.commit().join("journal.json");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Stopped before the journal was there, or after it was gone: nothing of the user's is at stake.
            let desk = folder.commit();
            durable::remove_all(&desk).map_err(io("removed", &desk))?;
            return Ok(Recovery::Nothing);
        }
        Err(error) => return Err(io("read", &path)(error)),
    };
    let mut journal: Journal = serde_json::from_slice(&bytes).map_err(|error| ApplyError::Record {
        file: ".cello/commit/journal.json".into(),
        detail: error.to_string(),
    })?;
    for path in journal.entries.iter().map(|entry| &entry.path).chain(&journal.folders) {
        confine::relative(path)?;
    }
    if journal.phase == Phase::Done {
        complete(folder, &journal, hook)?;
        return Ok(Recovery::Completed);
    }
    if journal.phase == Phase::Committing {
        // First look at all files, then touch any.
        let mut changed = Vec::new();
        for (index, entry) in journal.entries.iter().enumerate() {
            if is_changed(folder, index, entry)? {
                changed.push((index, entry));
            }
        }
        for (index, entry) in changed {
            restore(folder, index, entry, hook)?;
        }
        // From here on staged files say nothing any more about how far the commit came.
        journal.phase = Phase::Staging;
        put(folder, &journal, hook)?;
    }
    for (index, entry) in journal.entries.iter().enumerate() {
        let left = staged(&folder.root.join(&entry.path), index);
        durable::remove(&left).map_err(io("removed", &left))?;
    }
    remove_empty(&folder.root, &journal.folders)?;
    clear(folder, hook)?;
    Ok(Recovery::RolledBack)
}

/// True if the commit replaced this file, false if it did not come to that.
fn is_changed(folder: &Folder, index: usize, entry: &Entry) -> Result<bool, ApplyError> {
    let now = confine::read(&folder.root, &entry.path)?.map(|(bytes, _)| sha256_hex(&bytes));
    let full = folder.root.join(&entry.path);
    if now == entry.before {
        return Ok(false);
    }
    if now == entry.after {
        return Ok(true);
    }
    // Somebody edited it. Harmless where our own turn had not come: what was to replace it is still there, or it was to
    // be deleted and is not.
    if entry.after.is_none() || staged(&full, index).exists() {
        return Ok(false);
    }
    let backup = match entry.before {
        Some(_) => format!("its former content is in .cello/commit/{index}.orig"),
        None => "it did not exist before".to_string(),
    };
    Err(ApplyError::Torn { file: entry.path.clone(), backup })
}

fn restore(folder: &Folder, index: usize, entry: &Entry, hook: Hook) -> Result<(), ApplyError> {
    let path = folder.root.join(&entry.path);
    step(hook, "restore a file", &path)?;
    if entry.before.is_none() {
        durable::remove(&path).map_err(io("removed", &path))?;
    } else {
        let copy = backup(folder, index);
        let bytes = fs::read(&copy).map_err(io("read", &copy))?;
        if Some(sha256_hex(&bytes)) != entry.before {
            return Err(ApplyError::Record {
                file: format!(".cello/commit/{index}.orig"),
                detail: "it is not the copy that the journal speaks of".into(),
            });
        }
        let fresh = staged(&path, index);
        durable::remove(&fresh).map_err(io("removed", &fresh))?;
        let like = path.exists().then_some(path.as_path());
        durable::create(&fresh, &bytes, like).map_err(io("written", &fresh))?;
        durable::set_mode(&fresh, entry.mode).map_err(io("written", &fresh))?;
        durable::rename(&fresh, &path).map_err(io("written", &path))?;
    }
    durable::sync_folder(&path).map_err(io("flushed", &path))
}

/// Brings the records up to date after all files are in place. May run any number of times.
pub(super) fn complete(folder: &Folder, journal: &Journal, hook: Hook) -> Result<(), ApplyError> {
    match &journal.finish {
        Finish::Push(digest) => record::push(folder, digest, hook)?,
        Finish::Pop(digest) => {
            let made = record::folders(folder, digest)?;
            remove_empty(&folder.root, &made)?;
            record::pop(folder, digest, hook)?;
        }
        Finish::Replace(digest) => {
            let made = record::folders(folder, digest)?;
            remove_empty(&folder.root, &made)?;
            record::replace(folder, digest, hook)?;
        }
    }
    clear(folder, hook)
}

/// Removes the journal first: without it the rest means nothing.
fn clear(folder: &Folder, hook: Hook) -> Result<(), ApplyError> {
    let desk = folder.commit();
    step(hook, "remove the journal", &desk)?;
    let journal = desk.join("journal.json");
    durable::remove(&journal).map_err(io("removed", &journal))?;
    durable::sync_folder(&journal).map_err(io("flushed", &desk))?;
    step(hook, "remove copies", &desk)?;
    durable::remove_all(&desk).map_err(io("removed", &desk))
}

/// Removes folders that a commit made, innermost first, as far as nothing else lies in them.
fn remove_empty(root: &Path, folders: &[String]) -> Result<(), ApplyError> {
    use std::io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    for made in folders.iter().rev().filter(|made| confine::relative(made).is_ok()) {
        let path = root.join(made);
        match durable::remove_folder(&path) {
            // One that isn't empty stays, and so do those around it. What the machine can't do now is left to the next
            // recovery: the journal is still there.
            Err(error) if !matches!(error.kind(), DirectoryNotEmpty | NotADirectory | NotFound) => {
                return Err(io("removed", &path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}
