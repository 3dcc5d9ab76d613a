//! What an undo can take back and what it leaves, hunk by hunk and step by step, before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use super::check::Change;
use super::error::ApplyError;
use super::hunks::{Reverse, remaining, replaced, standing, unhex};
use super::migrated::First;
use super::record::{Record, RecordedFile};
use crate::edit::Standing;
use crate::plan::{Tool, sha256_hex};

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Undone {
    /// Always `cello-undo/1`.
    pub schema: String,
    /// What took it back.
    pub tool: Tool,
    /// The plan taken back.
    pub digest: String,
    /// `undone`, `partly` where something had to be left, or `dry-run`.
    pub outcome: String,
    /// Steps taken back.
    pub steps: Vec<String>,
    /// Files restored or, where the plan had created them, removed.
    pub files: Vec<String>,
    /// What is left, since it was changed after it was applied or because others need it.
    pub kept: Vec<Kept>,
    /// What to do first, where a file taken back may have had an effect already.
    pub first: Vec<First>,
    /// True if the files were as before already, and only the record went.
    pub already: bool,
    /// How many applied plans are left to undo.
    pub left: usize,
}

/// Something that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Kept {
    /// Its step.
    pub step: String,
    /// The file; null where the step is left for the sake of others.
    pub file: Option<String>,
    /// Why.
    pub reason: String,
    /// What the plan had put there.
    pub text: String,
}

/// A file with what became of its hunks.
pub(super) struct Found<'a> {
    pub file: &'a RecordedFile,
    pub now: Option<Vec<u8>>,
    hunks: Vec<(&'a Reverse, Standing)>,
}

impl<'a> Found<'a> {
    pub(super) fn new(file: &'a RecordedFile, now: Option<Vec<u8>>) -> Self {
        let places = now.as_deref().map(|now| standing(file, now)).unwrap_or_default();
        Self { hunks: file.reverse.iter().zip(places).collect(), file, now }
    }

    fn is_created(&self) -> bool {
        self.file.before.is_none()
    }

    /// Steps that stand in this file, each with why it can't be taken back from there.
    fn troubles(&self) -> Vec<Kept> {
        let kept = |step: &str, reason: String, text: String| Kept {
            step: step.to_string(),
            file: Some(self.file.path.clone()),
            reason,
            text,
        };
        match &self.now {
            None if self.is_created() => Vec::new(),
            None => {
                let all = self.file.reverse.iter();
                all.map(|one| kept(&one.step, "the file was moved or removed".into(), one.shown())).collect()
            }
            Some(now) if self.is_created() => {
                let edited = sha256_hex(now) != self.file.after;
                let reason = "the plan created this file, and it was edited since";
                let steps = self.file.steps.iter().filter(|_| edited);
                steps.map(|step| kept(step, reason.into(), String::new())).collect()
            }
            Some(_) => {
                let lost = self.hunks.iter().filter_map(|(one, standing)| Some((one, reason(standing)?)));
                lost.map(|(one, reason)| kept(&one.step, reason.into(), one.shown())).collect()
            }
        }
    }
}

fn reason(standing: &Standing) -> Option<&'static str> {
    match standing {
        Standing::There(_) | Standing::Gone => None,
        Standing::Edited => Some("what was put there was edited since"),
        Standing::Astray => Some("what surrounds it was edited, so nothing tells that it is the same"),
        Standing::Twice => Some("it could be in several places"),
    }
}

/// What of the wanted steps has to stay: those that can't be found whole, and those that they stand on.
pub(super) fn kept(record: &Record, found: &[Found], wanted: &BTreeSet<String>) -> Vec<Kept> {
    let mut kept: Vec<Kept> = found.iter().flat_map(Found::troubles).collect();
    kept.retain(|one| wanted.contains(&one.step));
    let mut staying: Vec<String> = kept.iter().map(|one| one.step.clone()).collect();
    let mut seen: BTreeSet<String> = staying.iter().cloned().collect();
    while let Some(step) = staying.pop() {
        for below in record.after.get(&step).into_iter().flatten().filter(|step| wanted.contains(*step)) {
            if seen.insert(below.clone()) {
                staying.push(below.clone());
                let reason = format!("`{step}`, which is left, stands on it");
                kept.push(Kept { step: below.clone(), file: None, reason, text: String::new() });
            }
        }
    }
    kept
}

/// The files without the steps that go, and the record of the others.
pub(super) fn without(
    record: &Record,
    found: &[Found],
    going: &BTreeSet<String>,
) -> Result<(Vec<Change>, Record), ApplyError> {
    let mut changes = Vec::new();
    let mut left = Record { files: Vec::new(), ..record.clone() };
    left.steps.retain(|step| !going.contains(step));
    left.after.retain(|step, _| !going.contains(step));
    left.first.retain(|first| !going.contains(&first.step));
    for one in found {
        let path = one.file.path.clone();
        if one.is_created() {
            if one.file.steps.iter().any(|step| !going.contains(step)) {
                left.files.push(one.file.clone());
            } else if let Some(now) = &one.now {
                changes.push(Change { path, before: Some(now.clone()), after: None });
            }
            continue;
        }
        let goes = |reverse: &Reverse| going.contains(&reverse.step);
        let Some(now) = &one.now else {
            left.files.push(one.file.clone());
            continue;
        };
        let mut taken: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
        for (reverse, place) in one.hunks.iter().filter(|(reverse, _)| goes(reverse)) {
            if let Standing::There(at) = place {
                let old = unhex(&reverse.bytes).ok_or_else(|| damaged(&path))?;
                taken.push((at.clone(), old));
            }
        }
        taken.sort_by_key(|(at, _)| at.start);
        let after = replaced(now, &taken).ok_or_else(|| damaged(&path))?;
        let others: Vec<(Reverse, Standing)> = one
            .hunks
            .iter()
            .filter(|(reverse, _)| !goes(reverse))
            .map(|(reverse, place)| ((*reverse).clone(), place.clone()))
            .collect();
        let whole = others.is_empty() && sha256_hex(now) == one.file.after;
        if whole && Some(sha256_hex(&after)) != one.file.before {
            return Err(damaged(&path));
        }
        if !others.is_empty() {
            left.files.push(remaining(one.file, others, &taken, &after));
        }
        if after != *now {
            changes.push(Change { path, before: Some(now.clone()), after: Some(after) });
        }
    }
    Ok((changes, left))
}

/// Steps that stand on some of those that are to go and would stay, each with those it stands on.
pub(super) fn standing_on(records: &[Record], going: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let mut gone = going.clone();
    let mut all = BTreeMap::new();
    loop {
        let mut more = BTreeMap::new();
        for record in records {
            for (step, after) in record.after.iter().filter(|(step, _)| !gone.contains(*step)) {
                let below: Vec<String> = after.iter().filter(|id| gone.contains(*id)).cloned().collect();
                if !below.is_empty() {
                    more.insert(step.clone(), below);
                }
            }
        }
        if more.is_empty() {
            return all;
        }
        gone.extend(more.keys().cloned());
        all.extend(more);
    }
}

fn damaged(path: &str) -> ApplyError {
    ApplyError::Record {
        file: ".cello/applied".into(),
        detail: format!("it does not give the former content of {path}"),
    }
}
