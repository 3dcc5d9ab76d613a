//! A subscription's interval is sent in Stripe's words (`month`), not in Cello's (`monthly`).
//!
//! Near misses: prices sent to Stripe itself.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("eventName") {
        let context = shape
            .what
            .entries
            .iter()
            .find(|entry| entry.key == "context")
            .and_then(|entry| entry.value.entries());
        let subscription = context.into_iter().flatten().find(|entry| entry.key == "subscription");
        let inner = subscription.and_then(|entry| entry.value.entries()).unwrap_or_default();
        let interval =
            inner.iter().find(|entry| entry.key == "interval").and_then(|entry| entry.value.text());
        if let Some(word) = interval.filter(|word| ["day", "week", "month", "year"].contains(word)) {
            hits.push(Hit::new(
                &shape.file,
                &shape.at,
                format!("interval is `{word}`, which is Stripe's word."),
            ));
        }
    }
    hits
}
