//! What no code can do, numbered, from the playbook: Stripe's webhook to Cello, the portal's settings, the first run.

use super::basis::{Basis, Case};
use super::draft::Draft;
use crate::plan::{HandWork, Status};
use crate::playbook::Playbook;

/// The hand steps of an application.
pub fn hand_steps(basis: &Basis) -> Vec<Draft> {
    let sells = basis.case != Case::Nowhere;
    let case = if basis.doubt().is_some() { Case::Unknown } else { basis.case }.letter();
    let step = |kind, status, reason: &str| step(kind, status, reason, case);
    const NONE: &str = "No call to Stripe was found in this application.";
    let webhook = match (sells, basis.doubt()) {
        (true, _) => step(
            "stripe-webhook",
            Status::ByHand,
            "Done in Stripe's dashboard and Cello's portal; nothing in the code takes part.",
        ),
        (false, Some(doubt)) => step("stripe-webhook", Status::ByHand, &format!("{NONE} {doubt}")),
        (false, None) => Draft::new("stripe-webhook", "", Status::NotApplicable, NONE),
    };
    vec![
        webhook,
        step(
            "portal-settings",
            Status::ByHand,
            "Only somebody who is signed in to Cello's portal can do it.",
        ),
        step("first-run-check", Status::ByHand, "Only the running application can show it."),
        step("deletion", Status::ByHand, "When and how accounts are deleted is yours to decide."),
    ]
}

fn step(kind: &'static str, status: Status, reason: &str, case: &str) -> Draft {
    let mut draft = Draft::new(kind, "", status, reason);
    draft.by_hand = from_playbook(kind, case);
    draft
}

/// The playbook's sheets of a step, in one case.
pub fn from_playbook(kind: &str, case: &str) -> Vec<HandWork> {
    let playbook = Playbook::embedded();
    let sheets = playbook.step(kind).into_iter().flat_map(|entry| &entry.hand);
    sheets
        .filter(|work| work.cases.is_empty() || work.cases.iter().any(|one| one == case))
        .map(|work| HandWork {
            todo: work.action.clone(),
            place: None,
            text: playbook.hand_text(work),
            turns_green: work.turns_green.clone(),
        })
        .collect()
}
