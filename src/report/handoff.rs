//! What a plan leaves to others, as Markdown: for a person to work through, or an agent to be given.

use crate::plan::{Handoff, HandoffItem};

use super::escape::{code, fenced, prose};
use super::lines::place;
use super::terminal::decide_command;
use super::words;

/// The items that are left, each with its places, its text and its check.
pub fn markdown_handoff(handoff: &Handoff) -> String {
    let mut out =
        format!("# What is left for a person or an agent: {}\n\n", prose(&words::list(&handoff.packages)));
    if handoff.items.is_empty() && handoff.decisions.is_empty() {
        return out + "Nothing.\n";
    }
    out += &format!("It belongs to the plan {}. For every item:\n\n", code(&handoff.digest));
    for rule in &handoff.rules {
        out += &format!("- {}\n", prose(rule));
    }
    for decision in &handoff.decisions {
        out += &format!("\n## To decide: {}\n\n{}\n", prose(&decision.prompt), prose(&decision.why));
        if decision.human_only {
            out += "\nA person has to answer this, not an agent.\n";
        }
        out.push('\n');
        for choice in &decision.options {
            let at =
                choice.evidence.as_ref().map_or_else(String::new, |at| format!(", see {}", code(&place(at))));
            out += &format!("- {}: {}{at}\n", code(&choice.value), prose(&choice.label));
        }
        let value =
            decision.options.first().map_or(words::placeholder(decision.accepts), |choice| &choice.value);
        out += &format!("\n{}\n", fenced("sh", &decide_command(decision, value)));
    }
    for item in &handoff.items {
        out += &show(item);
    }
    out
}

fn show(item: &HandoffItem) -> String {
    let done = if item.ticked { ", done on a person's word" } else { "" };
    let mut out = format!(
        "\n## {}\n\n{} · {}{done}\n\n{}\n",
        prose(&item.title),
        code(&item.step),
        words::status(item.status),
        prose(&item.reason)
    );
    if !item.goal.is_empty() {
        out += &format!("\n{}\n", prose(&item.goal));
    }
    for (label, ids) in [("Waits for", &item.needs), ("Comes after", &item.after)] {
        if !ids.is_empty() {
            let ids: Vec<String> = ids.iter().map(|id| code(id)).collect();
            out += &format!("\n{label} {}.\n", words::list(&ids));
        }
    }
    if !item.evidence.is_empty() {
        out += "\nIn the code:\n\n";
    }
    for evidence in &item.evidence {
        let at = &evidence.at;
        out += &format!("- {} {}: {}\n", code(&place(at)), code(&at.text), prose(&evidence.fact));
    }
    for (work, number) in item.work.iter().zip(1..) {
        let at = work.place.as_ref().map_or_else(String::new, |at| format!(" ({})", code(&place(at))));
        out += &format!("\n{number}. {}{at}\n", prose(&work.todo));
        if !work.text.trim().is_empty() {
            out += &format!("\n{}\n", fenced("", work.text.trim_end()));
        }
        if let Some(green) = &work.turns_green {
            out += &format!("\nAfterwards {} of the QA checklist holds.\n", code(green));
        }
    }
    if !item.acceptance.is_empty() {
        out += "\nHow to check:\n\n";
    }
    for check in &item.acceptance {
        out += &format!("- {}: {} ({})\n", code(&check.qa), prose(&check.text), words::how(check.how));
    }
    out
}
