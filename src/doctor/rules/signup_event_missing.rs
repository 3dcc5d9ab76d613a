//! The Customer is made at purchase, so Cello has to be told of sign-ups by an event, and nothing sends one.
//!
//! Near misses: a Customer made at sign-up, whose metadata says it; an event under any of its names.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::playbook::Component;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let sends = ["ReferralUpdated", "new-signup", "signup-created"]
        .iter()
        .any(|word| chart.rust_says(word) || chart.front.iter().any(|file| file.text.contains(word)));
    let has_signup =
        chart.findings.survey.apps.iter().flat_map(|app| &app.signups).any(|site| site.decoy.is_none());
    if chart.plan.summary.attribution != "B" || sends || !has_signup {
        return Vec::new();
    }
    // Where purchases are told, sign-ups have to be; a widget alone may be all that is wanted yet.
    let tracked = chart
        .traces
        .iter()
        .find(|trace| trace.component == Component::PurchaseTracking && trace.file.ends_with(".rs"));
    let text = "The Stripe Customer is made at purchase, and no `new-signup` event is sent after a sign-up.";
    tracked.map(|trace| Hit::new(&trace.file, &trace.at, text)).into_iter().collect()
}
