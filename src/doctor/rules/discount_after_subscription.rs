//! Whether somebody has a discount is asked after the subscription or the Checkout Session was made.
//!
//! Near misses: asked before; another function, which may come first.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let makes = ["subscription", "checkout-session"];
    let made = chart.stripe().filter(|call| call.call == "create" && makes.contains(&call.object.as_str()));
    let mut hits = Vec::new();
    for call in made {
        let at = call.at.bytes[0]..call.at.bytes[1];
        let Some(function) = chart.function_at(&call.at.file, &at) else { continue };
        let body = &chart.target.index.functions[function].body;
        let asked: Vec<_> = chart
            .rust
            .literals
            .iter()
            .filter(|literal| literal.file == call.at.file && body.contains(&literal.at.start))
            .filter(|literal| literal.text.contains("/new-users/") && literal.text.ends_with("/reward"))
            .collect();
        if let Some(first) = asked.first().filter(|first| first.at.start > at.end) {
            let text =
                format!("The reward is looked up after the {} was made.", call.object.replace('-', " "));
            hits.push(Hit::new(&first.file, &first.at, text));
        }
    }
    hits
}
