//! What was applied: a stack of records in `.cello/applied`, each enough to take its plan back byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::Change;
use super::durable::{self, Hook};
use super::error::{ApplyError, io};
use super::folder::Folder;
use super::{commit, confine};
use crate::plan::{Plan, sha256_hex};

/// The schema of `record.json`.
const SCHEMA: &str = "cello-applied/1";

/// One applied plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Always `cello-applied/1`.
    pub schema: String,
    /// The plan's digest.
    pub digest: String,
    /// Its steps that were applied.
    pub steps: Vec<String>,
    /// The files it changed.
    pub files: Vec<RecordedFile>,
    /// Folders it made, outermost first.
    pub folders: Vec<String>,
    /// The plan itself, as it was applied; in a file of its own.
    #[serde(skip)]
    pub plan: Vec<u8>,
}

/// One file that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFile {
    /// Path from the root.
    pub path: String,
    /// `sha256:…` before; null where the plan created it.
    pub before: Option<String>,
    /// `sha256:…` after.
    pub after: String,
    /// What takes it back, by ranges in the file as it is after; none for a created file.
    pub reverse: Vec<Reverse>,
}

/// What stood in place of a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverse {
    /// First byte and the one after the last, in the file as it is after.
    pub at: [usize; 2],
    /// The bytes that were there, each as two hexadecimal digits: they need not be UTF-8.
    pub bytes: String,
}

impl Record {
    /// The record of a plan and its changes.
    pub(super) fn new(root: &Path, plan: &Plan, changes: &[Change]) -> Result<Self, ApplyError> {
        let files = changes.iter().map(|change| RecordedFile {
            path: change.path.clone(),
            before: change.before.as_deref().map(sha256_hex),
            after: sha256_hex(change.after.as_deref().unwrap_or_default()),
            reverse: match &change.before {
                Some(before) => reverse(plan, &change.path, before),
                None => Vec::new(),
            },
        });
        let path = PathBuf::from(".cello/applied");
        Ok(Self {
            schema: SCHEMA.into(),
            digest: plan.digest.clone(),
            steps: super::ready(plan),
            files: files.collect(),
            folders: commit::new_folders(root, changes)?,
            plan: serde_json::to_vec_pretty(plan).map_err(|error| io("written", &path)(error.into()))?,
        })
    }
}

/// Ranges of the new text with what they replaced.
fn reverse(plan: &Plan, path: &str, before: &[u8]) -> Vec<Reverse> {
    let mut edits: Vec<_> = plan.edits_of(path).map(|(_, edit)| edit).collect();
    edits.sort_by_key(|edit| edit.at);
    let (mut grown, mut shrunk) = (0, 0);
    edits
        .into_iter()
        .map(|edit| {
            let start = edit.at[0] + grown - shrunk;
            grown += edit.text.len();
            shrunk += edit.at[1] - edit.at[0];
            Reverse { at: [start, start + edit.text.len()], bytes: hex(&before[edit.at[0]..edit.at[1]]) }
        })
        .collect()
}

/// A file's bytes before, from its bytes after. `None` if the record does not fit.
pub(super) fn take_back(file: &RecordedFile, after: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(after.len());
    let mut position = 0;
    for reverse in &file.reverse {
        out.extend_from_slice(after.get(position..reverse.at[0])?);
        out.extend_from_slice(&unhex(&reverse.bytes)?);
        position = reverse.at[1];
    }
    out.extend_from_slice(after.get(position..)?);
    (Some(sha256_hex(&out)) == file.before).then_some(out)
}

/// Digests of the applied plans, the latest last.
pub(super) fn stack(folder: &Folder) -> Result<Vec<String>, ApplyError> {
    let path = folder.applied().join("stack.json");
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| damaged("stack.json", error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(io("read", &path)(error)),
    }
}

/// The record of an applied plan.
pub(super) fn load(folder: &Folder, digest: &str) -> Result<Record, ApplyError> {
    let name = name(digest)?;
    let path = folder.applied().join(name).join("record.json");
    let bytes = fs::read(&path).map_err(io("read", &path))?;
    let file = format!("{name}/record.json");
    let record: Record = serde_json::from_slice(&bytes).map_err(|error| damaged(&file, error.to_string()))?;
    if record.schema != SCHEMA || record.digest != digest {
        return Err(damaged(&file, "it is another record".into()));
    }
    for path in record.files.iter().map(|file| &file.path).chain(&record.folders) {
        confine::relative(path)?;
    }
    Ok(record)
}

/// Folders that an applied plan made; none if its record is gone already.
pub(super) fn folders(folder: &Folder, digest: &str) -> Result<Vec<String>, ApplyError> {
    let path = folder.applied().join(name(digest)?).join("record.json");
    if path.exists() { Ok(load(folder, digest)?.folders) } else { Ok(Vec::new()) }
}

/// Lays a record into the commit's folder, from where [`push`] takes it.
pub(super) fn stage(folder: &Folder, record: &Record, hook: Hook) -> Result<(), ApplyError> {
    let staged = folder.commit().join("record");
    durable::make_folders(&staged).map_err(io("made", &staged))?;
    let text = serde_json::to_vec_pretty(record).map_err(|error| io("written", &staged)(error.into()))?;
    for (name, bytes) in [("record.json", &text), ("plan.json", &record.plan)] {
        let path = staged.join(name);
        durable::replace_private(&path, bytes, hook).map_err(io("written", &path))?;
    }
    Ok(())
}

/// Puts the staged record on top of the stack.
pub(super) fn push(folder: &Folder, digest: &str, hook: Hook) -> Result<(), ApplyError> {
    let place = folder.applied().join(name(digest)?);
    let staged = folder.commit().join("record");
    if staged.exists() {
        let applied = folder.applied();
        durable::make_folders(&applied).map_err(io("made", &applied))?;
        hook("make room for the record").map_err(io("removed", &place))?;
        // The same plan may have been applied before and taken back by other means.
        durable::remove_all(&place).map_err(io("removed", &place))?;
        hook("keep the record").map_err(io("written", &place))?;
        durable::rename(&staged, &place).map_err(io("written", &place))?;
        durable::sync_folder(&place).map_err(io("flushed", &place))?;
    }
    let mut digests = stack(folder)?;
    digests.retain(|known| known != digest);
    digests.push(digest.to_string());
    write_stack(folder, &digests, hook)
}

/// Takes a record off the stack.
pub(super) fn pop(folder: &Folder, digest: &str, hook: Hook) -> Result<(), ApplyError> {
    let mut digests = stack(folder)?;
    digests.retain(|known| known != digest);
    write_stack(folder, &digests, hook)?;
    let place = folder.applied().join(name(digest)?);
    hook("remove the record").map_err(io("removed", &place))?;
    durable::remove_all(&place).map_err(io("removed", &place))
}

fn write_stack(folder: &Folder, digests: &[String], hook: Hook) -> Result<(), ApplyError> {
    let path = folder.applied().join("stack.json");
    let text = serde_json::to_vec_pretty(digests).map_err(|error| io("written", &path)(error.into()))?;
    durable::replace_private(&path, &text, hook).map_err(io("written", &path))
}

/// Folder name of a digest. Checked, because it comes from files that anybody may have written.
fn name(digest: &str) -> Result<&str, ApplyError> {
    digest
        .strip_prefix("sha256:")
        .filter(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .ok_or_else(|| damaged("stack.json", format!("`{digest}` is no digest")))
}

fn damaged(file: &str, detail: String) -> ApplyError {
    ApplyError::Record { file: format!(".cello/applied/{file}"), detail }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
