//! Cello's scripts are loaded as classic scripts.
//!
//! Near misses: other scripts; one that sets its type in another way.

use super::Hit;
use crate::doctor::chart::{Chart, Token};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for tag in &chart.tags {
        let is_cello = tag.tag.attribute("src").is_some_and(is_address);
        let module = tag
            .tag
            .attribute("type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("module") || kind.contains('{'));
        if is_cello && !module {
            hits.push(Hit::new(&tag.file, &tag.tag.at, "This script has no type=\"module\"."));
        }
    }
    for script in &chart.scripts {
        let says = |text: &str| script.tokens.iter().any(|token| token.text == text);
        let address = script.tokens.iter().find(|token| token.string().is_some_and(is_address));
        let Some(address) = address else { continue };
        let makes =
            says("createElement") && script.tokens.iter().any(|token| token.string() == Some("script"));
        let element = element(&script.tokens, address);
        let classic = match element {
            Some(element) => {
                !element.iter().any(|token| token.text == "module")
                    && !element.iter().any(|token| token.text == "...")
            }
            None => makes && !says("module"),
        };
        if classic {
            hits.push(Hit::new(&script.file, &address.at, "This script is loaded without type \"module\"."));
        }
    }
    hits
}

fn is_address(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let of_cello = path.contains("cello.so") || path.contains("/latest/");
    of_cello && (path.ends_with("/cello.js") || path.ends_with("/cello-attribution.js"))
}

/// The tokens of the `<script …>` of JSX around a string.
fn element<'t>(tokens: &'t [Token], address: &Token) -> Option<&'t [Token]> {
    let here = tokens.iter().position(|token| std::ptr::eq(token, address))?;
    let start = (0..here).rev().take(40).find(|&i| tokens[i].is("<"))?;
    let name = tokens.get(start + 1)?;
    if !name.is("script") && !name.is("Script") {
        return None;
    }
    let end = (here..tokens.len()).find(|&i| tokens[i].is(">"))?;
    Some(&tokens[start..end])
}
