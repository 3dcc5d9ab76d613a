//! Which step a compiler error comes from.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::plan::Plan;
use crate::target::redact;

/// A compiler error with the steps whose text it points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blamed {
    /// Steps whose inserted text the error points into; empty if it points nowhere of ours.
    pub steps: Vec<String>,
    /// True if the error lies in a file that these steps edit, but not in their text.
    pub nearby: bool,
    /// The error as the compiler shows it.
    pub error: String,
}

impl fmt::Display for Blamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.join(", ");
        match (self.steps.is_empty(), self.nearby) {
            (true, _) => writeln!(f, "Not in the text of any step:")?,
            (false, true) => writeln!(f, "In a file edited by {steps}:")?,
            (false, false) => writeln!(f, "In the text of {steps}:")?,
        }
        f.write_str(self.error.trim_end())
    }
}

/// An error as cargo reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompilerError {
    pub rendered: String,
    /// Files, as the compiler names them, with byte ranges; what the error is about comes first.
    pub spans: Vec<(String, Range<usize>)>,
}

/// The errors in the output of `cargo check --message-format=json`, each once: two targets of one package repeat them.
pub(super) fn errors(output: &[u8]) -> Vec<CompilerError> {
    let mut found: Vec<CompilerError> = Vec::new();
    for line in output.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        let message = &line["message"];
        let is_error = message["level"].as_str().is_some_and(|level| level.starts_with("error"));
        if line["reason"] != "compiler-message" || !is_error {
            continue;
        }
        let mut spans = Vec::new();
        collect(&message["spans"], &mut spans);
        let text = message["message"].as_str().unwrap_or_default();
        if spans.is_empty() && text.starts_with("aborting due to") {
            continue;
        }
        let rendered = message["rendered"].as_str().unwrap_or(text);
        let error = CompilerError { rendered: lines(rendered), spans };
        if !found.contains(&error) {
            found.push(error);
        }
    }
    found
}

/// Secrets in quoted source go; one line at a time, as a key could start anywhere.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(redact).collect::<Vec<_>>().join("\n")
}

fn collect(spans: &Value, into: &mut Vec<(String, Range<usize>)>) {
    let all = || spans.as_array().into_iter().flatten();
    for primary in [true, false] {
        for span in all().filter(|span| span["is_primary"] == primary) {
            let offset = |name: &str| span[name].as_u64().and_then(|at| usize::try_from(at).ok());
            if let (Some(file), Some(start), Some(end)) =
                (span["file_name"].as_str(), offset("byte_start"), offset("byte_end"))
            {
                into.push((file.to_string(), start..end));
            }
            // An error inside of a macro points there; its call is what we may have written.
            if !span["expansion"].is_null() {
                collect(&Value::Array(vec![span["expansion"]["span"].clone()]), into);
            }
        }
    }
}

/// Where each step's text lies in a file after all edits.
fn written(plan: &Plan, path: &str) -> Vec<(String, Range<usize>)> {
    let mut edits: Vec<_> = plan.edits_of(path).collect();
    edits.sort_by_key(|(_, edit)| edit.at);
    let (mut grown, mut shrunk) = (0, 0);
    edits
        .into_iter()
        .map(|(step, edit)| {
            let start = edit.at[0] + grown - shrunk;
            grown += edit.text.len();
            shrunk += edit.at[1] - edit.at[0];
            (step.id.clone(), start..start + edit.text.len())
        })
        .collect()
}

/// Names the steps for an error; `scratch` is the root of the copy that was compiled.
pub(super) fn blame(plan: &Plan, scratch: &Path, error: CompilerError) -> Blamed {
    let mut nearby = Vec::new();
    for (file, range) in &error.spans {
        let file = Path::new(file);
        let file = file.strip_prefix(scratch).unwrap_or(file);
        let file = file.to_string_lossy().replace('\\', "/");
        let written = written(plan, &file);
        let touching = |at: &Range<usize>| range.start < at.end && at.start < range.end.max(range.start + 1);
        let mut steps: Vec<String> =
            written.iter().filter(|(_, at)| touching(at)).map(|(id, _)| id.clone()).collect();
        steps.dedup();
        if !steps.is_empty() {
            return Blamed { steps, nearby: false, error: error.rendered };
        }
        nearby.extend(written.into_iter().map(|(id, _)| id));
    }
    let mut seen = std::collections::BTreeSet::new();
    nearby.retain(|id| seen.insert(id.clone()));
    Blamed { nearby: !nearby.is_empty(), steps: nearby, error: error.rendered }
}
