//! Rules that are a sequence of words, strings and signs in browser code.

use super::chart::{Chart, Kind, Token, tokens};
use super::rules::Hit;
use crate::playbook::{Pattern, Rule};

/// Where a rule's patterns occur.
pub fn hits(rule: &Rule, chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for pattern in &rule.pattern {
        if pattern.unless.as_ref().is_some_and(|word| chart.browser_says(word)) {
            continue;
        }
        let wanted = sequence(pattern);
        for script in &chart.scripts {
            for window in script.tokens.windows(wanted.len()) {
                if window.iter().zip(&wanted).all(|(have, want)| matches(have, want)) {
                    let at = window[0].at.start..window[window.len() - 1].at.end;
                    // Of code in a string every token's place is the string's.
                    let at =
                        if window[0].at == window[window.len() - 1].at { window[0].at.clone() } else { at };
                    hits.push(Hit {
                        file: script.file.clone(),
                        at,
                        text: format!("{}.", rule.title),
                        step: None,
                    });
                }
            }
        }
    }
    hits
}

fn sequence(pattern: &Pattern) -> Vec<Token> {
    tokens(&pattern.tokens, 0)
}

fn matches(have: &Token, want: &Token) -> bool {
    if want.kind != Kind::Text {
        return have.kind == want.kind && have.text == want.text;
    }
    let Some(text) = have.string() else { return false };
    match (want.text.strip_prefix('*'), want.text.strip_suffix('*')) {
        (Some(end), _) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == want.text,
    }
}
