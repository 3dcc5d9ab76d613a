//! Stand-in, until the reports are merged.

use crate::plan::Plan;
use crate::survey::Survey;

/// How to write for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// A plan for a terminal.
pub fn terminal_plan(plan: &Plan, _style: Style) -> String {
    format!("{} steps, {}\n", plan.steps.len(), plan.digest)
}

/// A survey for a terminal.
pub fn terminal_survey(survey: &Survey, _style: Style) -> String {
    format!("{} applications\n", survey.apps.len())
}

/// A plan as a document.
pub fn markdown(plan: &Plan) -> String {
    format!("# {}\n", plan.digest)
}

/// A plan's diffs.
pub fn diff(plan: &Plan) -> String {
    let edits = plan.steps.iter().flat_map(|step| &step.edits);
    edits.map(|edit| edit.diff.as_str()).collect()
}
