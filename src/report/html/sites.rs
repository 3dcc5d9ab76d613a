//! The accounting: totals, and a row for every candidate with the step that deals with it.

use serde::Serialize;

use crate::plan::{Account, Plan, SiteKind, Verdict};
use crate::report::lines::{locate, place};
use crate::report::words;

/// How many sites of a kind there are.
#[derive(Serialize)]
pub struct Tally {
    kind: &'static str,
    total: usize,
    counts: String,
}

/// What becomes of a site.
#[derive(Serialize)]
pub struct Site {
    kind: &'static str,
    id: String,
    place: String,
    verdict: &'static str,
    class: &'static str,
    step: usize,
    title: String,
    reason: String,
}

/// A row for every candidate, by kind, as the totals are.
pub fn sites(plan: &Plan) -> Vec<Site> {
    let number = |id: &str| plan.steps.iter().position(|step| step.id == id).map(|index| index + 1);
    let site = |account: &Account| Site {
        kind: words::kind(account.kind),
        id: account.site.clone(),
        place: locate(&plan.survey, &account.site).map_or_else(String::new, place),
        verdict: words::verdict(account.verdict),
        class: match account.verdict {
            Verdict::Edit => "ready",
            Verdict::Covered => "done",
            Verdict::NotApplicable => "not-needed",
            Verdict::Undecided => "decide",
            Verdict::ByHand => "by-hand",
        },
        step: account.step.as_deref().and_then(number).unwrap_or_default(),
        title: account.case.as_ref().map_or_else(String::new, |case| format!("case {case}")),
        reason: account.reason.clone(),
    };
    let of_kind = |kind: SiteKind| plan.accounting.iter().filter(move |account| account.kind == kind);
    words::KINDS.into_iter().flat_map(of_kind).map(site).collect()
}

/// How many sites of each kind there are, and what becomes of them.
pub fn tallies(plan: &Plan) -> Vec<Tally> {
    let of_kind = |kind: SiteKind| plan.accounting.iter().filter(move |account| account.kind == kind);
    let counts = |kind: SiteKind| {
        let number = |verdict: Verdict| of_kind(kind).filter(|account| account.verdict == verdict).count();
        let counted = words::VERDICTS.into_iter().map(|verdict| (number(verdict), words::verdict(verdict)));
        let parts: Vec<String> = counted
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        parts.join(", ")
    };
    words::KINDS
        .into_iter()
        .map(|kind| Tally { kind: words::kind(kind), total: of_kind(kind).count(), counts: counts(kind) })
        .filter(|tally| tally.total > 0)
        .collect()
}
