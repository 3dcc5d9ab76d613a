//! The sample application's files, and places in them found by their text.

use std::path::Path;

use cello_scaffold::edit::unified;
use cello_scaffold::plan::PlannedEdit;
use cello_scaffold::target::At;

/// The text of one of its files.
pub fn text(path: &str) -> String {
    read(path).unwrap_or_else(|| panic!("the sample application has no {path}"))
}

/// The same, for a report that asks for a file which may not exist.
pub fn read(path: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/demo/pagewatch");
    fs_err::read_to_string(folder.join(format!("{path}.in"))).ok()
}

/// The first place where the text occurs.
pub fn at(path: &str, needle: &str) -> At {
    let text = text(path);
    let start = text.find(needle).unwrap_or_else(|| panic!("{path} has no {needle:?}"));
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    At {
        file: path.into(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        bytes: [start, start + needle.len()],
        text: needle.lines().next().unwrap_or_default().trim().into(),
    }
}

/// An insertion behind the first place of a text.
pub fn insert(path: &str, behind: &str, new: &str) -> PlannedEdit {
    let end = at(path, behind).bytes[1];
    edit(path, [end, end], new)
}

/// A replacement of the first place of a text.
pub fn replace(path: &str, old: &str, new: &str) -> PlannedEdit {
    edit(path, at(path, old).bytes, new)
}

fn edit(path: &str, bytes: [usize; 2], new: &str) -> PlannedEdit {
    let old = text(path);
    let after = format!("{}{new}{}", &old[..bytes[0]], &old[bytes[1]..]);
    PlannedEdit { file: path.into(), at: bytes, text: new.into(), diff: unified(path, Some(&old), &after) }
}

/// A new file.
pub fn create(path: &str, new: &str) -> PlannedEdit {
    PlannedEdit { file: path.into(), at: [0, 0], text: new.into(), diff: unified(path, None, new) }
}
