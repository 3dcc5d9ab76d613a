//! The answer with the token may be kept: by the browser for the next person, or by a proxy for everybody.
//!
//! Near misses: `max-age=0`, a cacheable answer of a handler that makes no token.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let signing: Vec<usize> = chart.shapes_with("productUserId").map(|shape| shape.function).collect();
    for literal in &chart.rust.literals {
        let kept = literal.text.contains("max-age=") && !literal.text.contains("max-age=0")
            || literal.text == "public";
        if !kept || literal.text.contains("no-store") {
            continue;
        }
        let index = &chart.target.index;
        let around = index.functions.iter().position(|function| {
            function.file == literal.file
                && function.body.start <= literal.at.start
                && literal.at.end <= function.body.end
        });
        let Some(around) = around else { continue };
        let makes = signing.iter().any(|&to| chart.findings.apps.iter().any(|app| app.reaches(around, to)));
        if makes {
            let text = format!("The answer with the token is sent with `{}`.", literal.text);
            hits.push(Hit::new(&literal.file, &literal.at, text));
        }
    }
    hits
}
