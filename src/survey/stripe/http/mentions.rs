//! Places that name Stripe's interface and are part of no request that could be read.
//!
//! Near misses: comments, tests, a Content-Security-Policy or a sentence that names the host among others.

use super::address::HOST;
use super::resolve::Touched;
use crate::target::index::Index;
use crate::target::{At, SourceText, Target};

/// Literals with Stripe's host, and names of constants with it, that are not explained.
pub fn unexplained(target: &Target, mut explained: Touched, named: Vec<(At, String)>) -> Vec<At> {
    let index = &target.index;
    let mut open = Vec::new();
    for (at, constant) in named {
        if !explained.has(&at.file, at.bytes[0]) && !in_test(index, &at.file, at.bytes[0]) {
            open.push(at);
            // Told by where it is used.
            explained.constants.insert(constant);
        }
    }
    let of_constant = |file: &str, at: usize| {
        let mut constants = index.constants.values();
        constants.any(|constant| {
            let told = constant.test || explained.constants.contains(&constant.path);
            told && constant.file == file && constant.at.contains(&at)
        })
    };
    for path in index.files.keys() {
        let Some(file) = target.text(path) else { continue };
        for (at, _) in file.text.match_indices(HOST) {
            let told = explained.has(path, at) || of_constant(path, at) || in_test(index, path, at);
            if is_address(file, at) && !told {
                let end = file.text[at..].find('\n').map_or(file.text.len(), |i| at + i);
                open.push(file.at(file.line_start(at)..end));
            }
        }
    }
    open
}

/// True for a byte in a function of tests.
pub fn in_test(index: &Index, file: &str, at: usize) -> bool {
    let mut functions = index.functions.iter().filter(|function| function.test && function.file == file);
    functions.any(|function| function.body.contains(&at))
}

/// True if the host starts a literal, or a path follows it: an address that code may use.
fn is_address(file: &SourceText, at: usize) -> bool {
    let line = &file.text[file.line_start(at)..at];
    let before = line.trim_end_matches("https://").trim_end_matches("http://");
    // `//` in a literal belongs to an address, or an odd number of quotes stands before it.
    let comment = before
        .match_indices("//")
        .any(|(i, _)| !before[..i].ends_with(':') && before[..i].matches('"').count().is_multiple_of(2));
    let starts = before.ends_with('"') || before.trim().is_empty();
    let path = file.text[at + HOST.len()..].starts_with("/v");
    !comment && (starts || path)
}
