//! `CelloAttribution` is called as if its script had surely loaded.
//!
//! Near misses: the stand-in that keeps calls; a check or wait before the call; a call once the script has loaded.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    if chart.browser_says("CelloAttributionCmd") {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for script in &chart.scripts {
        let tokens = &script.tokens;
        let waits = ["onload", "load", "onLoad", "setInterval", "setTimeout"]
            .iter()
            .any(|word| tokens.iter().any(|token| token.text == *word));
        let places: Vec<usize> =
            (0..tokens.len()).filter(|&i| tokens[i].text == "CelloAttribution").collect();
        let called = |&&i: &&usize| tokens.get(i + 1).is_some_and(|next| next.is("("));
        let all_called = places.iter().all(|i| called(&i));
        if let Some(&first) = places.iter().find(called).filter(|_| all_called && !waits) {
            let text = "Nothing makes sure that CelloAttribution is there when this runs.";
            hits.push(Hit::new(&script.file, &tokens[first].at, text));
        }
    }
    hits
}
