//! A script of Cello is pinned by its hash, although the address always has the latest.
//!
//! Near misses: hashes of other scripts.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let pinned = chart.tags.iter().filter(|tag| {
        let source = tag.tag.attribute("src").unwrap_or_default();
        let is_cello = source.contains("/latest/cello.js") || source.contains("/latest/cello-attribution.js");
        is_cello && tag.tag.attribute("integrity").is_some_and(|hash| !hash.is_empty())
    });
    pinned.map(|tag| Hit::new(&tag.file, &tag.tag.at, "This hash fails with Cello's next release.")).collect()
}
