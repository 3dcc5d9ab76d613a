//! Two plans side by side, for somebody who approved the old one.

use crate::plan::{Changed, Comparison, Kind, StepChange};

use super::paint::{Ink, pad};
use super::{Style, clean, words};

/// Columns of the word for a change.
const WORD: usize = 11;

/// What changed between two plans, and what of it to review again.
pub fn terminal_comparison(comparison: &Comparison, style: Style) -> String {
    if comparison.same {
        return "The plans are the same.\n".into();
    }
    let mut out = style.heading("What changed between the plans");
    let count = words::count(comparison.review.len(), "step", "steps");
    let verdict = match (comparison.approval_holds, comparison.review.len()) {
        (true, _) => {
            "Their digests are equal: an approval of the old plan holds for the new one.".to_string()
        }
        (false, 0) => {
            "No step does anything else than before, yet the digest is another: approve the new one.".into()
        }
        (false, _) => format!("To review again: {count}. All else does what it did."),
    };
    out += &style.paragraph(&verdict, 1);
    for step in &comparison.steps {
        out += &row(step, style);
    }
    if comparison.unchanged > 0 {
        let text = format!(" and {} as before", words::count(comparison.unchanged, "step", "steps"));
        out += &format!("{}\n", style.paint(Ink::Quiet, &text));
    }
    out += &list("Decisions", &comparison.decisions, style);
    out += &list("Sites", &comparison.sites, style);
    out += &files(&comparison.files, style);
    if !comparison.other.is_empty() {
        let text = format!("Also different: {}.", comparison.other.join(", "));
        out += &format!("\n{}", style.paragraph(&clean(&text), 1));
    }
    let diffs: Vec<&StepChange> =
        comparison.steps.iter().filter(|step| comparison.review.contains(&step.id)).collect();
    for step in diffs.into_iter().filter(|step| !step.diffs.is_empty()) {
        out += &format!("\n{}", style.heading(&step.id));
        for diff in &step.diffs {
            out += &clean(diff);
            if !diff.ends_with('\n') {
                out.push('\n');
            }
        }
    }
    out
}

/// ` changed    Serve the token and the script: edits`
fn row(step: &StepChange, style: Style) -> String {
    let (word, ink) = match step.change {
        Kind::Added => ("new", Ink::Ask),
        Kind::Removed => ("gone", Ink::Ask),
        Kind::Changed => ("changed", Ink::Ask),
        Kind::Moved => ("moved", Ink::Quiet),
        Kind::Reworded => ("reworded", Ink::Quiet),
    };
    let what = match (step.old_status, step.new_status) {
        (Some(old), Some(new)) if old != new => {
            format!(": {} before, {} now", words::status(old), words::status(new))
        }
        (Some(_), Some(_)) => format!(": {}", step.fields.join(", ")),
        (None, Some(status)) | (Some(status), None) => format!(" ({})", words::status(status)),
        (None, None) => String::new(),
    };
    format!(" {}{}\n", style.paint(ink, &pad(word, WORD)), clean(&format!("{}{what}", step.title)))
}

fn list(title: &str, changes: &[Changed], style: Style) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", style.heading(title));
    for change in changes {
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "none".into());
        let line = format!("{}: {} before, {} now", change.id, word(&change.old), word(&change.new));
        out += &style.paragraph(&clean(&line), 1);
    }
    out
}

/// Hashes tell a person nothing, so only what happened is said.
fn files(changes: &[Changed], style: Style) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", style.heading("Files"));
    for change in changes {
        let before = |entry: &Option<String>| {
            entry.as_ref().and_then(|text| Some(text.split_once(" to ")?.0.to_string()))
        };
        let what = match (&change.old, &change.new) {
            (None, _) => "only the new plan touches it",
            (_, None) => "only the old plan touches it",
            (old, new) if before(old) == before(new) => "the plan does something else to it",
            _ => "it changed in the project since the old plan",
        };
        out += &style.paragraph(&clean(&format!("{}: {what}", change.id)), 1);
    }
    out
}
