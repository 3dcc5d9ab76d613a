//! Cello's four components, in the words of its health report, judged from the source.

use super::chart::Chart;
use super::{ComponentHealth, ConnectionStatus, Finding, Severity, checklist};
use crate::playbook::Component;

const FOUR: [(Component, &str); 4] = [
    (Component::ReferralWidget, "nothing loads or boots the widget"),
    (Component::Attribution, "nothing loads the attribution script or reads the referral code"),
    (Component::SignupTracking, "nothing tells Cello of a sign-up"),
    (Component::PurchaseTracking, "no Stripe Customer carries Cello's metadata"),
];

/// The four, in Cello's order.
pub fn health(chart: &Chart<'_>, findings: &[Finding]) -> Vec<ComponentHealth> {
    FOUR.iter().map(|(component, missing)| one(chart, findings, *component, missing)).collect()
}

fn one(chart: &Chart<'_>, findings: &[Finding], component: Component, missing: &str) -> ComponentHealth {
    let trace = chart.traces.iter().find(|trace| trace.component == component);
    let of_it = || findings.iter().filter(|finding| finding.component == checklist::component(component));
    // In case A Stripe says of a sign-up what Cello has to know.
    let by_stripe = component == Component::SignupTracking && chart.plan.summary.attribution == "A";
    let trace = trace.or_else(|| {
        by_stripe
            .then(|| chart.traces.iter().find(|trace| trace.component == Component::PurchaseTracking))
            .flatten()
    });
    let errors = of_it().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = of_it().filter(|finding| finding.severity == Severity::Warning).count();
    let (connection_status, reason) = match (trace, errors, warnings) {
        (None, _, _) => (ConnectionStatus::NotConnected, format!("In the source {missing}.")),
        (_, 0, 0) if by_stripe => (
            ConnectionStatus::Connected,
            "The Customer made at sign-up tells Cello of it, as far as the source tells.".to_string(),
        ),
        (_, 0, 0) => (ConnectionStatus::Connected, "In place, as far as the source tells.".to_string()),
        (_, 0, n) => {
            (ConnectionStatus::ConnectedWithWarnings, format!("{} to look at.", count(n, "warning")))
        }
        (_, n, _) => (ConnectionStatus::NotConnected, format!("{} to put right.", count(n, "error"))),
    };
    ComponentHealth {
        component: checklist::component(component),
        connection_status,
        reason,
        at: trace.and_then(|trace| chart.at(&trace.file, trace.at.clone())),
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
