//! Shows a survey and a plan to people: on a terminal, as Markdown for a pull request, and as one diff.
//!
//! Nothing is computed here that a program could rely on: everything shown is in the plan, the survey, or the
//! playbook's facts. Text that came from a target passes through [`clean`], so that no escape code, no text that
//! changes the reading direction and no secret reaches a screen or a pull request.

mod clean;
mod compare;
mod diff;
mod doctor;
mod doctor_markdown;
mod escape;
mod handoff;
mod html;
mod lines;
mod markdown;
pub mod page;
mod paint;
mod privacy;
mod sarif;
mod step;
mod survey;
mod terminal;
mod view;
mod words;

pub use clean::clean;
pub use compare::terminal_comparison;
pub use diff::diff;
pub use doctor::terminal_diagnosis;
pub use doctor_markdown::markdown_diagnosis;
pub use handoff::markdown_handoff;
pub use html::html;
pub use markdown::{comment, markdown};
pub use paint::Style;
pub use privacy::{PageScripts, Privacy, Setting, Widened};
pub use sarif::sarif;
pub use step::{first_hunk, terminal_step};
pub use survey::{survey_lines, terminal_survey};
pub use terminal::{approve_command, decide_command, plan_lines, quote, terminal_plan};

/// A fact about Cello as a report shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactView {
    /// What holds, in a sentence.
    pub statement: String,
    /// Address of the page it was read on.
    pub page: String,
    /// When it was read, `YYYY-MM` or `YYYY-MM-DD`.
    pub read: String,
}

/// Looks up a fact by its id.
pub type Facts<'a> = &'a dyn Fn(&str) -> Option<FactView>;
