//! The two pairs of keys are mixed up: the product's where the API's belong, or the other way round.
//!
//! Near misses: a function that has all four at hand and uses each where it belongs.

use super::Hit;
use crate::doctor::chart::{Chart, Value};

const PRODUCT: [&str; 8] = [
    "product_id",
    "product_secret",
    "CELLO_PRODUCT_ID",
    "CELLO_PRODUCT_SECRET",
    "productId",
    "productSecret",
    "cello_product_id",
    "cello_product_secret",
];
const ACCESS: [&str; 6] = [
    "secret_access_key",
    "access_key_id",
    "CELLO_SECRET_ACCESS_KEY",
    "CELLO_ACCESS_KEY_ID",
    "cello_secret_access_key",
    "cello_access_key_id",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("accessKeyId") {
        let wrong = |value: &Value| value.mentions(&PRODUCT) && !value.mentions(&ACCESS);
        let keys = shape
            .what
            .entries
            .iter()
            .filter(|entry| entry.key == "accessKeyId" || entry.key == "secretAccessKey");
        if keys.into_iter().any(|entry| wrong(&entry.value)) {
            let text = "The API's access token is asked for with the product's id or secret.";
            hits.push(Hit::new(&shape.file, &shape.at, text));
        }
    }
    for signing in chart.signings() {
        let has = |names: &[&str]| signing.what.key.iter().any(|word| names.contains(&word.as_str()));
        if has(&ACCESS) && !has(&PRODUCT) {
            let text = "This token is signed with an access key instead of the product secret.";
            hits.push(Hit::new(&signing.file, &signing.at, text));
        }
    }
    hits
}
