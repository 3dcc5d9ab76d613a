//! The token is made for whoever the request names, instead of for whoever is signed in.
//!
//! Near misses: an id from the session; one from the request that is compared with the session's.

use super::Hit;
use crate::doctor::chart::Chart;

const EXTRACTORS: [&str; 4] = ["Query", "Path", "Json", "Form"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (file, at, entries) in chart.claims() {
        let Some(id) = entries.iter().find(|entry| entry.key == "productUserId") else { continue };
        let Some((owner, field)) = chart.rust.field_of(&id.value) else { continue };
        if is_input(chart, &owner) && !is_compared(chart, &field) {
            let text = format!("productUserId is `{field}` of the request: anybody gets anybody's token.");
            hits.push(Hit::new(file, &at, text));
        }
    }
    hits
}

/// True for a type that handlers take from the address or the body.
pub(super) fn is_input(chart: &Chart<'_>, owner: &str) -> bool {
    let index = &chart.target.index;
    let takes = |function: &crate::target::index::Function| {
        function.params.iter().any(|param| {
            let ty = index.resolve_ty(function.module, &param.ty);
            let is_extractor = ty.name().is_some_and(|name| EXTRACTORS.contains(&name));
            let path = ty.path().unwrap_or_default();
            let framework = path.starts_with("axum") || path.starts_with("actix_web");
            is_extractor
                && framework
                && ty.args().first().and_then(|inner| inner.path()).as_deref() == Some(owner)
        })
    };
    owner == "request" || (!owner.is_empty() && index.functions.iter().any(takes))
}

fn is_compared(chart: &Chart<'_>, field: &str) -> bool {
    let names = |words: &[String]| words.iter().any(|word| word == field);
    chart.rust.comparisons.iter().any(|found| names(&found.what.left) || names(&found.what.right))
}
