//! A failure as programs and people are told of it: what and where, why it matters, what to do next.

use serde::Serialize;

use super::failure::Failure;
use crate::report;
use crate::target::redact_lines;

/// Columns of a terminal that nobody has made wider.
const WIDTH: usize = 80;

/// A failure as programs are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorDocument {
    /// What failed.
    pub error: Told,
}

/// What is told of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Told {
    /// Stable id, which `explain` takes too.
    pub id: String,
    /// What happened, in a phrase.
    pub title: String,
    /// What happened here, and where.
    pub detail: String,
    /// The files and folders it is about, where it is about some.
    pub at: Vec<String>,
    /// What it means and why it matters.
    pub why: String,
    /// What to do next.
    pub help: String,
    /// The exit code.
    pub exit: i32,
}

impl Failure {
    /// For programs.
    pub fn json(&self) -> ErrorDocument {
        let card = self.card();
        ErrorDocument {
            error: Told {
                id: card.id.into(),
                title: card.title.into(),
                detail: clean(&self.detail()),
                at: super::places::places(self).iter().map(|place| clean(place)).collect(),
                why: card.why.into(),
                help: self.help(),
                exit: card.exit,
            },
        }
    }

    /// For people: what and where, why it matters, what to do next.
    pub fn text(&self) -> String {
        let card = self.card();
        format!(
            "error: {} [{}]\n{}\n\n{}\n\n{}\n(exit code {}; `cello-scaffold explain {}`)\n",
            card.title,
            card.id,
            indent(&clean(&self.detail())),
            wrapped(card.why),
            wrapped(&self.help()),
            card.exit,
            card.id,
        )
    }
}

/// Details quote the user's files and plans from anywhere: secrets stay there, and escape codes are shown, not obeyed.
fn clean(text: &str) -> String {
    report::clean(&redact_lines(text))
}

/// Prose in lines of a terminal's usual width. What stands between backticks is typed as it is, so it is never cut.
fn wrapped(text: &str) -> String {
    // Of the private use area: no space, so nothing is wrapped at it.
    const WHOLE: char = '\u{e000}';
    let parts = text.split('`').enumerate();
    let joined: Vec<String> = parts
        .map(|(index, part)| if index % 2 == 0 { part.into() } else { part.replace(' ', &WHOLE.to_string()) })
        .collect();
    let style = report::Style { color: false, width: WIDTH };
    // Each paragraph of its own, as some have several.
    let lines: Vec<String> =
        joined.join("`").lines().map(|line| report::page::paragraph(line, 0, style)).collect();
    lines.concat().trim_end().replace(WHOLE, " ")
}

fn indent(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }).collect();
    lines.join("\n")
}
