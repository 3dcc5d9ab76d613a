//! Cello is told of a sign-up twice: by the Customer that is made at sign-up, and by an event.
//!
//! Near misses: a Customer made at purchase; one without the code; events of other kinds.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let by_stripe = chart.plan.summary.attribution == "A"
        && (chart.rust.pairs.iter().any(|pair| pair.what.key == "cello_ucc")
            || chart.shapes_with("cello_ucc").next().is_some());
    let event = chart
        .rust
        .literals
        .iter()
        .find(|literal| ["new-signup", "signup-created"].contains(&literal.text.as_str()));
    match event.filter(|_| by_stripe && !chart.senders().is_empty()) {
        Some(event) => {
            let text = "The Customer made at sign-up says the same as this event.";
            vec![Hit::new(&event.file, &event.at, text)]
        }
        None => Vec::new(),
    }
}
