//! Unified diffs that `git apply` accepts.

use similar::group_diff_ops;
use similar::udiff::UnifiedHunkHeader;

use super::hunks::differences;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Unified diff from `old` to `new` of the file at `path`, three lines of context; `/dev/null` for a new file.
pub fn unified(path: &str, old: Option<&str>, new: &str) -> String {
    let from = old.map_or_else(|| "/dev/null".to_string(), |_| format!("a/{path}"));
    let (before, after) = (lines(old.unwrap_or_default()), lines(new));
    let mut out = String::new();
    for hunk in group_diff_ops(differences(&bytes(&before), &bytes(&after)), CONTEXT) {
        out.push_str(&format!("{}\n", UnifiedHunkHeader::new(&hunk)));
        for change in hunk.iter().flat_map(|op| op.iter_changes(&before, &after)) {
            out.push_str(&format!("{}{}", change.tag(), change.value()));
            if !change.value().ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    if out.is_empty() {
        return out;
    }
    format!("--- {from}\n+++ b/{path}\n{out}")
}

fn bytes<'a>(lines: &[&'a str]) -> Vec<&'a [u8]> {
    lines.iter().map(|line| line.as_bytes()).collect()
}

/// Lines as git counts them: a carriage return by itself ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_carriage_return_alone_ends_no_line() {
        let diff = unified("a", Some("one\rtwo\nthree"), "one\rtwo\nfour\r");
        assert_eq!(
            diff,
            "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\rtwo\n-three\n\\ No newline at end of file\n+four\r\n\\ No newline at end of file\n"
        );
    }
}
