//! Pieces of a page of text on a terminal, for commands that show something else than a plan.

use super::Style;
use super::paint::{self, pad, truncate, wrap};

/// Columns of a name before what it means.
const NAME: usize = 26;

/// Prose, wrapped and indented.
pub fn paragraph(text: &str, indent: usize, style: Style) -> String {
    paint::paragraph(text, indent, style)
}

/// A line of a list; what does not fit goes on below its beginning.
pub fn item(text: &str, style: Style) -> String {
    let lines = wrap(text, style.width.saturating_sub(5).max(20));
    let first = |index: usize| if index == 0 { "   - " } else { "     " };
    lines.iter().enumerate().map(|(index, line)| format!("{}{line}\n", first(index))).collect()
}

/// A name and what it means, on one line.
pub fn row(name: &str, text: &str, style: Style) -> String {
    let gap = if name.chars().count() < NAME { "" } else { " " };
    let line = format!(" {}{gap}{text}", pad(name, NAME));
    format!("{}\n", truncate(&line, style.width))
}
