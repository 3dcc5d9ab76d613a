//! An organisation's id is told in some of the places that must agree on it, and not in the others.
//!
//! Near misses: none of them, where people pay for themselves; parts of Cello that aren't there.

use super::Hit;
use crate::doctor::chart::{Chart, Entry};
use crate::playbook::Component;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let key = "new_user_organization_id";
    let pair = chart.rust.pairs.iter().find(|pair| pair.what.key == key);
    let in_stripe = pair.is_some() || chart.rust_says(key);
    let in_widget = chart.browser_says("orgIds")
        || chart.shapes_with("orgIds").next().is_some()
        || chart.rust_says("orgIds");
    let event = chart.shapes_with("eventName").find(|shape| {
        ["payload", "context"].iter().all(|key| shape.what.entries.iter().any(|entry| entry.key == *key))
    });
    // What isn't written out may name it.
    let person = event.and_then(|event| within(&within(&event.what.entries, "context")?, "newUser"));
    let in_event =
        person.as_ref().is_some_and(|person| person.iter().any(|entry| entry.key == "organizationId"));
    let claims = chart.claims().next();
    let mut missing = Vec::new();
    if chart.has(Component::PurchaseTracking) && !in_stripe {
        missing.push("the Customer's metadata");
    }
    if claims.is_some() && !in_widget {
        missing.push("the widget's orgIds");
    }
    if person.is_some() && !in_event {
        missing.push("the event's organizationId");
    }
    let has: Vec<&str> = [
        (in_stripe, "the Customer's metadata"),
        (in_widget, "the widget's orgIds"),
        (in_event, "the event's organizationId"),
    ]
    .into_iter()
    .filter(|(there, _)| *there)
    .map(|(_, name)| name)
    .collect();
    if has.is_empty() || missing.is_empty() {
        return Vec::new();
    }
    let text = format!("An organisation is in {}, and not in {}.", has.join(" and "), missing.join(" and "));
    let place = pair.map(|pair| (pair.file.clone(), pair.at.clone()));
    let place = place
        .or_else(|| claims.map(|(file, at, _)| (file.to_string(), at)))
        .or_else(|| event.map(|shape| (shape.file.clone(), shape.at.clone())));
    place.map(|(file, at)| Hit::new(&file, &at, text)).into_iter().collect()
}

fn within(entries: &[Entry], key: &str) -> Option<Vec<Entry>> {
    entries.iter().find(|entry| entry.key == key)?.value.entries().map(<[Entry]>::to_vec)
}
