//! Where a step is: the line a reader jumps to, read off its diffs and evidence.

use crate::plan::{Plan, PlannedEdit, Step};
use crate::survey::Survey;
use crate::target::At;

/// Where a place is, as editors and terminals understand it.
pub fn place(at: &At) -> String {
    format!("{}:{}", at.file, at.line)
}

/// The best single place of a step: its first change in an existing file, else the file it creates, else the place of
/// its hand work, evidence or site.
pub fn step_place(plan: &Plan, step: &Step) -> String {
    let existing = step.edits.iter().find(|edit| !creates(plan, edit));
    if let Some(edit) = existing.or(step.edits.first()) {
        return edit_place(plan, edit);
    }
    let hand = step.by_hand.iter().find_map(|work| work.place.as_ref());
    let account = plan.accounting.iter().find(|account| account.step.as_deref() == Some(&step.id));
    hand.or(step.evidence.first().map(|evidence| &evidence.at))
        .or_else(|| locate(&plan.survey, &account?.site))
        .map_or_else(String::new, place)
}

/// The place of a candidate, by its id.
pub fn locate<'a>(survey: &'a Survey, id: &str) -> Option<&'a At> {
    let of_app = survey.apps.iter().flat_map(|app| {
        let signups = app.signups.iter().map(|signup| (&signup.id, &signup.at));
        signups.chain(app.stripe.iter().map(|call| (&call.id, &call.at)))
    });
    let pages = survey.pages.iter().map(|page| (&page.id, &page.at));
    of_app.chain(pages).find(|(known, _)| *known == id).map(|(_, at)| at)
}

/// Where an edit is: with its line, unless it creates the file.
pub fn edit_place(plan: &Plan, edit: &PlannedEdit) -> String {
    match first_changed(&edit.diff) {
        Some(line) if !creates(plan, edit) => format!("{}:{line}", edit.file),
        _ => edit.file.clone(),
    }
}

/// Whether an edit is the text of a file that does not exist yet.
pub fn creates(plan: &Plan, edit: &PlannedEdit) -> bool {
    plan.files.iter().any(|file| file.path == edit.file && file.before.is_none())
}

/// The files a step touches, each once, in the order of its edits.
pub fn step_files(step: &Step) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    for edit in &step.edits {
        if !files.contains(&edit.file.as_str()) {
            files.push(&edit.file);
        }
    }
    files
}

/// Line in the old file at which a unified diff changes something first.
fn first_changed(diff: &str) -> Option<usize> {
    let mut line: Option<usize> = None;
    for text in diff.lines() {
        if let Some(header) = text.strip_prefix("@@ -") {
            let start = header.split([',', ' ']).next()?.parse().ok();
            line = start.map(|start: usize| start.max(1));
        } else if let Some(number) = line.as_mut() {
            match text.chars().next() {
                Some('+' | '-') => return line,
                _ => *number += 1,
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_changed;

    #[test]
    fn the_first_changed_line_is_behind_the_context() {
        let diff = "--- a/x\n+++ b/x\n@@ -7,3 +7,4 @@\n a\n b\n+c\n d\n";
        assert_eq!(first_changed(diff), Some(9));
        assert_eq!(first_changed("@@ -0,0 +1,2 @@\n+a\n+b\n"), Some(1));
        assert_eq!(first_changed(""), None);
    }
}
