//! A step of the document: why, evidence, change, hand work, checks.

use serde::Serialize;

use crate::plan::{Plan, PlannedEdit, Step};
use crate::report::escape::{cell, code, fenced, html, prose};
use crate::report::lines::{creates, edit_place, step_files, step_place};
use crate::report::{Facts, clean, words};

use super::{codes, quoted};

/// A step.
#[derive(Serialize)]
pub struct Shown {
    number: usize,
    title: String,
    title_cell: String,
    id: String,
    id_cell: String,
    status: &'static str,
    component: &'static str,
    phase: &'static str,
    files: String,
    why: String,
    reason: String,
    needs: String,
    after: String,
    evidence: Vec<String>,
    facts: Vec<String>,
    changes: Vec<Change>,
    hand: Vec<Hand>,
    checks: Vec<String>,
    docs: Vec<String>,
}

#[derive(Serialize)]
struct Change {
    created: bool,
    label: String,
    diff: String,
}

#[derive(Serialize)]
struct Hand {
    number: usize,
    todo: String,
    place: String,
    text: String,
    green: String,
}

impl Shown {
    /// All steps, numbered from 1.
    pub fn all(plan: &Plan, fact: Facts<'_>) -> Vec<Self> {
        let numbered = plan.steps.iter().zip(1..);
        numbered.map(|(step, number)| step_view(plan, step, number, fact)).collect()
    }
}

fn step_view(plan: &Plan, step: &Step, number: usize, fact: Facts<'_>) -> Shown {
    let mut files: Vec<String> = step_files(step).into_iter().map(code).collect();
    if files.is_empty() {
        // Where to look, though nothing is changed there.
        let place = step_place(plan, step);
        files.extend((!place.is_empty()).then(|| code(&place)));
    }
    Shown {
        number,
        title: prose(&step.title),
        title_cell: cell(&prose(&step.title)),
        id: code(&step.id),
        id_cell: cell(&code(&step.id)),
        status: words::status(step.status),
        component: words::component(step.component),
        phase: if step.phase > 1 { "recommended" } else { "needed" },
        files: cell(&files.join(", ")),
        why: prose(&step.why),
        reason: prose(&step.reason),
        needs: codes(&step.needs),
        after: codes(&step.after),
        evidence: step
            .evidence
            .iter()
            .map(|evidence| format!("{}: {}", quoted(&evidence.at), prose(&evidence.fact)))
            .collect(),
        facts: step.cello_facts.iter().map(|id| fact_line(id, fact)).collect(),
        changes: step.edits.iter().map(|edit| change(plan, edit)).collect(),
        hand: hand(step),
        checks: step
            .acceptance
            .iter()
            .map(|check| format!("{}: {} ({})", code(&check.qa), prose(&check.text), words::how(check.how)))
            .collect(),
        docs: step
            .docs
            .iter()
            .map(|doc| format!("<{}> (read {})", link(&doc.url), prose(&doc.read)))
            .collect(),
    }
}

/// A fact with its source. An unknown id is no reason to hide that the step rests on it.
pub fn fact_line(id: &str, fact: Facts<'_>) -> String {
    match fact(id) {
        Some(fact) => {
            format!("{} (<{}>, read {})", prose(&fact.statement), link(&fact.page), prose(&fact.read))
        }
        None => format!("{} (not in this version's playbook)", code(id)),
    }
}

/// An address that can't end its own angle brackets.
fn link(url: &str) -> String {
    clean(url).replace(['<', '>', ' ', '\n'], "")
}

fn change(plan: &Plan, edit: &PlannedEdit) -> Change {
    let created = creates(plan, edit);
    let label = if created {
        let lines = words::count(edit.text.lines().count(), "line", "lines");
        format!("<code>{}</code>, a new file of {lines}", html(&edit.file))
    } else {
        code(&edit_place(plan, edit))
    };
    let diff = if edit.diff.is_empty() && created {
        crate::edit::unified(&edit.file, None, &edit.text)
    } else {
        edit.diff.clone()
    };
    Change { created, label, diff: fenced("diff", &diff) }
}

fn hand(step: &Step) -> Vec<Hand> {
    step.by_hand
        .iter()
        .enumerate()
        .map(|(index, work)| Hand {
            number: index + 1,
            todo: prose(&work.todo),
            place: work.place.as_ref().map_or_else(String::new, quoted),
            text: if work.text.trim().is_empty() { String::new() } else { fenced("", &work.text) },
            green: work.turns_green.as_deref().map_or_else(String::new, code),
        })
        .collect()
}
