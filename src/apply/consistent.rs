//! What a hash can't tell: that a plan's lists agree with each other, and that what a person is shown of it is what it
//! would do. Whoever makes up a plan can give it the right hashes.

use std::collections::{BTreeMap, BTreeSet};

use super::confine;
use super::error::ApplyError;
use crate::edit::{Edit, splice, unified};
use crate::plan::{Plan, PlannedEdit, PlannedFile, Status, sha256_hex};
use crate::target::redact_lines;

/// No plan of this tool comes near; beyond it the checks themselves would take long.
const MOST_FILES: usize = 1_000;
const MOST_EDITS: usize = 20_000;

/// Checks all that can be checked without the project.
pub(super) fn consistent(plan: &Plan) -> Result<(), ApplyError> {
    let edits: usize = plan.steps.iter().map(|step| step.edits.len()).sum();
    if plan.files.len() > MOST_FILES || edits > MOST_EDITS {
        let why = format!("{} files and {edits} edits are more than any plan has", plan.files.len());
        return Err(inconsistent("the plan", why));
    }
    steps(plan)?;
    counts(plan)?;
    files(plan)
}

fn steps(plan: &Plan) -> Result<(), ApplyError> {
    let paths: BTreeSet<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
    let mut ids = BTreeSet::new();
    for step in &plan.steps {
        if !ids.insert(step.id.as_str()) {
            return Err(inconsistent(&step.id, "two steps have this id".into()));
        }
        if step.status != Status::Ready && !step.edits.is_empty() {
            return Err(inconsistent(&step.id, "a step that is not ready has edits".into()));
        }
        let open =
            |id: &&String| plan.decisions.iter().any(|known| known.id == **id && known.answer.is_none());
        if let Some(id) = step.needs.iter().find(open).filter(|_| step.status == Status::Ready) {
            return Err(inconsistent(&step.id, format!("it is ready, but the decision {id} is open")));
        }
        if let Some(edit) = step.edits.iter().find(|edit| !paths.contains(edit.file.as_str())) {
            let why = format!("step {} edits it, but the plan does not list it", step.id);
            return Err(inconsistent(&edit.file, why));
        }
    }
    for step in &plan.steps {
        // A part of a plan leaves out what changes nothing.
        let unknown = step.after.iter().find(|id| !ids.contains(id.as_str()));
        if let Some(id) = unknown.filter(|_| plan.subset.is_none()) {
            return Err(inconsistent(&step.id, format!("it comes after {id}, which the plan does not have")));
        }
    }
    let kept: Vec<&String> = plan.steps.iter().map(|step| &step.id).collect();
    match &plan.subset {
        Some(subset) if subset.iter().ne(kept) => {
            Err(inconsistent("subset", "it does not name the steps that the plan has".into()))
        }
        _ => Ok(()),
    }
}

/// The numbers by which a person approves.
fn counts(plan: &Plan) -> Result<(), ApplyError> {
    let told = &plan.summary;
    for (name, status, told) in [
        ("ready", Status::Ready, told.ready),
        ("decide", Status::Decide, told.decide),
        ("by-hand", Status::ByHand, told.by_hand),
        ("done", Status::Done, told.done),
        ("not-applicable", Status::NotApplicable, told.not_applicable),
    ] {
        let number = plan.steps.iter().filter(|step| step.status == status).count();
        if number != told {
            let why = format!("it tells of {told} {name} steps, but there are {number}");
            return Err(inconsistent("summary", why));
        }
    }
    Ok(())
}

fn files(plan: &Plan) -> Result<(), ApplyError> {
    let edited: BTreeSet<&str> =
        plan.steps.iter().flat_map(|step| &step.edits).map(|edit| edit.file.as_str()).collect();
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    for file in &plan.files {
        confine::relative(&file.path)?;
        if let Some(other) = spellings.insert(file.path.to_lowercase(), &file.path) {
            let why = format!("the plan lists it twice, also as {other}");
            return Err(inconsistent(&file.path, why));
        }
        if !edited.contains(file.path.as_str()) {
            return Err(inconsistent(&file.path, "no step edits it".into()));
        }
        content(file)?;
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

fn content(file: &PlannedFile) -> Result<(), ApplyError> {
    for hash in file.before.iter().chain([&file.after]) {
        let digits = hash.strip_prefix("sha256:").unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() != 64 || !digits.bytes().all(plain) {
            return Err(inconsistent(&file.path, format!("`{hash}` is no SHA-256")));
        }
    }
    match (&file.before, &file.content) {
        (None, Some(text)) if sha256_hex(text.as_bytes()) == file.after => Ok(()),
        (Some(_), None) => Ok(()),
        _ => Err(inconsistent(&file.path, "its content does not go with its hashes".into())),
    }
}

/// Checks the edits of one file against its bytes: no character is cut in two, and the diff that a person read shows
/// what the edit does.
pub(super) fn edits_fit(plan: &Plan, path: &str, before: Option<&[u8]>) -> Result<(), ApplyError> {
    let bytes = before.unwrap_or_default();
    let text = std::str::from_utf8(bytes).ok();
    for (step, edit) in plan.edits_of(path) {
        let wrong = |why: &str| Err(inconsistent(path, format!("step {}: {why}", step.id)));
        let [start, end] = edit.at;
        if start > end || end > bytes.len() {
            let why = format!("bytes {start} to {end} are no range in a file of {} bytes", bytes.len());
            return wrong(&why);
        }
        match text {
            Some(text) if !text.is_char_boundary(start) || !text.is_char_boundary(end) => {
                return wrong("an edit starts or ends inside of a character");
            }
            None if !edit.text.is_ascii() || !bytes[start..end].is_ascii() => {
                return wrong("the file isn't UTF-8, so that only ASCII can be put into it");
            }
            _ => {}
        }
        // Without a diff nothing wrong was shown.
        if !edit.diff.is_empty() && Some(&edit.diff) != shown(edit, before.map(|_| text)).as_ref() {
            return wrong("the diff of an edit shows something else than what the edit does");
        }
    }
    Ok(())
}

/// The diff of one edit alone, as the plan has to show it. `None` where there is none.
fn shown(edit: &PlannedEdit, before: Option<Option<&str>>) -> Option<String> {
    let Some(text) = before else {
        return Some(redact_lines(&unified(&edit.file, None, &edit.text)));
    };
    let alone = Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() };
    let after = String::from_utf8(splice(text?.as_bytes(), &[alone]).ok()?).ok()?;
    Some(redact_lines(&unified(&edit.file, text, &after)))
}

pub(super) fn inconsistent(file: &str, why: String) -> ApplyError {
    ApplyError::Inconsistent { file: file.to_string(), why }
}
