//! Decisions put to a person at the terminal.

use std::collections::BTreeSet;

use super::Console;
use crate::plan::{Accepts, Decision, Evidence, Plan};
use crate::report::{self, page};

/// Asks for one decision that is open and not in `skipped`. `None` when there is none left or nobody to ask; a decision
/// passed over goes into `skipped`.
pub(super) fn next(
    plan: &Plan,
    skipped: &mut BTreeSet<String>,
    console: &mut Console,
) -> Option<(String, String)> {
    console.input.as_ref()?;
    for decision in plan.decisions.iter().filter(|decision| decision.answer.is_none()) {
        if skipped.contains(&decision.id) {
            continue;
        }
        show(plan, decision, console);
        let typed = console.ask("Your answer (empty to leave it open):")?;
        match answer(decision, &typed) {
            Ok(Some(value)) => return Some((decision.id.clone(), value)),
            Ok(None) => {}
            Err(why) => console.remark(&why),
        }
        skipped.insert(decision.id.clone());
    }
    None
}

/// The question with what speaks for each answer, and where in the code it arises.
fn show(plan: &Plan, decision: &Decision, console: &mut Console) {
    let style = console.style;
    let mut text = format!("\n{}", page::paragraph(&decision.prompt, 0, style));
    text += &page::paragraph(&decision.why, 2, style);
    for evidence in arises(plan, decision) {
        let at = &evidence.at;
        text += &page::item(&report::clean(&format!("{}:{}: {}", at.file, at.line, evidence.fact)), style);
    }
    for (number, option) in decision.options.iter().enumerate() {
        let proposed = if decision.default.as_ref() == Some(&option.value) { " (proposed)" } else { "" };
        let line = format!("{}) {}: {}{proposed}", number + 1, option.value, option.label);
        text += &page::paragraph(&line, 2, style);
        if let Some(at) = &option.evidence {
            text += &page::paragraph(&format!("{}:{}: {}", at.file, at.line, at.text), 5, style);
        }
    }
    text += &page::paragraph(&format!("[{}]", decision.id), 2, style);
    console.remark(text.trim_end());
}

/// What the steps that wait for an answer have found.
fn arises<'a>(plan: &'a Plan, decision: &Decision) -> Vec<&'a Evidence> {
    let waiting = plan.steps.iter().filter(|step| step.needs.contains(&decision.id));
    let mut found: Vec<&Evidence> = Vec::new();
    for evidence in waiting.flat_map(|step| &step.evidence) {
        if found.iter().all(|other| other.at != evidence.at) {
            found.push(evidence);
        }
    }
    found
}

/// An option's number or value, or any text where the decision takes one.
fn answer(decision: &Decision, typed: &str) -> Result<Option<String>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    let numbered =
        typed.parse::<usize>().ok().and_then(|number| decision.options.get(number.checked_sub(1)?));
    let named = decision.options.iter().find(|option| option.value == typed);
    match named.or(numbered) {
        Some(option) => Ok(Some(option.value.clone())),
        None if decision.accepts == Accepts::Option => {
            Err(format!("`{typed}` is none of the options; left open."))
        }
        None => Ok(Some(typed.to_string())),
    }
}
