//! Cello's API is called with a secret as its bearer token, where the access token belongs.
//!
//! Near misses: the access token under any name; another service's key.

use super::Hit;
use crate::doctor::chart::Chart;

const SECRETS: [&str; 5] = [
    "product_secret",
    "cello_product_secret",
    "cello_secret_access_key",
    "CELLO_PRODUCT_SECRET",
    "CELLO_SECRET_ACCESS_KEY",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let wrong = chart.rust.bearers.iter().filter(|found| {
        let inline = |word: &String| SECRETS.iter().any(|secret| word.contains(&format!("{{{secret}}}")));
        found.what.mentions(&SECRETS)
            || found.what.other().is_some_and(|other| other.words.iter().any(inline))
    });
    wrong
        .map(|found| Hit::new(&found.file, &found.at, "A secret is sent as the bearer token here."))
        .collect()
}
