//! The server calls a path that Cello's published API does not have, as invented ones do.
//!
//! Near misses: the host by itself, in a policy too; the beginning of an address that is put together.

use super::Hit;
use crate::doctor::chart::Chart;

const HOSTS: [&str; 2] = ["https://api.cello.so", "https://api.sandbox.cello.so"];

/// What there is; `*` is one part of any text. Version 2 of events has one path for each.
const PATHS: [&[&str]; 8] = [
    &["token"],
    &["events"],
    &["referral-codes", "*"],
    &["referral-codes", "active-link", "*"],
    &["new-users", "*", "reward"],
    &["referrers", "*", "depersonalize"],
    &["v2", "events", "*"],
    // What Stripe and its like deliver to.
    &["products", "*", "transaction-webhook", "*"],
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for literal in &chart.rust.literals {
        if let Some(path) = path(&literal.text).filter(|path| !is_known(path)) {
            let text = format!("Cello's API has no `/{path}`.");
            hits.push(Hit::new(&literal.file, &literal.at, text));
        }
    }
    hits
}

/// The path of the first address of Cello's API in a text.
fn path(text: &str) -> Option<&str> {
    HOSTS.iter().find_map(|host| {
        let rest = text.split_once(host)?.1.strip_prefix('/')?;
        rest.split(|ch: char| ch.is_whitespace() || "?#\"';,".contains(ch)).next()
    })
}

fn is_known(path: &str) -> bool {
    // `…/referral-codes/` is the beginning of an address as well as `…/referral-codes`.
    let given: Vec<&str> = path.trim_end_matches('/').split('/').filter(|part| !part.is_empty()).collect();
    PATHS.iter().any(|known| {
        given.len() <= known.len()
            && given.iter().zip(*known).all(|(have, want)| *want == "*" || have == want)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_paths_and_their_beginnings_are_known() {
        let known = |text: &str| path(text).is_none_or(is_known);
        for text in [
            "https://api.cello.so",
            "https://api.cello.so/",
            "https://api.cello.so/token",
            "https://api.sandbox.cello.so/events?x=1",
            "https://api.cello.so/referral-codes/",
            "https://api.cello.so/referral-codes/{code}",
            "https://api.cello.so/referral-codes/active-link/{id}",
            "https://api.cello.so/new-users/{id}/reward",
            "https://api.cello.so/v2/events/purchase-created",
            "https://api.cello.so/products/shop.example/transaction-webhook/stripe",
            "connect-src https://api.cello.so https://x.example/v1/y",
            "https://api.cello.social/v1/x",
        ] {
            assert!(known(text), "{text}");
        }
        for text in [
            "https://api.cello.so/v1/conversions",
            "https://api.cello.so/referral-codes/active/{id}",
            "https://api.sandbox.cello.so/signups",
        ] {
            assert!(!known(text), "{text}");
        }
    }
}
