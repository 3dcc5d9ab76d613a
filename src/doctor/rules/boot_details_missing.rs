//! The widget isn't told who the person is: no `productUserDetails` anywhere, or none with an e-mail and a name.
//!
//! Near misses: details under another name on the way, called so where `boot` gets them; details put together elsewhere.

use super::Hit;
use crate::doctor::chart::{Call, Chart};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let in_rust =
        chart.shapes_with("productUserDetails").next().is_some() || chart.rust_says("productUserDetails");
    let mut hits = incomplete(chart);
    if in_rust || chart.browser_says("productUserDetails") {
        return hits;
    }
    for script in &chart.scripts {
        for call in Call::all(&script.tokens).filter(Call::is_boot) {
            // An object that is written out; what comes from elsewhere may have them.
            let last = call.arguments().last().copied().unwrap_or_default();
            let spread = last.windows(3).any(|three| three.iter().all(|token| token.is(".")));
            if last.first().is_some_and(|token| token.is("{")) && !spread {
                let at = &script.tokens[call.name].at;
                hits.push(Hit::new(&script.file, at, "boot gets no productUserDetails."));
            }
        }
    }
    hits
}

/// Details that are written out and lack what Cello needs of them.
fn incomplete(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("productUserDetails").filter(|shape| !shape.what.open) {
        let details = shape.what.entries.iter().find(|entry| entry.key == "productUserDetails");
        let Some(inner) = details.and_then(|details| details.value.entries()) else { continue };
        let has = |key: &str| inner.iter().any(|entry| entry.key == key);
        let named = has("firstName") || has("fullName");
        let missing = match (has("email"), named) {
            (true, true) => continue,
            (false, true) => "no e-mail",
            (true, false) => "no name",
            (false, false) => "neither e-mail nor name",
        };
        let text = format!("productUserDetails has {missing} here.");
        hits.push(Hit::new(&shape.file, &shape.at, text));
    }
    hits
}
