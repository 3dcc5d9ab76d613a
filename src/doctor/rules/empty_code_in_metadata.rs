//! `cello_ucc` is sent empty where no code is known; Stripe takes that for deleting the key.
//!
//! Near misses: the key left out without a code.

use super::Hit;
use crate::doctor::chart::{Chart, Value};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let text = "Without a code, cello_ucc is sent empty here.";
    let pairs = chart
        .rust
        .pairs
        .iter()
        .filter(|pair| pair.what.key == "cello_ucc" && is_perhaps_empty(&pair.what.value));
    let mut hits: Vec<Hit> = pairs.map(|pair| Hit::new(&pair.file, &pair.at, text)).collect();
    for shape in chart.shapes_with("cello_ucc") {
        let entry = shape.what.entries.iter().find(|entry| entry.key == "cello_ucc");
        if entry.is_some_and(|entry| is_perhaps_empty(&entry.value)) {
            hits.push(Hit::new(&shape.file, &shape.at, text));
        }
    }
    hits
}

/// True for a value that is an empty text where there is no code.
pub(super) fn is_perhaps_empty(value: &Value) -> bool {
    value.text() == Some("")
        || value.other().is_some_and(|other| {
            let says = |word: &str| other.words.iter().any(|have| have == word);
            says("unwrap_or_default") || (says("unwrap_or") && says(""))
        })
}
