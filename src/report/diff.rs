//! One unified diff for a whole plan, for `git apply` and for review tools.

use crate::edit::{Edit, splice, unified};
use crate::plan::{Plan, PlannedFile, sha256_hex};

use super::clean;

/// Reads a file of the target as it is now.
type Read<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// The whole plan as one unified diff. `git apply` accepts it as long as the files are those the plan was made for.
///
/// A file that can't be read, isn't UTF-8 or has changed since then is shown by the steps' own diffs, with a remark: a stale plan
/// can still be read. Secrets in the lines around a change are redacted, which makes `git apply` refuse that file
/// rather than hand the secret on.
pub fn diff(plan: &Plan, read: Read<'_>) -> String {
    plan.files
        .iter()
        .map(|file| safe(whole(plan, file, read).unwrap_or_else(|| pieces(plan, file))))
        .collect()
}

/// Carriage returns are content here, so only a text with something to hide is touched.
fn safe(diff: String) -> String {
    let plain = diff.replace("\r\n", "\n");
    let cleaned = clean(&plain);
    if cleaned == plain { diff } else { cleaned }
}

/// From the original, so that hunks are merged and line numbers exact.
fn whole(plan: &Plan, file: &PlannedFile, read: Read<'_>) -> Option<String> {
    let Some(before) = &file.before else {
        let content = file.content.as_deref()?;
        return Some(unified(&file.path, None, content));
    };
    let old = read(&file.path)?;
    if sha256_hex(&old) != *before {
        return None;
    }
    let old = String::from_utf8(old).ok()?;
    let edits: Vec<Edit> = plan
        .steps
        .iter()
        .flat_map(|step| &step.edits)
        .filter(|edit| edit.file == file.path)
        .map(|edit| Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() })
        .collect();
    let new = String::from_utf8(splice(old.as_bytes(), &edits).ok()?).ok()?;
    Some(unified(&file.path, Some(&old), &new))
}

/// From the diffs in the plan: for reading, as their line numbers don't count each other's lines.
fn pieces(plan: &Plan, file: &PlannedFile) -> String {
    let mut out = format!(
        "# {} isn't as it was when the plan was made, or isn't UTF-8: its steps' own diffs, for reading only.\n",
        file.path
    );
    let edits = plan.steps.iter().flat_map(|step| &step.edits);
    for edit in edits.filter(|edit| edit.file == file.path) {
        out.push_str(&edit.diff);
        if !edit.diff.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}
