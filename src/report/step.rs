//! One step on a terminal, for review: everything about it, with its diff.

use crate::plan::Step;

use super::lines::place;
use super::paint::{Ink, paragraph, wrap};
use super::words;
use super::{Style, clean};

/// A step with its reasons, its evidence, its whole diff, and how to check it. Lines of code are never cut: what is
/// approved is what is shown.
pub fn terminal_step(step: &Step, style: Style) -> String {
    let mut out = style.heading(&step.title);
    let status = words::status(step.status);
    let about = format!("{} · {}", words::component(step.component), step.id);
    let ink = words::status_ink(step.status);
    out.push_str(&format!(" {}\n", style.paint(ink, status)));
    for line in wrap(&clean(&about), style.width.saturating_sub(1)) {
        out.push_str(&format!(" {}\n", style.paint(Ink::Quiet, &line)));
    }
    out.push_str(&paragraph(&step.reason, 1, style));
    if !step.evidence.is_empty() {
        out.push_str("\n Evidence\n");
    }
    for evidence in &step.evidence {
        out.push_str(&format!("   {}\n", clean(&place(&evidence.at))));
        out.push_str(&format!("     {}\n", style.paint(Ink::Quiet, &clean(&evidence.at.text))));
        out.push_str(&paragraph(&evidence.fact, 5, style));
    }
    for (label, ids) in [("Waits for", &step.needs), ("Needs", &step.after)] {
        if !ids.is_empty() {
            out.push_str(&paragraph(&format!("{label}: {}", ids.join(", ")), 1, style));
        }
    }
    for edit in &step.edits {
        out.push('\n');
        out.push_str(&diff(&edit.diff, style));
    }
    for (index, work) in step.by_hand.iter().enumerate() {
        let at = work.place.as_ref().map_or_else(String::new, |at| format!(" ({})", place(at)));
        out.push_str(&format!("\n By hand {}\n", index + 1));
        out.push_str(&paragraph(&format!("{}{at}", work.todo), 3, style));
        for line in clean(&work.text).lines() {
            out.push_str(&format!("     {line}\n"));
        }
    }
    if !step.acceptance.is_empty() {
        out.push_str("\n Check\n");
    }
    for check in &step.acceptance {
        let text = format!("{} {} ({})", check.qa, check.text, words::how(check.how));
        out.push_str(&paragraph(&text, 3, style));
    }
    out
}

/// A unified diff, coloured. The signs say the same.
pub fn diff(text: &str, style: Style) -> String {
    let mut out = String::new();
    for line in clean(text).lines() {
        let ink = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Some(Ink::Head),
            [b'+', ..] => Some(Ink::Good),
            [b'-', ..] => Some(Ink::Bad),
            [b'@', b'@', ..] => Some(Ink::Quiet),
            _ => None,
        };
        out.push_str(&ink.map_or_else(|| line.to_string(), |ink| style.paint(ink, line)));
        out.push('\n');
    }
    out
}

/// File names and first hunk of a diff, coloured: enough to see what a change is like.
pub fn first_hunk(text: &str, style: Style) -> String {
    let second = text.match_indices("\n@@ ").nth(1).map(|(at, _)| at + 1);
    diff(second.map_or(text, |end| &text[..end]), style)
}
