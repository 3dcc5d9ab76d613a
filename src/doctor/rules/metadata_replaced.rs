//! One `.metadata()` after another: the second takes the first one's place, and Cello's keys are gone.
//!
//! Near misses: one call with all of it; calls on different requests.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let twice = chart.rust.twice_metadata.iter();
    twice
        .map(|found| Hit::new(&found.file, &found.at, "This metadata replaces what was given before it."))
        .collect()
}
