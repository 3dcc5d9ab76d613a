//! Planning again after a part of a plan was applied: what was applied is done, and the rest is planned as before.
#![expect(clippy::disallowed_methods, reason = "the environment says which case is run")]

mod golden;
mod hand;
mod seeded;

use std::collections::BTreeSet;

use cello_scaffold::apply::{self, Allow, Approval, Choice, Request};
use cello_scaffold::plan::{Plan, PlannedEdit, Status, Step};
use golden::{Copy, cases, difference};
use hand::bytes;
use seeded::Seeded;

/// Subsets tried of each case, besides those that one step makes. `SUBSETS=1000` tries more.
const TRIED: usize = 12;

fn ready(plan: &Plan) -> Vec<&Step> {
    plan.steps.iter().filter(|step| step.status == Status::Ready).collect()
}

fn apply_only(copy: &Copy, plan: &Plan, only: &BTreeSet<String>) {
    let choice = Choice::Only(only.iter().cloned().collect());
    let part = apply::chosen(plan, &choice, &copy.sample.root).unwrap();
    let request = Request {
        root: &copy.sample.root,
        plan: &bytes(plan),
        choice,
        approval: Approval::Digest(part.digest),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: false,
        test: false,
        cargo: "no-cargo-here".into(),
        hook: &|_| Ok(()),
    };
    apply::apply(request, &mut |_| {}).unwrap();
}

/// Some steps with all they stand on.
fn closed(plan: &Plan, some: &[&str]) -> BTreeSet<String> {
    let mut set: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&str> = some.to_vec();
    while let Some(id) = open.pop() {
        if let Some(step) = ready(plan).into_iter().find(|step| step.id == id)
            && set.insert(step.id.clone())
        {
            open.extend(step.after.iter().map(String::as_str));
        }
    }
    set
}

/// Closed subsets: the least that holds each step, the most that doesn't, and some at random.
fn subsets(plan: &Plan, seeded: &mut Seeded) -> BTreeSet<BTreeSet<String>> {
    let ids: Vec<&str> = ready(plan).iter().map(|step| step.id.as_str()).collect();
    let mut all: BTreeSet<BTreeSet<String>> = ids.iter().map(|id| closed(plan, &[id])).collect();
    for without in &ids {
        let others = ids.iter().filter(|id| !closed(plan, &[id]).contains(*without));
        all.insert(closed(plan, &others.copied().collect::<Vec<_>>()));
    }
    let tried = std::env::var("SUBSETS").ok().and_then(|text| text.parse().ok()).unwrap_or(TRIED);
    for _ in 0..tried {
        let some: Vec<&str> = ids.iter().filter(|_| seeded.once_in(3)).copied().collect();
        all.insert(closed(plan, &some));
    }
    all.retain(|set| !set.is_empty() && set.len() < ids.len());
    all
}

/// What edits say, without where: a place shifts by what was applied before it.
fn said(edits: &[PlannedEdit]) -> Vec<(&str, &str)> {
    edits.iter().map(|edit| (edit.file.as_str(), edit.text.as_str())).collect()
}

#[test]
fn after_any_closed_subset_the_rest_is_planned_as_before() {
    let (mut tried, mut seeded, mut wrong) = (0, Seeded::new(8), Vec::new());
    for case in cases() {
        let copy = case.copy();
        let plan = copy.plan();
        if plan.files.is_empty() {
            continue;
        }
        copy.apply(&plan);
        let whole = copy.sample.tree();
        for subset in subsets(&plan, &mut seeded) {
            tried += 1;
            let copy = case.copy();
            apply_only(&copy, &plan, &subset);
            let again = copy.plan();
            let mut found = differences(&plan, &again, &subset);
            copy.apply(&again);
            let now = copy.sample.tree();
            if now != whole {
                found.push(format!("the whole is another:\n{}", difference(&whole, &now)));
            }
            if !found.is_empty() {
                wrong.push(format!("{} after {subset:?}:\n  {}", case.name, found.join("\n  ")));
            }
        }
    }
    println!("{tried} closed subsets applied and planned again");
    assert!(wrong.is_empty(), "{} of {tried} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// How a second plan differs from what the first one promised.
fn differences(first: &Plan, again: &Plan, applied: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for step in &first.steps {
        let now = again.steps.iter().find(|other| other.id == step.id);
        let Some(now) = now else {
            found.push(format!("{} is gone, it was {:?}", step.id, step.status));
            continue;
        };
        if applied.contains(&step.id) {
            if now.status != Status::Done {
                found.push(format!("{} was applied and is {:?}: {}", step.id, now.status, now.reason));
            }
        } else if now.status != step.status {
            let (was, is) = (step.status, now.status);
            found.push(format!("{} was {was:?} and is {is:?}: {}", step.id, now.reason));
        } else if said(&now.edits) != said(&step.edits) {
            found.push(format!("{} says something else: {:?}", step.id, said(&now.edits)));
        }
    }
    for step in &again.steps {
        if !first.steps.iter().any(|other| other.id == step.id) {
            found.push(format!("{} is new", step.id));
        }
    }
    let open = |plan: &Plan| -> Vec<String> { plan.decisions.iter().map(|one| one.id.clone()).collect() };
    if open(first) != open(again) {
        found.push(format!("decisions are {:?}", open(again)));
    }
    found
}
