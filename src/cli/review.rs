//! `apply` at a terminal, step by step: each ready step is shown, and taken, left out or left for later.

use std::collections::{BTreeMap, BTreeSet};

use super::Console;
use crate::plan::{Plan, Status, Step};
use crate::playbook::Playbook;
use crate::report::{self, page};

/// What the letters mean.
const KEYS: &str = "y  yes, apply this step\n\
     n  no, leave it out\n\
     d  show its whole diff\n\
     w  why: what it is for, what it rests on\n\
     l  later: leave it open (also an empty line)\n\
     q  quit; nothing is applied";

/// What a person wants of a plan.
pub(super) struct Review {
    /// Steps to apply, in the plan's order.
    pub taken: Vec<String>,
    /// Steps that were wanted and are left, as others they need were not.
    pub held: BTreeMap<String, String>,
}

/// Goes through the ready steps. `None` if the person quits, or has gone.
pub(super) fn review(plan: &Plan, console: &mut Console) -> Option<Review> {
    let ready: Vec<&Step> = plan.steps.iter().filter(|step| step.status == Status::Ready).collect();
    let mut wanted = BTreeSet::new();
    for (index, step) in ready.iter().enumerate() {
        let needed = missing(step, &ready[..index], &wanted);
        if let Some(needed) = needed {
            console.remark(&report::clean(&format!("\n{}: left, as it needs {needed}.", step.title)));
            continue;
        }
        show(step, index + 1, ready.len(), console);
        if asked(step, console)? {
            wanted.insert(step.id.as_str());
        }
    }
    Some(close(&ready, wanted))
}

/// The first step before this one that it stands on and that was not taken.
fn missing<'a>(step: &'a Step, before: &[&Step], wanted: &BTreeSet<&str>) -> Option<&'a str> {
    let stands_on = step.after.iter().map(String::as_str);
    let mut left =
        stands_on.filter(|id| before.iter().any(|earlier| earlier.id == *id) && !wanted.contains(id));
    left.next()
}

/// Without steps that stand on one that is left, wherever it comes in the plan.
fn close(ready: &[&Step], mut wanted: BTreeSet<&str>) -> Review {
    let mut held = BTreeMap::new();
    loop {
        let open = ready.iter().filter(|step| wanted.contains(step.id.as_str())).find_map(|step| {
            let needed = step
                .after
                .iter()
                .find(|id| ready.iter().any(|other| other.id == **id) && !wanted.contains(id.as_str()))?;
            Some((step.id.as_str(), needed.clone()))
        });
        let Some((id, needed)) = open else { break };
        wanted.remove(id);
        held.insert(id.to_string(), needed);
    }
    let taken = ready.iter().filter(|step| wanted.contains(step.id.as_str()));
    Review { taken: taken.map(|step| step.id.clone()).collect(), held }
}

fn show(step: &Step, number: usize, of: usize, console: &mut Console) {
    let style = console.style;
    let mut text = format!("\n{}", style.heading(&format!("{number}/{of} {}", step.title)));
    text += &page::paragraph(&step.reason, 1, style);
    let mut files: Vec<&str> = step.edits.iter().map(|edit| edit.file.as_str()).collect();
    files.dedup();
    let lines: usize = step.edits.iter().map(|edit| edit.text.lines().count()).sum();
    text += &page::paragraph(&format!("{}: {lines} lines", files.join(", ")), 1, style);
    console.remark(text.trim_end());
}

/// Whether a person wants the step; `None` if they quit.
fn asked(step: &Step, console: &mut Console) -> Option<bool> {
    loop {
        let typed = console.ask("Apply this step? [y,n,d,w,l,q,?]")?;
        match typed.to_lowercase().as_str() {
            "y" | "yes" => return Some(true),
            "n" | "no" | "l" | "later" | "" => return Some(false),
            "q" | "quit" => return None,
            "d" | "diff" => console.remark(report::terminal_step(step, console.style).trim_end()),
            "w" | "why" => console.remark(why(step, console).trim_end()),
            _ => console.remark(KEYS),
        }
    }
}

fn why(step: &Step, console: &Console) -> String {
    let style = console.style;
    let mut text = page::paragraph(&step.why, 1, style);
    for evidence in &step.evidence {
        let at = &evidence.at;
        text += &page::item(&report::clean(&format!("{}:{}: {}", at.file, at.line, evidence.fact)), style);
    }
    for fact in step.cello_facts.iter().filter_map(|id| Playbook::embedded().fact(id)) {
        let page = fact.sources.first().map_or_else(String::new, |at| format!(" ({}, {})", at.page, at.read));
        text += &page::item(&format!("Cello: {}{page}", fact.statement), style);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Component;

    fn step(id: &str, after: &[&str]) -> Step {
        Step {
            id: id.into(),
            title: id.into(),
            component: Component::Setup,
            phase: 1,
            status: Status::Ready,
            why: String::new(),
            reason: String::new(),
            evidence: Vec::new(),
            cello_facts: Vec::new(),
            needs: Vec::new(),
            after: after.iter().map(ToString::to_string).collect(),
            edits: Vec::new(),
            by_hand: Vec::new(),
            acceptance: Vec::new(),
            docs: Vec::new(),
        }
    }

    #[test]
    fn what_stands_on_a_step_that_is_left_is_left_too() {
        let steps = [step("c", &["b"]), step("b", &["a"]), step("a", &["done-already"]), step("d", &[])];
        let ready: Vec<&Step> = steps.iter().collect();
        let review = close(&ready, BTreeSet::from(["c", "b", "d"]));
        assert_eq!(review.taken, ["d"]);
        assert_eq!(review.held, BTreeMap::from([("b".into(), "a".into()), ("c".into(), "b".into())]));
        let all = close(&ready, BTreeSet::from(["a", "b", "c", "d"]));
        assert_eq!(all.taken, ["c", "b", "a", "d"]);
        assert!(all.held.is_empty());
    }
}
