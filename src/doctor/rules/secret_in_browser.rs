//! A secret goes to the browser: in a setting that a bundler copies, in a page, in the boot configuration.
//!
//! Near misses: the product id, which is no secret; the server's own settings; the request for an access token.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::survey::template_pieces;

/// Prefixes of settings that bundlers put into what browsers get.
const PUBLIC: [&str; 8] =
    ["VITE_", "NEXT_PUBLIC_", "REACT_APP_", "PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_", "VUE_APP_"];
/// Names of secrets as pages and answers would have them.
const SECRETS: [&str; 6] = [
    "product_secret",
    "productSecret",
    "secret_access_key",
    "secretAccessKey",
    "cello_secret",
    "celloSecret",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for setting in chart.settings.iter().filter(|setting| is_public_secret(&setting.name)) {
        let text = format!("A bundler copies `{}` into what browsers get.", setting.name);
        hits.push(Hit::new(&setting.file, &setting.at, text));
    }
    for script in &chart.scripts {
        for token in script.tokens.iter().filter(|token| is_public_secret(&token.text)) {
            hits.push(Hit::new(&script.file, &token.at, format!("This browser code has `{}`.", token.text)));
        }
    }
    for (path, file) in
        chart.target.files.iter().filter(|(path, _)| !path.ends_with(".rs") && !path.ends_with(".md"))
    {
        for piece in template_pieces(&file.text) {
            let source = &file.text[piece.clone()];
            let printed = source.starts_with("{{") && is_page(path);
            if let Some(name) = SECRETS.iter().find(|name| printed && source.contains(*name)) {
                hits.push(Hit::new(path, &piece, format!("This page prints `{name}`.")));
            }
        }
    }
    for shape in &chart.rust.shapes {
        let has = |key: &str| shape.what.entries.iter().any(|entry| entry.key == key);
        let leaks = has("productSecret")
            || has("product_secret")
            || (has("secretAccessKey") && (has("token") || has("productId")));
        if leaks && (has("token") || has("productId") || has("enabled") || has("productUserId")) {
            hits.push(Hit::new(
                &shape.file,
                &shape.at,
                "This object holds a secret beside what the browser needs.",
            ));
        }
    }
    hits
}

fn is_public_secret(name: &str) -> bool {
    let about = name.contains("CELLO") || name.contains("REFERRAL");
    let secret = name.contains("SECRET") || name.contains("ACCESS_KEY");
    about && secret && PUBLIC.iter().any(|prefix| name.starts_with(prefix))
}

fn is_page(path: &str) -> bool {
    [".html", ".htm", ".jinja", ".j2", ".tera", ".hbs", ".askama"].iter().any(|end| path.ends_with(end))
}
