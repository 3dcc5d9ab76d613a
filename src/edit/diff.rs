//! Unified diffs that `git apply` accepts.

use similar::TextDiff;

/// Unified diff from `old` to `new` of the file at `path`, three lines of context; `/dev/null` for a new file.
pub fn unified(path: &str, old: Option<&str>, new: &str) -> String {
    let from = old.map_or_else(|| "/dev/null".to_string(), |_| format!("a/{path}"));
    TextDiff::from_lines(old.unwrap_or_default(), new)
        .unified_diff()
        .context_radius(3)
        .missing_newline_hint(true)
        .header(&from, &format!("b/{path}"))
        .to_string()
}
