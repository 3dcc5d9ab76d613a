//! Takes the last applied plan back, byte for byte and all or nothing.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::check::Change;
use super::commit::{self, Finish};
use super::durable::Hook;
use super::error::{ApplyError, io};
use super::folder::{self, Folder};
use super::record::{self, Record, RecordedFile};
use super::{Tell, clear_up, confine};
use crate::plan::{Tool, sha256_hex};

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// Always `cello-undo/1`.
    pub schema: String,
    /// What took it back.
    pub tool: Tool,
    /// The plan taken back.
    pub digest: String,
    /// Its steps.
    pub steps: Vec<String>,
    /// Files restored or, where the plan had created them, removed.
    pub files: Vec<String>,
    /// True if the files were as before already, and only the record went.
    pub already: bool,
    /// How many applied plans are left to undo.
    pub left: usize,
}

/// Takes the last apply in a project back.
///
/// # Errors
/// If nothing was applied, or a file changed since.
pub fn undo(root: &Path, tell: Tell, hook: Hook) -> Result<Undone, ApplyError> {
    let root = &fs::canonicalize(root).map_err(io("read", root))?;
    if !folder::own(root)?.exists() {
        return Err(ApplyError::NothingApplied);
    }
    let folder = Folder::open(root)?;
    clear_up(&folder, tell)?;
    let stack = record::stack(&folder)?;
    let Some(digest) = stack.last() else {
        return Err(ApplyError::NothingApplied);
    };
    let record = record::load(&folder, digest)?;
    let already = is_before(root, &record)?;
    let changes = if already {
        Vec::new()
    } else {
        let changes = record.files.iter().map(|file| change(root, &record, file));
        changes.collect::<Result<Vec<_>, _>>()?
    };
    commit::commit(&folder, &changes, None, Finish::Pop(digest.clone()), hook)?;
    Ok(Undone {
        schema: "cello-undo/1".into(),
        tool: Tool::this(),
        digest: digest.clone(),
        steps: record.steps,
        files: record.files.into_iter().map(|file| file.path).collect(),
        already,
        left: stack.len() - 1,
    })
}

/// True if every file is as it was before the plan: taken back by other means, such as git.
fn is_before(root: &Path, record: &Record) -> Result<bool, ApplyError> {
    for file in &record.files {
        let now = content(root, &file.path)?.as_deref().map(sha256_hex);
        if now != file.before {
            return Ok(false);
        }
    }
    Ok(true)
}

fn change(root: &Path, record: &Record, file: &RecordedFile) -> Result<Change, ApplyError> {
    let changed = |what: &str| ApplyError::ChangedSince {
        file: file.path.clone(),
        what: what.to_string(),
        digest: record.digest.clone(),
    };
    let Some(now) = content(root, &file.path)? else {
        return Err(changed("was removed"));
    };
    if sha256_hex(&now) != file.after {
        return Err(changed("was edited"));
    }
    let before = match file.before {
        None => None,
        Some(_) => Some(record::take_back(file, &now).ok_or_else(|| ApplyError::Record {
            file: ".cello/applied".into(),
            detail: format!("it does not give the former content of {}", file.path),
        })?),
    };
    Ok(Change { path: file.path.clone(), before: Some(now), after: before })
}

fn content(root: &Path, path: &str) -> Result<Option<Vec<u8>>, ApplyError> {
    let (full, meta) = confine::existing(root, path)?;
    match meta {
        Some(_) => Ok(Some(fs::read(&full).map_err(io("read", &full))?)),
        None => Ok(None),
    }
}
