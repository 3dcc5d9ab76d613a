//! `iat` is missing, always the same, or in milliseconds.
//!
//! Near misses: a time in seconds under any name, claims that are only read.

use super::Hit;
use crate::doctor::chart::{Chart, Entry, ValueKind};

const MILLISECONDS: [&str; 4] = ["timestamp_millis", "as_millis", "as_micros", "as_nanos"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("productUserId") {
        let entries = &shape.what.entries;
        let has = |key: &str| entries.iter().any(|entry| entry.key == key);
        // A boot configuration has the id too, and needs no time.
        if !has("productId") || has("token") || has("productUserDetails") || shape.what.open {
            continue;
        }
        if let Some(text) = wrong(entries.iter().find(|entry| entry.key == "iat")) {
            hits.push(Hit::new(&shape.file, &shape.at, text));
        }
    }
    hits
}

fn wrong(iat: Option<&Entry>) -> Option<String> {
    let Some(iat) = iat else { return Some("These claims have no iat.".to_string()) };
    match &iat.value.kind {
        ValueKind::Number(number) => Some(format!("iat is always {number}.")),
        ValueKind::Text(_) => Some("iat is a text.".to_string()),
        ValueKind::Other(other) => {
            let divided = other.words.iter().any(|word| word == "checked_div" || word == "1000");
            let millis = other.words.iter().find(|word| MILLISECONDS.contains(&word.as_str()) && !divided)?;
            Some(format!("iat comes from `{millis}`, and Cello takes seconds."))
        }
        ValueKind::Object(_) => None,
    }
}
