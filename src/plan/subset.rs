//! Part of a plan, as a plan of its own: the same edits filtered, with its own hashes and digest.

use std::collections::BTreeSet;

use super::{
    ChangedLines, Outcome, Plan, PlanError, PlannedEdit, PlannedFile, Status, Step, Summary, seal, sha256_hex,
};
use crate::edit::{self, Edit};

impl Plan {
    /// The edits of one file in step order, each with its step. Only ready steps have any.
    pub fn edits_of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a Step, &'a PlannedEdit)> {
        self.steps
            .iter()
            .filter(|step| step.status == Status::Ready)
            .flat_map(|step| step.edits.iter().map(move |edit| (step, edit)))
            .filter(move |(_, edit)| edit.file == path)
    }

    /// A file's bytes after all edits of this plan, from its bytes before.
    ///
    /// # Errors
    /// If edits overlap or lie outside of the file.
    pub fn result(&self, path: &str, original: &[u8]) -> Result<Vec<u8>, edit::SpliceError> {
        let edits: Vec<Edit> = self
            .edits_of(path)
            .map(|(_, edit)| Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() })
            .collect();
        edit::splice(original, &edits)
    }
}

/// The plan reduced to some of its steps. `read` gives a file's bytes by its path from the root.
///
/// # Errors
/// If a step does not exist, a kept step needs an unkept one, or a file isn't what the plan was made from.
pub fn subset(
    plan: &Plan,
    keep: &[String],
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Plan, PlanError> {
    let known: BTreeSet<&str> = plan.steps.iter().map(|step| step.id.as_str()).collect();
    if let Some(stranger) = keep.iter().find(|id| !known.contains(id.as_str())) {
        return Err(PlanError::NoStep(stranger.clone()));
    }
    let kept: BTreeSet<&str> = keep.iter().map(String::as_str).collect();
    let missing = missing(plan, &kept);
    if !missing.is_empty() {
        return Err(PlanError::Open(missing));
    }
    let mut part = plan.clone();
    part.steps.retain(|step| kept.contains(step.id.as_str()));
    part.subset = Some(part.steps.iter().map(|step| step.id.clone()).collect());
    refit(&mut part, &plan.files, read)?;
    seal(&mut part);
    Ok(part)
}

/// Brings files, counts and outcome in line with the steps that are ready. `files` are those of the whole plan.
pub(super) fn refit(
    part: &mut Plan,
    files: &[PlannedFile],
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<(), PlanError> {
    part.files = Vec::new();
    let mut summary =
        Summary { changed_lines: ChangedLines::default(), new_lines: 0, ..part.summary.clone() };
    for file in files {
        if part.edits_of(&file.path).next().is_none() {
            continue;
        }
        let original = original(file, read)?;
        let after = part
            .result(&file.path, &original)
            .map_err(|error| PlanError::Edits(format!("{}: {error}", file.path)))?;
        count_lines(&mut summary, file, &original, &after);
        part.files.push(PlannedFile {
            after: sha256_hex(&after),
            content: file.content.as_ref().map(|_| String::from_utf8_lossy(&after).into_owned()),
            ..file.clone()
        });
    }
    let number = |status| part.steps.iter().filter(|step| step.status == status).count();
    summary.ready = number(Status::Ready);
    summary.decide = number(Status::Decide);
    summary.by_hand = number(Status::ByHand);
    summary.done = number(Status::Done);
    summary.not_applicable = number(Status::NotApplicable);
    part.outcome = match (summary.decide, summary.ready) {
        (0, 0) => Outcome::NothingToDo,
        (0, _) => Outcome::Ready,
        _ => Outcome::Decide,
    };
    part.summary = summary;
    Ok(())
}

/// Steps that kept ones stand on and that aren't kept themselves. Only ready steps count: the others change nothing, so
/// that leaving them out takes nothing away.
fn missing(plan: &Plan, kept: &BTreeSet<&str>) -> Vec<String> {
    let mut seen = kept.clone();
    let mut open: Vec<&str> = kept.iter().copied().collect();
    while let Some(id) = open.pop() {
        let needed = plan.steps.iter().filter(|step| step.id == id);
        for id in needed.flat_map(|step| &step.after) {
            let counts = |step: &&Step| step.id == *id && step.status == Status::Ready;
            if plan.steps.iter().any(|step| counts(&step)) && seen.insert(id) {
                open.push(id);
            }
        }
    }
    plan.steps
        .iter()
        .map(|step| step.id.as_str())
        .filter(|id| seen.contains(id) && !kept.contains(id))
        .map(str::to_string)
        .collect()
}

fn original(file: &PlannedFile, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<Vec<u8>, PlanError> {
    let Some(before) = &file.before else {
        return Ok(Vec::new());
    };
    let bytes = read(&file.path).ok_or_else(|| PlanError::Edits(format!("{} can't be read", file.path)))?;
    if sha256_hex(&bytes) != *before {
        return Err(PlanError::Edits(format!("{} changed since the plan was made", file.path)));
    }
    Ok(bytes)
}

fn count_lines(summary: &mut Summary, file: &PlannedFile, original: &[u8], after: &[u8]) {
    let (old, new) = (String::from_utf8_lossy(original), String::from_utf8_lossy(after));
    if file.before.is_none() {
        summary.new_lines += new.lines().count();
        return;
    }
    let diff = edit::unified(&file.path, Some(&old), &new);
    // The first two lines are the header.
    let added = diff.lines().skip(2).filter(|line| line.starts_with('+')).count();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let lines = &mut summary.changed_lines;
    *match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => &mut lines.rust,
        Some("html" | "htm" | "hbs" | "tera" | "j2" | "jinja" | "jinja2" | "askama" | "liquid") => {
            &mut lines.templates
        }
        _ if matches!(name, "Cargo.toml" | "Cargo.lock") => &mut lines.manifests,
        _ => &mut lines.other,
    } += added;
}
