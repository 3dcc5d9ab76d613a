//! Cello's API is asked by a client that waits for ever.
//!
//! Near misses: a limit on the client, the request or around it; a client that is made elsewhere.

use super::Hit;
use crate::doctor::chart::Chart;

/// Ways to make a client of reqwest's that has no limit; its blocking one has.
const MADE: [&str; 3] = ["reqwest::Client::new()", "reqwest::Client::default()", "reqwest::get("];
/// The same where the name is imported.
const IMPORTED: [&str; 2] = [" Client::new()", " Client::default()"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let index = &chart.target.index;
    let limits = index.files.keys().filter_map(|path| chart.target.text(path));
    if limits.clone().any(|file| file.text.contains("timeout")) {
        return Vec::new();
    }
    let mut hits: Vec<Hit> = Vec::new();
    for sender in chart.senders() {
        let file = &index.functions[sender].file;
        let text = chart.target.text(file).map_or("", |file| file.text.as_str());
        if text.contains("blocking") {
            continue;
        }
        let imported = text.contains("use reqwest::Client;") || text.contains("use reqwest::{Client");
        let made: Vec<&str> = MADE.into_iter().chain(IMPORTED.into_iter().filter(|_| imported)).collect();
        // The client is made in the function, or beside it for all.
        let beside = index.functions.iter().filter(|function| function.file == *file && !function.test);
        for function in beside {
            let body = chart.body(function);
            let found = made.iter().find_map(|made| Some((body.find(made)?, made.len())));
            let Some((start, length)) = found.filter(|(start, _)| !in_comment(body, *start)) else {
                continue;
            };
            let start = function.body.start + start;
            let hit =
                Hit::new(file, &(start..start + length), "This client has no limit on how long it waits.");
            if !hits.contains(&hit) {
                hits.push(hit);
            }
        }
    }
    hits
}

fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[line..at].contains("//")
}
