//! `productUserId` is a number on the wire.
//!
//! Near misses: an integer that was made text, a UUID, which serde writes as text.

use super::Hit;
use crate::doctor::chart::{Chart, ValueKind, is_number};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let shapes = chart.claims().map(|(file, at, entries)| (file.to_string(), at, entries));
    let signed =
        chart.signings().map(|found| (found.file.clone(), found.at.clone(), found.what.claims.as_slice()));
    for (file, at, entries) in shapes.chain(signed) {
        let id = entries.iter().find(|entry| entry.key == "productUserId" || entry.key == "product_user_id");
        let number = id.is_some_and(|id| match &id.value.kind {
            ValueKind::Number(_) => true,
            ValueKind::Other(other) => is_number(&chart.target.index, &other.ty),
            _ => false,
        });
        let known = hits
            .iter()
            .any(|hit| hit.file == file && hit.at.start <= at.start.max(1) && at.end <= hit.at.end);
        if number && !known {
            hits.push(Hit::new(&file, &at, "productUserId is a number here, and so it is in the token."));
        }
    }
    // The object and its signing are one mistake.
    hits.dedup_by(|a, b| a.file == b.file);
    hits
}
