//! The attribution script stands in the body; Cello wants it in the head.
//!
//! Near misses: partials without a body of their own.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let late = chart.tags.iter().filter(|tag| {
        !tag.in_string
            && !tag.tag.in_head
            && tag.tag.attribute("src").is_some_and(|source| source.contains("/cello-attribution.js"))
    });
    late.map(|tag| Hit::new(&tag.file, &tag.tag.at, "This script stands after the head.")).collect()
}
