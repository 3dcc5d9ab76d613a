//! The widget's token is signed in the browser, which needs the product secret there.
//!
//! Near misses: a server in JavaScript that signs it.

use super::Hit;
use crate::doctor::chart::{Chart, has_word};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        let signs = script
            .tokens
            .iter()
            .find(|token| ["SignJWT", "jose", "jsonwebtoken", "KJUR"].contains(&token.text.as_str()));
        let Some(signs) = signs.filter(|_| has_word(&script.tokens, "productUserId")) else { continue };
        let in_page = !crate::target::is_client_code(&script.file) || script.file.ends_with(".vue");
        let in_browser = ["window", "document", "import.meta", "use client"]
            .iter()
            .any(|word| has_word(&script.tokens, word))
            || script.tokens.windows(3).any(|three| three[0].is("import") && three[2].is("meta"));
        if in_page || in_browser {
            hits.push(Hit::new(&script.file, &signs.at, "This browser code signs the token."));
        }
    }
    hits
}
