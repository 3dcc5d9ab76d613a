//! A referral code is written into a page as it came: whoever makes the link writes the page.
//!
//! Near misses: a template that escapes; a code that was checked or escaped before.

use std::collections::BTreeSet;

use super::Hit;
use crate::doctor::chart::Chart;
use crate::survey::template_pieces;

/// Words of code that makes a text harmless.
const HARMLESS: [&str; 9] =
    ["escape", "encode", "sanitize", "sanitise", "clean", "valid", "alphanumeric", "parse", "filter"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let is_harmless = |words: &BTreeSet<String>| {
        words.iter().any(|word| {
            let word = word.to_ascii_lowercase();
            HARMLESS.iter().any(|part| word.contains(part))
        })
    };
    // A code that some function checks is taken for checked.
    let checked = chart
        .rust
        .functions
        .values()
        .any(|words| words.iter().any(|word| has_code(word)) && is_harmless(words));
    for (path, file) in chart.target.files.iter().filter(|(path, _)| !path.ends_with(".rs")) {
        for piece in template_pieces(&file.text) {
            let source = &file.text[piece.clone()];
            let raw = source.starts_with("{{{") || (source.starts_with("{{") && is_safe(source));
            if raw && !checked && has_code(source) {
                hits.push(Hit::new(path, &piece, "This template prints the code without escaping it."));
            }
        }
    }
    for literal in &chart.rust.literals {
        let inline = literal.text.contains("{ucc}") || literal.text.contains("{cello_ucc}");
        let bytes = literal.text.as_bytes();
        let markup = bytes.windows(2).any(|two| two[0] == b'<' && two[1].is_ascii_alphabetic());
        if !inline || !markup {
            continue;
        }
        let around = chart.function_at(&literal.file, &literal.at);
        let Some(words) = around.and_then(|id| chart.rust.functions.get(&id)) else { continue };
        let typed = words.iter().any(|word| word == "html" || word == "maud");
        if !is_harmless(words) && !typed {
            hits.push(Hit::new(&literal.file, &literal.at, "The code is put into HTML as it came."));
        }
    }
    hits
}

/// True for `{{ ucc|safe }}` and its like.
fn is_safe(piece: &str) -> bool {
    let filters: Vec<&str> =
        piece.trim_matches(['{', '}', '-', ' ']).split('|').skip(1).map(str::trim).collect();
    filters.iter().any(|filter| *filter == "safe" || *filter == "raw")
}

fn has_code(piece: &str) -> bool {
    piece
        .split(|ch: char| !(ch.is_alphanumeric() || ch == '_'))
        .any(|word| word == "ucc" || word == "cello_ucc")
}
