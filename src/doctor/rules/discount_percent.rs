//! A discount is shown as the fraction it comes as: 0.1 % instead of 10 %.
//!
//! Near misses: multiplied or formatted first.

use super::Hit;
use crate::doctor::chart::Chart;

const FRACTION: &str = "newUserDiscountPercentage";

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        let tokens = &script.tokens;
        for (i, token) in tokens.iter().enumerate() {
            let in_template = token.string().is_some_and(|text| {
                text.contains(&format!("{FRACTION}}}%")) || text.contains(&format!("{FRACTION}}} %"))
            });
            let next = |n: usize, sign: &str| tokens.get(i + n).is_some_and(|token| token.is(sign));
            let text_after = |n: usize| {
                tokens
                    .get(i + n)
                    .and_then(|token| token.string())
                    .is_some_and(|text| text.trim_start().starts_with('%'))
            };
            let in_markup = token.is(FRACTION) && next(1, "}") && next(2, "%");
            let joined = token.is(FRACTION) && next(1, "+") && text_after(2);
            if in_template || in_markup || joined {
                hits.push(Hit::new(
                    &script.file,
                    &token.at,
                    "The fraction is shown as if it were a percentage.",
                ));
            }
        }
    }
    hits
}
