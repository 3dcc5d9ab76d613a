//! The plan at a glance: every file it changes and by how much, what is asked, and what is left to a person.

use serde::Serialize;

use crate::plan::{Plan, Status, Step};
use crate::report::words;

/// What a reader wants to know first.
#[derive(Serialize)]
pub struct Glance {
    files: Vec<File>,
    /// Questions without an answer.
    asked: Vec<String>,
    left: Vec<Left>,
}

/// A file that changes.
#[derive(Serialize)]
struct File {
    path: String,
    /// `new, 9 lines`, or `+2 −1`.
    size: String,
    /// The first step that changes it.
    step: usize,
}

/// A step that no edit does.
#[derive(Serialize)]
struct Left {
    step: usize,
    title: String,
    class: &'static str,
}

impl Glance {
    /// Reads it off a plan.
    pub fn of(plan: &Plan) -> Self {
        let numbered = || plan.steps.iter().zip(1..);
        let files = plan.files.iter().filter_map(|file| {
            let (_, step) = numbered().find(|(step, _)| touches(step, &file.path))?;
            let size = if file.before.is_none() {
                let lines = file.content.as_deref().unwrap_or_default().lines().count();
                format!("new, {}", words::count(lines, "line", "lines"))
            } else {
                changed(plan, &file.path)
            };
            Some(File { path: file.path.clone(), size, step })
        });
        let left = numbered().filter(|(step, _)| matches!(step.status, Status::ByHand | Status::Decide));
        let open = plan.decisions.iter().filter(|decision| decision.answer.is_none());
        Self {
            files: files.collect(),
            asked: open.map(|decision| decision.prompt.clone()).collect(),
            left: left
                .map(|(step, number)| Left {
                    step: number,
                    title: step.title.clone(),
                    class: super::flow::class(step.status),
                })
                .collect(),
        }
    }
}

fn touches(step: &Step, path: &str) -> bool {
    step.edits.iter().any(|edit| edit.file == path)
}

/// Lines that come and lines that go in an existing file.
fn changed(plan: &Plan, path: &str) -> String {
    let edits = plan.steps.iter().flat_map(|step| &step.edits).filter(|edit| edit.file == path);
    let (mut come, mut go) = (0, 0);
    for line in edits.flat_map(|edit| edit.diff.lines()) {
        come += usize::from(line.starts_with('+') && !line.starts_with("+++ "));
        go += usize::from(line.starts_with('-') && !line.starts_with("--- "));
    }
    if go == 0 { format!("+{come}") } else { format!("+{come} −{go}") }
}
