//! What becomes of every candidate of the survey, where no step says so: other applications, an integration that is there.

use std::collections::BTreeSet;

use super::basis::Basis;
use super::draft::{Draft, SiteVerdict};
use crate::plan::{Account, Evidence, SiteKind, Status, Verdict};
use crate::survey::{self, Findings};
use crate::target::Target;

/// Candidates of the workspace's other applications, each of which is planned by itself.
pub fn other_applications(target: &Target, findings: &Findings, planned: &str) -> Vec<Account> {
    let account = |site: &str, kind, package: &str| Account {
        site: site.to_string(),
        kind,
        verdict: Verdict::ByHand,
        step: None,
        case: None,
        reason: format!(
            "it belongs to `{package}`, another application; `plan --package {package}` plans that one"
        ),
    };
    let survey = &findings.survey;
    let mut accounts: Vec<Account> = Vec::new();
    // What a library does is listed with each application that is built on it, the planned one first.
    let mut seen = BTreeSet::new();
    let (own, others): (Vec<_>, Vec<_>) = survey.apps.iter().partition(|app| app.package == planned);
    for app in own.into_iter().chain(others) {
        let signups = app.signups.iter().map(|site| (&site.at, &site.id, SiteKind::Signup));
        let stripe = app.stripe.iter().map(|site| (&site.at, &site.id, SiteKind::Stripe));
        for (at, id, kind) in signups.chain(stripe) {
            if seen.insert((&at.file, at.bytes, id)) && app.package != planned {
                accounts.push(account(id, kind, &app.package));
            }
        }
    }
    let pages = survey.pages.iter().filter(|page| page.app != planned);
    accounts.extend(pages.map(|page| account(&page.id, SiteKind::Page, &page.app)));
    for app in &findings.apps {
        let package = &target.packages[app.package];
        let policies = app.shown.policies.iter().filter(|_| package.name != planned);
        accounts.extend(policies.map(|policy| account(&policy.id, SiteKind::Csp, &package.name)));
    }
    accounts
}

/// An integration of somebody else's is recognised and left alone.
pub fn foreign(
    basis: &Basis,
    trace: &survey::Existing,
    listed: &survey::App,
    findings: &Findings,
) -> (Draft, Vec<Account>) {
    let reason = format!(
        "Cello is integrated already: {}:{}. It is left alone; nothing is planned beside it.",
        trace.at.file, trace.at.line
    );
    let mut draft = Draft::new("module", "", Status::Done, reason.clone());
    draft.evidence = vec![Evidence { at: trace.at.clone(), fact: "a trace of Cello".into() }];
    let covered = |site: &str, kind| Account {
        site: site.to_string(),
        kind,
        verdict: Verdict::Covered,
        step: Some("module".into()),
        case: None,
        reason: "the integration that is there deals with it, or should".into(),
    };
    let mut accounts: Vec<Account> = Vec::new();
    accounts.extend(listed.signups.iter().map(|site| covered(&site.id, SiteKind::Signup)));
    accounts.extend(listed.stripe.iter().map(|site| covered(&site.id, SiteKind::Stripe)));
    let pages = findings.survey.pages.iter().filter(|page| page.app == listed.package);
    accounts.extend(pages.map(|page| covered(&page.id, SiteKind::Page)));
    accounts.extend(basis.app.shown.policies.iter().map(|policy| covered(&policy.id, SiteKind::Csp)));
    (draft, accounts)
}

/// A verdict as the plan lists it.
pub fn account(verdict: &SiteVerdict, step: Option<String>) -> Account {
    let has_step = !matches!(verdict.verdict, Verdict::NotApplicable);
    Account {
        site: verdict.site.clone(),
        kind: verdict.kind,
        verdict: verdict.verdict,
        step: step.filter(|_| has_step),
        case: verdict.case.map(str::to_string),
        reason: verdict.reason.clone(),
    }
}
