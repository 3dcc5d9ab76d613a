//! Places that name Stripe's interface and are part of no request that could be read.
//!
//! Near misses: comments, a Content-Security-Policy or a sentence that names the host among others.

use super::address::HOST;
use super::resolve::Touched;
use crate::target::{At, SourceText, Target};

/// Literals with Stripe's host, and `named` constants with it, that are not explained.
pub fn unexplained(target: &Target, explained: &Touched, named: Vec<At>) -> Vec<At> {
    let within = |file: &str, at: usize| {
        explained.places.iter().any(|(path, start, end)| path == file && (*start..*end).contains(&at))
    };
    let constants = &target.index.constants;
    let of_constant = |file: &str, at: usize| {
        explained.constants.iter().filter_map(|path| constants.get(path)).any(|constant| {
            constant.file == file && constant.at.contains(&at)
        })
    };
    let in_test = |file: &str, at: usize| {
        constants.values().any(|constant| constant.test && constant.file == file && constant.at.contains(&at))
    };
    let mut open: Vec<At> = named.into_iter().filter(|at| !within(&at.file, at.bytes[0])).collect();
    for path in target.index.files.keys() {
        let Some(file) = target.text(path) else { continue };
        for (at, _) in file.text.match_indices(HOST) {
            let said = is_address(file, at);
            if said && !within(path, at) && !of_constant(path, at) && !in_test(path, at) {
                let end = file.text[at..].find('\n').map_or(file.text.len(), |i| at + i);
                open.push(file.at(file.line_start(at)..end));
            }
        }
    }
    open
}

/// True if the host starts a literal, or a path follows it: an address that code may use.
fn is_address(file: &SourceText, at: usize) -> bool {
    let line = &file.text[file.line_start(at)..at];
    let before = line.trim_end_matches("https://").trim_end_matches("http://");
    let comment = before.trim_start().starts_with("//")
        || before.match_indices("//").any(|(i, _)| !before[..i].ends_with(':') && before[..i].matches('"').count() % 2 == 0);
    let starts = before.ends_with('"') || before.trim().is_empty();
    let path = file.text[at + HOST.len()..].starts_with("/v");
    !comment && (starts || path)
}
