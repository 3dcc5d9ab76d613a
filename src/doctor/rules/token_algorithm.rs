//! The widget's token is signed with another algorithm than HS512: `Header::default()` is HS256.
//!
//! Near misses: the application's own session token, which has none of Cello's claims.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for signing in chart.signings() {
        if let Some(algorithm) = signing.what.algorithm.as_deref().filter(|name| *name != "HS512") {
            hits.push(Hit::new(
                &signing.file,
                &signing.at,
                format!("This token is signed with {algorithm}."),
            ));
        }
    }
    for shape in chart.shapes_with("productUserId") {
        // Signed by hand: the header stands beside the claims, and so does the hash.
        let Some(words) = chart.rust.functions.get(&shape.function) else { continue };
        if !words.contains("Hmac") && !words.iter().any(|word| word.contains("\"alg\"")) {
            continue;
        }
        let wrong_header = words.iter().any(|word| {
            let bare: String = word.split_whitespace().collect();
            bare.contains("\"alg\":\"") && !bare.contains("\"alg\":\"HS512\"")
        });
        let alg_beside = chart.shapes_with("alg").find(|other| other.function == shape.function);
        let wrong_alg = alg_beside.and_then(|other| {
            let alg = other.what.entries.iter().find(|entry| entry.key == "alg")?;
            alg.value.text().filter(|text| *text != "HS512")
        });
        let wrong_hash = words.contains("Hmac") && words.contains("Sha256") && !words.contains("Sha512");
        if wrong_header || wrong_alg.is_some() || wrong_hash {
            hits.push(Hit::new(
                &shape.file,
                &shape.at,
                "The token with these claims is not signed with HMAC-SHA-512.",
            ));
        }
    }
    hits
}
