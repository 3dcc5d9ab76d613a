//! Takes an applied plan back, or some of its steps: byte for byte where nothing else changed, else its own hunks where
//! what surrounds them tells them for certain. All or nothing, and what is left is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::commit::{self, Finish};
use super::durable::Hook;
use super::error::{ApplyError, io};
use super::folder::{self, Folder};
use super::record::{self, Record};
use super::taken::{Found, Kept, Undone, kept, standing_on, without};
use super::{Tell, clear_up, confine, is_interrupted};
use crate::plan::{PlanError, Tool};

/// What to take back, and how.
pub struct Back<'a> {
    /// The project's root.
    pub root: &'a Path,
    /// Steps to take back; none means the last apply as a whole.
    pub only: &'a [String],
    /// Say what would be taken back, write nothing.
    pub dry_run: bool,
    /// Called before every durable step.
    pub hook: Hook<'a>,
}

/// Takes the last apply in a project back.
///
/// # Errors
/// If nothing was applied, or nothing of it can be taken back.
pub fn undo(root: &Path, tell: Tell, hook: Hook) -> Result<Undone, ApplyError> {
    take_back(&Back { root, only: &[], dry_run: false, hook }, tell)
}

/// Takes an apply back, or some of its steps.
///
/// # Errors
/// If nothing was applied, steps that stay stand on those that go, or nothing can be taken back.
pub fn take_back(back: &Back, tell: Tell) -> Result<Undone, ApplyError> {
    let root = &fs::canonicalize(back.root).map_err(io("read", back.root))?;
    if !folder::own(root)?.exists() {
        return Err(ApplyError::NothingApplied);
    }
    if back.dry_run && is_interrupted(root)? {
        return Err(ApplyError::Interrupted);
    }
    let folder = Folder::open(root)?;
    if !back.dry_run {
        clear_up(&folder, tell)?;
    }
    let stack = record::stack(&folder)?;
    let records = stack.iter().rev().map(|digest| record::load(&folder, digest));
    let records = records.collect::<Result<Vec<Record>, _>>()?;
    let (record, wanted) = chosen(&records, back.only)?;
    let found = record
        .files
        .iter()
        .map(|file| Ok(Found::new(file, confine::read(root, &file.path)?.map(|(bytes, _)| bytes))));
    let found = found.collect::<Result<Vec<Found>, ApplyError>>()?;
    let kept = kept(record, &found, &wanted);
    let staying: BTreeSet<&String> = kept.iter().map(|one| &one.step).collect();
    let going: BTreeSet<String> = wanted.iter().filter(|step| !staying.contains(step)).cloned().collect();
    if going.is_empty() && !kept.is_empty() {
        return Err(nothing(record, &kept));
    }
    let (changes, mut left) = without(record, &found, &going)?;
    let over = left.steps.is_empty();
    if !back.dry_run {
        let digest = record.digest.clone();
        if over {
            commit::commit(&folder, &changes, None, Finish::Pop(digest), back.hook)?;
        } else {
            left.plan = record::plan(&folder, &digest)?;
            commit::commit(&folder, &changes, Some(&left), Finish::Replace(digest), back.hook)?;
        }
    }
    let outcome = match (back.dry_run, kept.is_empty()) {
        (true, _) => "dry-run",
        (false, true) => "undone",
        (false, false) => "partly",
    };
    Ok(Undone {
        schema: "cello-undo/1".into(),
        tool: Tool::this(),
        digest: record.digest.clone(),
        outcome: outcome.into(),
        steps: record.steps.iter().filter(|step| going.contains(*step)).cloned().collect(),
        already: changes.is_empty(),
        files: changes.into_iter().map(|change| change.path).collect(),
        kept,
        first: record.first.iter().filter(|first| going.contains(&first.step)).cloned().collect(),
        left: stack.len() - usize::from(over && !back.dry_run),
    })
}

/// The record that holds the steps, and the steps. Those of an earlier plan can be taken back too, as long as nothing
/// applied since stands on them.
fn chosen<'a>(records: &'a [Record], only: &[String]) -> Result<(&'a Record, BTreeSet<String>), ApplyError> {
    let last = records.first().ok_or(ApplyError::NothingApplied)?;
    let Some(first) = only.first() else {
        return Ok((last, last.steps.iter().cloned().collect()));
    };
    let holds = |record: &&Record, step: &String| record.steps.contains(step);
    let record = records.iter().find(|record| holds(record, first)).unwrap_or(last);
    let wanted: BTreeSet<String> = only.iter().cloned().collect();
    if let Some(stranger) = only.iter().find(|step| !holds(&record, step)) {
        if records.iter().any(|other| holds(&other, stranger)) {
            let (one, other) = (first.clone(), stranger.clone());
            return Err(ApplyError::TwoPlans { one, other });
        }
        return Err(PlanError::NoStep(stranger.clone()).into());
    }
    let standing = standing_on(records, &wanted);
    if standing.is_empty() { Ok((record, wanted)) } else { Err(ApplyError::StoodOn { steps: standing }) }
}

fn nothing(record: &Record, kept: &[Kept]) -> ApplyError {
    let told = kept.iter().filter_map(|one| Some((one.file.clone()?, one)));
    let told = told.map(|(file, one)| format!("{file}: {} ({})", one.reason, one.step));
    ApplyError::ChangedSince { digest: record.digest.clone(), what: told.collect() }
}
