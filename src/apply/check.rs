//! Does the tree hold exactly what the plan was made from, and does the plan say exactly what it would write?

use std::path::Path;

use super::confine;
use super::consistent::{consistent, edits_fit, inconsistent};
use super::error::ApplyError;
use super::stale;
use crate::plan::{Plan, sha256_hex};

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
            edits_fit(plan, &file.path, before.as_deref())?;
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

fn unchanged(root: &Path, plan: &Plan, path: &str, before: &str, after: &str) -> Result<Vec<u8>, ApplyError> {
    let refused =
        |what: String| ApplyError::Stale { file: path.to_string(), steps: steps_at(plan, path), what };
    let Some((bytes, meta)) = confine::read(root, path)? else {
        return Err(refused("is gone".into()));
    };
    let now = sha256_hex(&bytes);
    if now == *after {
        return Err(refused("holds already what the plan would write".into()));
    }
    if now != *before {
        return Err(refused(stale::difference(plan, path, &bytes)));
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
