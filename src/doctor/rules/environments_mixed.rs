//! Hosts of the sandbox and of production side by side, with nothing that chooses between them.
//!
//! Near misses: code that has both to choose from; a default beside a setting; examples that show one of them.

use std::ops::Range;

use super::Hit;
use crate::doctor::chart::Chart;

/// A host that can't be another one.
struct Fixed {
    file: String,
    at: Range<usize>,
    sandbox: bool,
}

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut fixed: Vec<Fixed> = Vec::new();
    let mut add = |file: &str, at: &Range<usize>, text: &str| {
        if let Some(sandbox) = environment(text) {
            fixed.push(Fixed { file: file.to_string(), at: at.clone(), sandbox });
        }
    };
    for tag in &chart.tags {
        add(&tag.file, &tag.tag.at, tag.tag.attribute("src").unwrap_or_default());
    }
    for script in &chart.scripts {
        let configured = script.tokens.iter().any(|token| token.is("env") || token.is("config"));
        for token in script.tokens.iter().filter(|_| !configured) {
            add(&script.file, &token.at, token.string().unwrap_or_default());
        }
    }
    for literal in chart.rust.literals.iter().filter(|literal| !literal.text.contains('<')) {
        // In a policy hosts are listed, not chosen; what reads settings has a default at most.
        let listed = literal.text.contains("-src ");
        if !listed && !is_configured(chart, &literal.file, &literal.at) {
            add(&literal.file, &literal.at, &literal.text);
        }
    }
    // A file that has both chooses.
    let chooses = |file: &str| {
        let text = chart.text(file).map_or("", |text| text.text.as_str());
        text.contains("sandbox.cello.so") && text.replace("sandbox.cello.so", "").contains(".cello.so")
    };
    let unsure: Vec<bool> = fixed.iter().map(|host| chooses(&host.file)).collect();
    let mut sure = fixed.iter().zip(unsure).filter(|(_, unsure)| !unsure).map(|(host, _)| host);
    let first = sure.clone().find(|host| host.sandbox);
    let other = sure.find(|host| !host.sandbox);
    let mut hits = Vec::new();
    if let (Some(sandbox), Some(production)) = (first, other) {
        let text = format!("This is the sandbox's host, and {} has production's.", production.file);
        hits.push(Hit::new(&sandbox.file, &sandbox.at, text));
    }
    hits.extend(in_settings(chart));
    hits
}

/// Two settings of one file that are of two environments.
fn in_settings(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for setting in &chart.settings {
        let of = |value: &str| match value {
            "sandbox" => Some(true),
            "production" => Some(false),
            value => environment(value),
        };
        let about = |name: &str| name.contains("CELLO");
        let Some(here) = of(&setting.value).filter(|_| about(&setting.name)) else { continue };
        let beside = chart.settings.iter().find(|other| {
            other.file == setting.file
                && about(&other.name)
                && of(&other.value).is_some_and(|there| there != here)
        });
        if let Some(other) = beside.filter(|_| !hits.iter().any(|hit| hit.file == setting.file)) {
            let text = format!("`{}` and `{}` are of two environments.", setting.name, other.name);
            hits.push(Hit::new(&setting.file, &setting.at, text));
        }
    }
    hits
}

/// True for the sandbox, false for production, nothing for what is no host of Cello's.
fn environment(text: &str) -> Option<bool> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest).split('/').next().unwrap_or_default();
    match host {
        "assets.sandbox.cello.so" | "api.sandbox.cello.so" => Some(true),
        "assets.cello.so" | "api.cello.so" => Some(false),
        _ => None,
    }
}

fn is_configured(chart: &Chart<'_>, file: &str, at: &Range<usize>) -> bool {
    let index = &chart.target.index;
    index.functions.iter().enumerate().any(|(id, function)| {
        let around = function.file == file && function.body.start <= at.start && at.end <= function.body.end;
        let reads = |words: &std::collections::BTreeSet<String>| {
            words.iter().any(|word| {
                ["var", "env", "unwrap_or", "unwrap_or_else", "option_env"].contains(&word.as_str())
            })
        };
        around && chart.rust.functions.get(&id).is_some_and(reads)
    })
}
