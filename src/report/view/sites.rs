//! The accounting: totals, and a row for every candidate.

use serde::Serialize;

use crate::plan::{Account, Plan, Verdict};
use crate::report::escape::{cell, code, prose};
use crate::report::lines::{locate, place};
use crate::report::words;

/// How many sites of a kind have each verdict.
#[derive(Serialize)]
pub struct Tally {
    name: String,
    counts: Vec<usize>,
    total: usize,
}

/// What becomes of a site.
#[derive(Serialize)]
pub struct Site {
    kind: &'static str,
    id: String,
    place: String,
    verdict: String,
    step: String,
    reason: String,
}

impl Tally {
    /// A row for each kind, and one for all; the last column is the sum of the others, counted apart.
    pub fn all(plan: &Plan) -> Vec<Self> {
        let row = |name: String, of: Vec<&Account>| Self {
            name,
            counts: words::VERDICTS
                .iter()
                .map(|verdict| of.iter().filter(|account| account.verdict == *verdict).count())
                .collect(),
            total: of.len(),
        };
        let mut rows: Vec<Self> = words::KINDS
            .iter()
            .map(|kind| {
                let of_kind = plan.accounting.iter().filter(|account| account.kind == *kind);
                row(words::kind(*kind).into(), of_kind.collect())
            })
            .filter(|tally| tally.total > 0)
            .collect();
        rows.push(row("**all**".into(), plan.accounting.iter().collect()));
        rows
    }
}

impl Site {
    /// A row for every candidate, in the plan's order.
    pub fn all(plan: &Plan) -> Vec<Self> {
        let accounts = plan.accounting.iter();
        accounts.map(|account| site(plan, account)).collect()
    }
}

fn site(plan: &Plan, account: &Account) -> Site {
    let step = account.step.as_ref().map(|id| {
        let number = plan.steps.iter().position(|step| step.id == *id);
        number.map_or_else(|| code(id), |index| (index + 1).to_string())
    });
    let case = account
        .case
        .as_ref()
        .filter(|_| account.verdict != Verdict::NotApplicable)
        .map_or_else(String::new, |case| format!(" (case {})", prose(case)));
    Site {
        kind: words::kind(account.kind),
        id: cell(&code(&account.site)),
        place: cell(&locate(&plan.survey, &account.site).map_or_else(String::new, |at| code(&place(at)))),
        verdict: format!("{}{case}", words::verdict(account.verdict)),
        step: cell(&step.unwrap_or_default()),
        reason: cell(&prose(&account.reason)),
    }
}
