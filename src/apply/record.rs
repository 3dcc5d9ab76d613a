//! What was applied: a stack of records in `.cello/applied`, each enough to take its plan back byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::Change;
use super::durable::{self, Hook};
use super::error::{ApplyError, io};
use super::folder::Folder;
use super::hunks::{Reverse, reverse};
use super::migrated::{First, first};
use super::{commit, confine};
use crate::plan::{Plan, Status, sha256_hex};

/// The schema of `record.json`.
const SCHEMA: &str = "cello-applied/1";

/// One applied plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Always `cello-applied/1`.
    pub schema: String,
    /// The plan's digest.
    pub digest: String,
    /// Its steps that were applied and not taken back.
    pub steps: Vec<String>,
    /// Steps that others stand on, by step.
    #[serde(default)]
    pub after: BTreeMap<String, Vec<String>>,
    /// The files it changed.
    pub files: Vec<RecordedFile>,
    /// Folders it made, outermost first.
    pub folders: Vec<String>,
    /// How to take back what may have happened outside of the project.
    #[serde(default)]
    pub first: Vec<First>,
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
    /// The steps that wrote it, where the plan created it.
    #[serde(default)]
    pub steps: Vec<String>,
}

impl Record {
    /// The record of a plan and its changes.
    pub(super) fn new(root: &Path, plan: &Plan, changes: &[Change]) -> Result<Self, ApplyError> {
        let files = changes.iter().map(|change| {
            let after = change.after.as_deref().unwrap_or_default();
            RecordedFile {
                path: change.path.clone(),
                before: change.before.as_deref().map(sha256_hex),
                after: sha256_hex(after),
                reverse: match &change.before {
                    Some(before) => reverse(plan, &change.path, before, after),
                    None => Vec::new(),
                },
                steps: match &change.before {
                    Some(_) => Vec::new(),
                    None => plan.edits_of(&change.path).map(|(step, _)| step.id.clone()).collect(),
                },
            }
        });
        let applied = plan.steps.iter().filter(|step| step.status == Status::Ready);
        let path = PathBuf::from(".cello/applied");
        Ok(Self {
            schema: SCHEMA.into(),
            digest: plan.digest.clone(),
            steps: super::ready(plan),
            after: applied.map(|step| (step.id.clone(), step.after.clone())).collect(),
            files: files.collect(),
            first: first(plan),
            folders: commit::new_folders(root, changes)?,
            plan: serde_json::to_vec_pretty(plan).map_err(|error| io("written", &path)(error.into()))?,
        })
    }
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

/// The bytes of an applied plan.
pub(super) fn plan(folder: &Folder, digest: &str) -> Result<Vec<u8>, ApplyError> {
    let path = folder.applied().join(name(digest)?).join("plan.json");
    fs::read(&path).map_err(io("read", &path))
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

/// Puts the staged record in place of the one that has its digest, which keeps its place in the stack.
pub(super) fn replace(folder: &Folder, digest: &str, hook: Hook) -> Result<(), ApplyError> {
    let staged = folder.commit().join("record");
    if !staged.exists() {
        return Ok(());
    }
    let place = folder.applied().join(name(digest)?);
    for part in ["plan.json", "record.json"] {
        let (from, to) = (staged.join(part), place.join(part));
        hook("keep what is left of the record").map_err(io("written", &to))?;
        if from.exists() {
            durable::rename(&from, &to).map_err(io("written", &to))?;
        }
    }
    durable::sync_folder(&place.join("record.json")).map_err(io("flushed", &place))
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
