//! The widget isn't told who the person is: no `productUserDetails` anywhere.
//!
//! Near misses: details under another name on the way, called so where `boot` gets them.

use super::Hit;
use crate::doctor::chart::{Call, Chart};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let in_rust =
        chart.shapes_with("productUserDetails").next().is_some() || chart.rust_says("productUserDetails");
    if in_rust || chart.browser_says("productUserDetails") {
        return Vec::new();
    }
    let mut hits = Vec::new();
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
