//! The product secret is decoded from base64 before it signs.
//!
//! Near misses: base64 for the token's own parts.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let decoded = chart.signings().filter(|signing| signing.what.key_decoded);
    decoded
        .map(|signing| {
            Hit::new(&signing.file, &signing.at, "The key of this token is decoded from base64 first.")
        })
        .collect()
}
