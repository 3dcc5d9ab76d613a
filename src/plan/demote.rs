//! Steps that turned out not to compile, left to a person: the same text and place, as hand work.

use std::collections::{BTreeMap, BTreeSet};

use super::subset::refit;
use super::{HandWork, Plan, PlanError, PlannedEdit, Status, Step, Verdict, seal};
use crate::target::{At, SourceText};

/// The step on which all others stand: without it, what is left would be half an integration.
const MODULE: &str = "module";

/// The plan with some ready steps as hand work, and with them those that stand on them. `why` gives the reason by step;
/// `read` a file's bytes by its path from the root.
///
/// # Errors
/// If a file isn't what the plan was made from.
pub fn demote(
    plan: &Plan,
    why: &BTreeMap<String, String>,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Plan, PlanError> {
    let reasons = with_dependents(plan, why);
    let mut left = plan.clone();
    for step in left.steps.iter_mut().filter(|step| step.status == Status::Ready) {
        if let Some(reason) = reasons.get(&step.id) {
            by_hand(step, reason, read);
        }
    }
    for account in left.accounting.iter_mut().filter(|account| account.verdict == Verdict::Edit) {
        if let Some(reason) = account.step.as_ref().and_then(|step| reasons.get(step)) {
            account.verdict = Verdict::ByHand;
            account.reason.clone_from(reason);
        }
    }
    refit(&mut left, &plan.files, read)?;
    seal(&mut left);
    Ok(left)
}

/// The steps to demote, each with its reason: those given, and those that come after one of them.
fn with_dependents(plan: &Plan, why: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut reasons = why.clone();
    let ready = || plan.steps.iter().filter(|step| step.status == Status::Ready);
    loop {
        let known: BTreeSet<&String> = reasons.keys().collect();
        let next = ready().filter(|step| !known.contains(&step.id)).find_map(|step| {
            let module = MODULE.to_string();
            let stands_on = step.after.iter().chain([&module]).find(|id| known.contains(id))?;
            Some((step.id.clone(), format!("It waits for `{stands_on}`, which is left to a person.")))
        });
        let Some((id, reason)) = next else { return reasons };
        reasons.insert(id, reason);
    }
}

fn by_hand(step: &mut Step, reason: &str, read: &dyn Fn(&str) -> Option<Vec<u8>>) {
    step.status = Status::ByHand;
    step.reason = reason.to_string();
    step.by_hand.extend(step.edits.iter().map(|edit| HandWork {
        todo: format!("Put this into {}, changed so that it compiles.", edit.file),
        place: place(edit, read),
        text: edit.text.trim_matches('\n').to_string(),
        turns_green: None,
    }));
    step.edits.clear();
    step.after.clear();
}

/// Where an edit would have gone; nothing for a new file.
fn place(edit: &PlannedEdit, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<At> {
    let text = String::from_utf8(read(&edit.file)?).ok()?;
    let [start, end] = edit.at;
    text.get(start..end)?;
    Some(SourceText::new(edit.file.clone(), text).at(start..end))
}
