//! What a plan leaves to others, so that a person or an agent can finish it and prove it: one item for each step that no
//! edit does, with its places, its text and the check that turns green.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Acceptance, Component, Decision, Evidence, HandWork, Plan, Status, Step, Tool, sha256_hex};

/// The schema this version writes.
pub const HANDOFF: &str = "cello-handoff/1";

/// What holds for all of it.
const RULES: [&str; 5] = [
    "Apply the plan first: items call into the module that it inserts.",
    "Change only what an item names, and leave the inserted module as it is.",
    "Nothing that an item adds may fail a request or wait for Cello.",
    "Steps in Stripe's or Cello's portal are a person's; `cello-scaffold tick STEP` records their word.",
    "Afterwards compile and test, and run `cello-scaffold plan` again: a step whose code is there is done then.",
];

/// Everything of a plan that isn't ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Handoff {
    /// Always [`HANDOFF`].
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// Digest of the plan that it belongs to.
    pub digest: String,
    /// Names of the packages.
    pub packages: Vec<String>,
    /// What holds for all items.
    pub rules: Vec<String>,
    /// Decisions that are open. An answer may turn steps ready.
    pub decisions: Vec<Decision>,
    /// What is left, in the plan's order.
    pub items: Vec<HandoffItem>,
}

/// One step that no edit does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HandoffItem {
    /// The step's id.
    pub step: String,
    /// `decide` or `by-hand`.
    pub status: Status,
    /// What is to be done.
    pub title: String,
    /// The part of Cello it serves.
    pub component: Component,
    /// What it is for.
    pub goal: String,
    /// Why no edit does it here.
    pub reason: String,
    /// Decisions it waits for.
    pub needs: Vec<String>,
    /// Steps without which it does not work.
    pub after: Vec<String>,
    /// Places in the code, with what they show.
    pub evidence: Vec<Evidence>,
    /// What to do, in this order: where, and the exact text.
    pub work: Vec<HandWork>,
    /// How to tell that it worked.
    pub acceptance: Vec<Acceptance>,
    /// Facts about Cello that it rests on; `cello-scaffold explain` has each with its source.
    pub cello_facts: Vec<String>,
    /// True if a person has said that it is done.
    pub ticked: bool,
}

impl Handoff {
    /// Of a plan. `ticks` are the marks of the work that is done on a person's word, as [`Step::work_mark`] makes them.
    pub fn of(plan: &Plan, ticks: &BTreeSet<String>) -> Self {
        let left = plan.steps.iter().filter(|step| matches!(step.status, Status::Decide | Status::ByHand));
        Self {
            schema: HANDOFF.into(),
            tool: plan.tool.clone(),
            digest: plan.digest.clone(),
            packages: plan.project.packages.clone(),
            rules: RULES.map(String::from).to_vec(),
            decisions: plan.decisions.iter().filter(|decision| decision.answer.is_none()).cloned().collect(),
            items: left.map(|step| item(step, ticks)).collect(),
        }
    }
}

fn item(step: &Step, ticks: &BTreeSet<String>) -> HandoffItem {
    HandoffItem {
        step: step.id.clone(),
        status: step.status,
        title: step.title.clone(),
        component: step.component,
        goal: step.why.clone(),
        reason: step.reason.clone(),
        needs: step.needs.clone(),
        after: step.after.clone(),
        evidence: step.evidence.clone(),
        work: step.by_hand.clone(),
        acceptance: step.acceptance.clone(),
        cello_facts: step.cello_facts.clone(),
        ticked: ticks.contains(&step.work_mark()),
    }
}

impl Step {
    /// Names a step together with its hand work: a person's word does not hold for other work than they have done. Lines
    /// may move, so places count by their file alone.
    pub fn work_mark(&self) -> String {
        let mut all = format!("{}\n", self.id);
        for work in &self.by_hand {
            let file = work.place.as_ref().map_or("", |at| at.file.as_str());
            all.push_str(&format!("{}\n{file}\n{}\n", work.todo, work.text));
        }
        sha256_hex(all.as_bytes())
    }
}
