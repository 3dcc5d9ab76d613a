//! Decisions put to a person at the terminal.

use std::collections::BTreeSet;

use super::Console;
use crate::plan::{Accepts, Decision, Plan};

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
        show(decision, console);
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

fn show(decision: &Decision, console: &mut Console) {
    console.remark(&format!("\n{} [{}]\n  {}", decision.prompt, decision.id, decision.why));
    for (number, option) in decision.options.iter().enumerate() {
        let proposed = if decision.default.as_ref() == Some(&option.value) { " (proposed)" } else { "" };
        console.remark(&format!("  {}) {}: {}{proposed}", number + 1, option.value, option.label));
        if let Some(at) = &option.evidence {
            console.remark(&format!("     {}:{}: {}", at.file, at.line, at.text));
        }
    }
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
