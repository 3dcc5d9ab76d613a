//! The claims are called `product_id` and `product_user_id`: serde was not told to write them in camel case.
//!
//! Near misses: structs with such fields that are no token's claims, or that are renamed.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let wrong =
        |key: &str| matches!(key, "product_user_id" | "product_id" | "ProductUserId" | "product-user-id");
    let signings =
        chart.signings().filter(|signing| signing.what.claims.iter().any(|entry| wrong(&entry.key)));
    signings
        .map(|signing| {
            let names: Vec<&str> =
                signing.what.claims.iter().map(|entry| entry.key.as_str()).filter(|key| wrong(key)).collect();
            let text = format!("The claims of this token are called {}.", names.join(" and "));
            Hit::new(&signing.file, &signing.at, text)
        })
        .collect()
}
