//! Addresses of Cello's scripts: the file's name, a path of an older generation, the host.
//!
//! Near misses: addresses whose host a template or setting puts in; other scripts of these names on other hosts.

use std::ops::Range;

use super::Hit;
use crate::doctor::chart::Chart;

const HOSTS: [&str; 2] = ["assets.cello.so", "assets.sandbox.cello.so"];

pub(super) fn name(chart: &Chart<'_>) -> Vec<Hit> {
    let wrong =
        addresses(chart).filter(|(_, _, address)| address.contains("attribution/latest/attribution.js"));
    wrong.map(|(file, at, _)| Hit::new(file, &at, "Cello answers 403 to this address.")).collect()
}

pub(super) fn legacy(chart: &Chart<'_>) -> Vec<Hit> {
    let wrong = addresses(chart).filter(|(_, _, address)| address.contains("/app/v2/latest/cello.js"));
    wrong
        .map(|(file, at, _)| Hit::new(file, &at, "This address is of an older generation of the widget."))
        .collect()
}

pub(super) fn host(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (file, at, address) in addresses(chart) {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if !path.ends_with("/cello.js") && !path.ends_with("cello-attribution.js") {
            continue;
        }
        let Some((_, rest)) = path.split_once("//") else { continue };
        let host = rest.split('/').next().unwrap_or_default();
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        let of_cello = host == "cello.so" || host.ends_with(".cello.so");
        if plain && of_cello && !HOSTS.contains(&host) {
            hits.push(Hit::new(file, &at, format!("Cello's scripts are not on {host}.")));
        }
    }
    hits
}

/// Addresses in pages, browser code and Rust strings, with their places.
fn addresses<'c>(chart: &'c Chart<'_>) -> impl Iterator<Item = (&'c str, Range<usize>, &'c str)> {
    let tags = chart
        .tags
        .iter()
        .filter(|tag| !tag.in_string)
        .filter_map(|tag| Some((tag.file.as_str(), tag.tag.at.clone(), tag.tag.attribute("src")?)));
    let strings = chart
        .scripts
        .iter()
        .filter(|script| crate::target::is_client_code(&script.file) || script.at.start > 0)
        .flat_map(|script| {
            let texts = script.tokens.iter().filter_map(|token| Some((token, token.string()?)));
            texts.map(|(token, text)| (script.file.as_str(), token.at.clone(), text))
        });
    let strings = strings.filter(|(file, _, _)| !file.ends_with(".rs"));
    let literals = chart
        .rust
        .literals
        .iter()
        .map(|literal| (literal.file.as_str(), literal.at.clone(), literal.text.as_str()));
    tags.chain(strings).chain(literals)
}
