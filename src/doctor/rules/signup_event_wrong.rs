//! An event to Cello has a wrong name or trigger, or lacks what it must have.
//!
//! Near misses: events of other services; values that come from elsewhere.

use super::Hit;
use super::empty_code_in_metadata::is_perhaps_empty;
use crate::doctor::chart::{Chart, Entry, Value};

const TRIGGERS: [&str; 4] = ["new-signup", "demo-call-attended", "invoice-paid", "charge-refunded"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("eventName") {
        let entries = &shape.what.entries;
        let has = |key: &str| entries.iter().any(|entry| entry.key == key);
        // Cello's envelope: nobody else's event has these three.
        if !has("payload") || !has("context") {
            continue;
        }
        for text in wrong(entries) {
            hits.push(Hit::new(&shape.file, &shape.at, text));
        }
    }
    hits
}

fn wrong(entries: &[Entry]) -> Vec<String> {
    let mut out = Vec::new();
    let at = |path: &[&str]| find(entries, path);
    if let Some(name) = at(&["eventName"]).and_then(Value::text).filter(|name| *name != "ReferralUpdated") {
        out.push(format!("eventName is `{name}`; it is always `ReferralUpdated`."));
    }
    if let Some(trigger) =
        at(&["context", "event", "trigger"]).and_then(Value::text).filter(|text| !TRIGGERS.contains(text))
    {
        out.push(format!("`{trigger}` is no trigger that Cello knows."));
    }
    if at(&["payload", "ucc"]).is_some_and(is_perhaps_empty) {
        out.push("payload.ucc is empty where there is no code; then there is nothing to send.".to_string());
    }
    let needs: [(&[&str], &[&str]); 3] = [
        (&["payload"], &["ucc", "newUserId"]),
        (&["context", "newUser"], &["id"]),
        (&["context", "event"], &["trigger", "timestamp"]),
    ];
    for (path, wanted) in needs {
        let Some(inner) = at(path).and_then(Value::entries) else { continue };
        for key in wanted.iter().filter(|key| !inner.iter().any(|entry| entry.key == **key)) {
            out.push(format!("The event has no {}.{key}.", path.join(".")));
        }
    }
    out
}

fn find<'e>(entries: &'e [Entry], path: &[&str]) -> Option<&'e Value> {
    let (first, rest) = path.split_first()?;
    let value = &entries.iter().find(|entry| entry.key == *first)?.value;
    if rest.is_empty() { Some(value) } else { find(value.entries()?, rest) }
}
