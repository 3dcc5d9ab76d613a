//! Stripe's webhook endpoint for Cello is made by a script or template that leaves events out.
//!
//! Near misses: the application's own endpoint; all events.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::playbook::Playbook;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let events = Playbook::embedded().fact("stripe-webhook-events").map_or(&[][..], |fact| &fact.values);
    let mut hits = Vec::new();
    for file in chart.target.files.values().chain(chart.front) {
        if file.path.ends_with(".md") || !file.text.contains("cello.so") {
            continue;
        }
        let Some(start) = file.text.find("enabled_events") else { continue };
        let all = file.text.contains("\"*\"") || file.text.contains("'*'");
        let missing: Vec<&str> =
            events.iter().map(String::as_str).filter(|event| !file.text.contains(event)).collect();
        if !all && !missing.is_empty() && missing.len() < events.len() {
            let text = format!("Missing among its events: {}.", missing.join(", "));
            hits.push(Hit::new(&file.path, &(start..start + "enabled_events".len()), text));
        }
    }
    hits
}
