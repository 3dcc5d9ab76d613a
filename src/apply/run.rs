//! How a run of cargo ended, read from what it said.

use std::path::Path;
use std::process::Output;

use super::blame::{self, CompilerError};
use super::check::Change;
use crate::plan::Plan;

/// How a run of cargo ended.
pub(super) struct Run {
    pub ok: bool,
    pub command: String,
    pub errors: Vec<CompilerError>,
    /// What cargo itself said.
    pub words: String,
    /// What the programs it ran said.
    pub output: String,
}

/// Names by which to find the tests of the Rust modules that are created.
pub(super) fn filters(changes: &[Change]) -> Vec<String> {
    let created = changes.iter().filter(|change| change.before.is_none());
    let modules = created.filter_map(|change| {
        let path = change.path.strip_suffix(".rs")?;
        let path = path.strip_suffix("/mod").unwrap_or(path);
        Some(format!("{}::", path.rsplit('/').next()?))
    });
    modules.filter(|name| name != "main::" && name != "lib::").collect()
}

/// The lines of an output that aren't cargo's messages.
pub(super) fn spoken(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("{\"reason\"")).collect();
    blame::lines(&lines.join("\n"))
}

/// Number of tests in `test result: ok. 3 passed; …`.
pub(super) fn passed(line: &str) -> Option<usize> {
    line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse().ok()
}

impl Run {
    pub fn wants_network(&self) -> bool {
        self.errors.is_empty() && self.words.contains("offline")
    }

    pub fn network_failed(&self) -> bool {
        const SIGNS: [&str; 5] = [
            "failed to download",
            "failed to fetch",
            "failed to query replaced source",
            "Could not resolve host",
            "network failure",
        ];
        SIGNS.iter().any(|sign| self.words.contains(sign))
    }

    pub fn texts(self) -> Vec<String> {
        if self.errors.is_empty() {
            return vec![self.words];
        }
        self.errors.into_iter().map(|error| error.rendered).collect()
    }

    pub fn blamed(self, plan: &Plan, scratch: &Path) -> Vec<blame::Blamed> {
        let mut errors = self.errors;
        if errors.is_empty() {
            errors.push(CompilerError { rendered: self.words, spans: Vec::new() });
        }
        let blamed = errors.into_iter().map(|error| blame::blame(plan, scratch, error));
        blamed.collect()
    }
}

/// What cargo wrote for people, with the copy's folder named as the project's.
pub(super) fn words(output: &Output, scratch: &Path, root: &Path) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.replace(&*scratch.to_string_lossy(), &root.to_string_lossy());
    let progress = ["Checking ", "Compiling ", "Blocking ", "Finished ", "Downloaded ", "Downloading "];
    let kept = text.lines().filter(|line| !progress.iter().any(|word| line.trim_start().starts_with(word)));
    blame::lines(&kept.collect::<Vec<_>>().join("\n"))
}
