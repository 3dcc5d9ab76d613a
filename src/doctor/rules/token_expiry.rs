//! The token's `exp`: given although nothing fetches a new token, or always the same.
//!
//! Near misses: no `exp`, as Cello has it; an `exp` with both callbacks; the application's own tokens.

use super::Hit;
use crate::doctor::chart::{Chart, Entry, Found, Shape, ValueKind};

pub(super) fn without_refresh(chart: &Chart<'_>) -> Vec<Hit> {
    let refreshes =
        ["onTokenExpiring", "onTokenExpired", "updateToken"].iter().any(|word| chart.browser_says(word));
    // Where the browser's side is kept elsewhere, nothing can be said of it.
    let boots = chart
        .scripts
        .iter()
        .any(|script| crate::doctor::chart::Call::all(&script.tokens).any(|call| call.is_boot()));
    if refreshes || !boots {
        return Vec::new();
    }
    let hit = |(shape, _): (&Found<Shape>, &Entry)| {
        Hit::new(&shape.file, &shape.at, "This token expires, and no browser code fetches a new one.")
    };
    expiring(chart).map(hit).collect()
}

pub(super) fn past(chart: &Chart<'_>) -> Vec<Hit> {
    let fixed = |entry: &Entry| match &entry.value.kind {
        ValueKind::Number(number) => Some(format!("exp is always {number}.")),
        ValueKind::Other(other) => {
            let millis =
                other.words.iter().find(|word| ["timestamp_millis", "as_millis"].contains(&word.as_str()))?;
            Some(format!("exp comes from `{millis}`, and a token's times are in seconds."))
        }
        _ => None,
    };
    expiring(chart).filter_map(|(shape, exp)| Some(Hit::new(&shape.file, &shape.at, fixed(exp)?))).collect()
}

fn expiring<'c>(chart: &'c Chart<'_>) -> impl Iterator<Item = (&'c Found<Shape>, &'c Entry)> {
    chart.shapes_with("productUserId").filter_map(|shape| {
        let exp = shape.what.entries.iter().find(|entry| entry.key == "exp")?;
        Some((shape, exp))
    })
}
