//! Does the tree hold exactly what the plan was made from, and does the plan say exactly what it would write?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::confine;
use super::error::{ApplyError, io};
use crate::plan::{Plan, Status, sha256_hex};

/// One file before and after: created, changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path from the root.
    pub path: String,
    /// Its bytes now; `None` where it does not exist.
    pub before: Option<Vec<u8>>,
    /// Its bytes then; `None` where it is to go.
    pub after: Option<Vec<u8>>,
}

/// The files of a plan before and after, computed from its edits and the bytes on disk.
///
/// # Errors
/// If the plan contradicts itself, or any file isn't what it was made from.
pub fn changes(root: &Path, plan: &Plan) -> Result<Vec<Change>, ApplyError> {
    consistent(plan)?;
    plan.files
        .iter()
        .map(|file| {
            let before = match &file.before {
                Some(hash) => Some(unchanged(root, plan, &file.path, hash, &file.after)?),
                None => {
                    confine::fresh(root, &file.path).map_err(|error| with_steps(error, plan))?;
                    None
                }
            };
            let after = plan
                .result(&file.path, before.as_deref().unwrap_or_default())
                .map_err(|error| inconsistent(&file.path, error.to_string()))?;
            if sha256_hex(&after) != file.after {
                let why = "the edits do not give the content that the plan promises";
                return Err(inconsistent(&file.path, why.into()));
            }
            Ok(Change { path: file.path.clone(), before, after: Some(after) })
        })
        .collect()
}

/// What a hash can't tell: that lists agree with each other.
fn consistent(plan: &Plan) -> Result<(), ApplyError> {
    let mut ids = BTreeSet::new();
    for step in &plan.steps {
        if !ids.insert(&step.id) {
            return Err(inconsistent(&step.id, "two steps have this id".into()));
        }
        if step.status != Status::Ready && !step.edits.is_empty() {
            return Err(inconsistent(&step.id, "a step that is not ready has edits".into()));
        }
        for edit in &step.edits {
            if !plan.files.iter().any(|file| file.path == edit.file) {
                let why = format!("step {} edits it, but the plan does not list it", step.id);
                return Err(inconsistent(&edit.file, why));
            }
        }
    }
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    for file in &plan.files {
        confine::relative(&file.path)?;
        if let Some(other) = spellings.insert(file.path.to_lowercase(), &file.path) {
            let why = format!("the plan lists it twice, also as {other}");
            return Err(inconsistent(&file.path, why));
        }
        if plan.edits_of(&file.path).next().is_none() {
            return Err(inconsistent(&file.path, "no step edits it".into()));
        }
        match (&file.before, &file.content) {
            (None, Some(text)) if sha256_hex(text.as_bytes()) == file.after => {}
            (Some(_), None) => {}
            _ => {
                let why = "its content does not go with its hashes";
                return Err(inconsistent(&file.path, why.into()));
            }
        }
    }
    for path in spellings.keys() {
        let mut parent = path.as_str();
        while let Some((above, _)) = parent.rsplit_once('/') {
            if let Some(file) = spellings.get(above) {
                let why = "another file of the plan would lie in it".to_string();
                return Err(inconsistent(file, why));
            }
            parent = above;
        }
    }
    Ok(())
}

fn unchanged(root: &Path, plan: &Plan, path: &str, before: &str, after: &str) -> Result<Vec<u8>, ApplyError> {
    let stale =
        |what: String| ApplyError::Stale { file: path.to_string(), steps: steps_at(plan, path), what };
    let (full, meta) = confine::existing(root, path)?;
    let Some(meta) = meta else {
        return Err(stale("is gone".into()));
    };
    let bytes = fs::read(&full).map_err(io("read", &full))?;
    let now = sha256_hex(&bytes);
    if now == *after {
        return Err(stale("holds already what the plan would write".into()));
    }
    if now != *before {
        let what = format!("changed since the plan was made: {now} now, {before} then");
        return Err(stale(what));
    }
    if meta.permissions().readonly() {
        return Err(ApplyError::ReadOnly { file: path.into() });
    }
    Ok(bytes)
}

/// Ids of the steps that edit a file.
fn steps_at(plan: &Plan, path: &str) -> Vec<String> {
    let mut ids: Vec<String> = plan.edits_of(path).map(|(step, _)| step.id.clone()).collect();
    ids.dedup();
    ids
}

fn with_steps(error: ApplyError, plan: &Plan) -> ApplyError {
    match error {
        ApplyError::Stale { file, what, .. } => {
            ApplyError::Stale { steps: steps_at(plan, &file), file, what }
        }
        other => other,
    }
}

fn inconsistent(file: &str, why: String) -> ApplyError {
    ApplyError::Inconsistent { file: file.to_string(), why }
}
