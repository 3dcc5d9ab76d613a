//! Policies in files that a web server or host reads: nginx, Caddy, `_headers`, `vercel.json`; and the one of a desktop
//! shell, which is its own.
//!
//! `add_header Content-Security-Policy "default-src 'self'" always;`. Near misses: a comment, `add_header` with a
//! variable, a header of another name that starts the same.

use std::ops::Range;

use serde_json::Value;

use super::policy::Policy;
use super::{Csp, CspSite};
use crate::survey::literals::belongs;
use crate::survey::mapped::Mapped;
use crate::target::{Package, SourceText, Target};

const HEADER: &str = "content-security-policy";
const REPORTS: &str = "content-security-policy-report-only";

/// A policy's text in a file.
struct Found {
    at: Range<usize>,
    report_only: bool,
    /// Why a person has to extend it, if so.
    by_hand: Option<String>,
    decoy: Option<String>,
}

/// The policies in a package's server files, without their ids.
pub fn policies(target: &Target, package: &Package) -> Vec<CspSite> {
    let mut sites = Vec::new();
    for (path, file) in &target.files {
        if !belongs(target, package, path)
            || !file.text.to_ascii_lowercase().contains("csp")
                && !file.text.to_ascii_lowercase().contains(HEADER)
        {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = match name {
            "_headers" => headers(&file.text),
            "vercel.json" => vercel(&file.text),
            "tauri.conf.json" => tauri(&file.text),
            "Caddyfile" => words(&file.text, '`', |before| {
                // `header /admin/* Content-Security-Policy "…"`: a matcher may stand between.
                before.is_empty() || before == "header" || before.starts_with(['/', '@', '*'])
            }),
            _ if name.ends_with(".conf") => words(&file.text, '\'', |before| before == "add_header"),
            _ => Vec::new(),
        };
        sites.extend(found.into_iter().filter_map(|found| site(package, file, found)));
    }
    sites
}

fn site(package: &Package, file: &SourceText, found: Found) -> Option<CspSite> {
    let source = file.text.get(found.at.clone())?;
    let policy = Policy::read(&Mapped::plain(source, found.at.start), &file.text)?;
    Some(CspSite {
        id: String::new(),
        csp: Csp {
            app: package.name.clone(),
            at: file.at(found.at),
            kind: "file".to_string(),
            directives: policy.facts(),
            decoy: found.decoy,
        },
        policy,
        report_only: found.report_only,
        by_hand: found.by_hand,
    })
}

/// `  Content-Security-Policy: …` up to the end of the line.
fn headers(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let from = start;
        start += line.len();
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let report_only = name.trim().eq_ignore_ascii_case(REPORTS);
        if !name.starts_with([' ', '\t']) || !(report_only || name.trim().eq_ignore_ascii_case(HEADER)) {
            continue;
        }
        let value_at = from + name.len() + 1 + (value.len() - value.trim_start().len());
        found.push(Found {
            at: value_at..value_at + value.trim().len(),
            report_only,
            by_hand: None,
            decoy: None,
        });
    }
    found
}

/// Quoted values after the header's name, in files of words, quotes and `#` comments.
fn words(text: &str, other_quote: char, fits: impl Fn(&str) -> bool) -> Vec<Found> {
    let mut found = Vec::new();
    let mut before = [String::new(), String::new()];
    let mut rest = 0;
    while let Some(first) = text[rest..].chars().next() {
        let at = rest;
        match first {
            '#' => rest += text[at..].find('\n').unwrap_or(text.len() - at),
            '\n' | '{' | '}' | ';' => {
                rest += 1;
                // nginx goes on over lines; in a Caddyfile a line is a directive.
                if first != '\n' || other_quote == '`' {
                    before = Default::default();
                }
            }
            _ if first.is_whitespace() => rest += first.len_utf8(),
            _ if first == '"' || first == other_quote => {
                let Some(len) = closing(&text[at + 1..], first) else {
                    return found;
                };
                let inner = at + 1..at + 1 + len;
                rest = inner.end + 1;
                let name = before[1].trim_start_matches(['+', '?', '>']);
                let report_only = name.eq_ignore_ascii_case(REPORTS);
                if fits(&before[0]) && (report_only || name.eq_ignore_ascii_case(HEADER)) {
                    let by_hand =
                        text[inner.clone()].contains('\\').then(|| "it is written with escapes".to_string());
                    found.push(Found { at: inner.clone(), report_only, by_hand, decoy: None });
                }
                before = [std::mem::take(&mut before[1]), text[inner].to_string()];
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '{' | '}' | '"');
                let len = text[at..].find(ends).unwrap_or(text.len() - at).max(1);
                before = [std::mem::take(&mut before[1]), text[at..at + len].to_string()];
                rest += len;
            }
        }
    }
    found
}

/// Length up to the closing quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            _ if character == quote => return Some(i),
            _ => {}
        }
    }
    None
}

/// `{ "key": "Content-Security-Policy", "value": "…" }`, at any depth.
fn vercel(text: &str) -> Vec<Found> {
    let Ok(json) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    let mut todo = vec![&json];
    while let Some(value) = todo.pop() {
        match value {
            Value::Array(items) => todo.extend(items),
            Value::Object(map) => {
                let key = map.get("key").and_then(Value::as_str).unwrap_or_default();
                let report_only = key.eq_ignore_ascii_case(REPORTS);
                if report_only || key.eq_ignore_ascii_case(HEADER) {
                    values.extend(map.get("value").and_then(Value::as_str).map(|value| (value, report_only)));
                }
                todo.extend(map.values());
            }
            _ => {}
        }
    }
    values.dedup();
    values.into_iter().flat_map(|(value, report_only)| in_json(text, value, report_only, None)).collect()
}

/// A desktop shell's policy rules its own window, not the pages of the server.
fn tauri(text: &str) -> Vec<Found> {
    let json = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let policy = json.pointer("/app/security/csp").or_else(|| json.pointer("/tauri/security/csp"));
    let decoy = "the policy of a desktop application's own window".to_string();
    policy.and_then(Value::as_str).map(|value| in_json(text, value, false, Some(decoy))).unwrap_or_default()
}

/// Where a value stands in a JSON text; nowhere if it is written with escapes.
fn in_json(text: &str, value: &str, report_only: bool, decoy: Option<String>) -> Vec<Found> {
    let quoted = format!("\"{value}\"");
    let places = text.match_indices(&quoted);
    places
        .map(|(at, _)| Found {
            at: at + 1..at + 1 + value.len(),
            report_only,
            by_hand: None,
            decoy: decoy.clone(),
        })
        .collect()
}
