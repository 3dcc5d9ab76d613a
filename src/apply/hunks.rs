//! What takes an applied plan back, hunk by hunk: kept when it is applied, found again when it is undone.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::record::RecordedFile;
use crate::edit::{Anchor, Standing, as_lines, hunks};
use crate::plan::{Plan, sha256_hex};

/// What stood in place of a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverse {
    /// First byte and the one after the last, in the file as it is after.
    pub at: [usize; 2],
    /// The bytes that were there, each as two hexadecimal digits: they need not be UTF-8.
    pub bytes: String,
    /// The step that put the range there.
    #[serde(default)]
    pub step: String,
    /// What it put there, each byte as two hexadecimal digits.
    #[serde(default)]
    pub text: String,
    /// What stands around it; without one it is found in an unchanged file only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}

impl Reverse {
    fn new(step: &str, after: &[u8], at: Range<usize>, old: &[u8]) -> Self {
        let text = after.get(at.clone()).unwrap_or_default();
        Self {
            anchor: Some(Anchor::of(after, &at, old)),
            at: [at.start, at.end],
            bytes: hex(old),
            step: step.to_string(),
            text: hex(text),
        }
    }

    /// What it put there, for people.
    pub(super) fn shown(&self) -> String {
        let text = unhex(&self.text).unwrap_or_default();
        String::from_utf8_lossy(&text).trim_matches(['\n', '\r']).to_string()
    }

    /// What became of it in a file that was edited since.
    fn standing(&self, now: &[u8]) -> Standing {
        match (&self.anchor, unhex(&self.bytes), unhex(&self.text)) {
            (Some(anchor), Some(old), Some(new)) => anchor.standing(now, &old, &new),
            _ => Standing::Astray,
        }
    }
}

/// What takes a plan's edits of one file back. Only the lines that an edit really changes count as its own.
pub(super) fn reverse(plan: &Plan, path: &str, before: &[u8], after: &[u8]) -> Vec<Reverse> {
    let mut edits: Vec<_> = plan.edits_of(path).collect();
    edits.sort_by_key(|(_, edit)| edit.at);
    let (mut grown, mut shrunk) = (0, 0);
    let (mut fine, mut plain) = (Vec::new(), Vec::new());
    for (step, edit) in edits {
        let old = before.get(edit.at[0]..edit.at[1]).unwrap_or_default();
        let start = edit.at[0] + grown - shrunk;
        grown += edit.text.len();
        shrunk += edit.at[1] - edit.at[0];
        plain.push(Reverse::new(&step.id, after, start..start + edit.text.len(), old));
        for (new, was) in hunks(old, edit.text.as_bytes()) {
            let at = start + new.start..start + new.end;
            let at = if was.is_empty() { as_lines(after, &at) } else { at };
            fine.push(Reverse::new(&step.id, after, at, &old[was]));
        }
    }
    // Taking an insertion for whole lines moves it by bytes that its neighbour may have taken for its own.
    if restored(&fine, after).as_deref() == Some(before) { fine } else { plain }
}

/// A file's bytes before, from its bytes after and all that changed them.
pub(super) fn restored(reverse: &[Reverse], after: &[u8]) -> Option<Vec<u8>> {
    let back = reverse.iter().map(|one| Some((one.at[0]..one.at[1], unhex(&one.bytes)?)));
    replaced(after, &back.collect::<Option<Vec<_>>>()?)
}

/// A text with other bytes in some places, which are in order; `None` if they aren't, or lie outside of it.
pub(super) fn replaced(text: &[u8], places: &[(Range<usize>, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut position = 0;
    for (at, bytes) in places {
        out.extend_from_slice(text.get(position..at.start)?);
        out.extend_from_slice(bytes);
        position = at.end.max(at.start);
    }
    out.extend_from_slice(text.get(position..)?);
    Some(out)
}

/// What became of every hunk of a file.
pub(super) fn standing(file: &RecordedFile, now: &[u8]) -> Vec<Standing> {
    let hash = sha256_hex(now);
    if hash == file.after && restored(&file.reverse, now).is_some() {
        return file.reverse.iter().map(|one| Standing::There(one.at[0]..one.at[1])).collect();
    }
    if Some(&hash) == file.before.as_ref() {
        return file.reverse.iter().map(|_| Standing::Gone).collect();
    }
    let mut found: Vec<Standing> = file.reverse.iter().map(|one| one.standing(now)).collect();
    // Two can't stand in one place: one of them was edited, and nothing tells which.
    let clash = |a: &Standing, b: &Standing| match (a, b) {
        (Standing::There(a), Standing::There(b)) => a == b || (a.start < b.end && b.start < a.end),
        _ => false,
    };
    let clashing: Vec<usize> = (0..found.len())
        .filter(|one| {
            found.iter().enumerate().any(|(other, place)| other != *one && clash(place, &found[*one]))
        })
        .collect();
    for one in clashing {
        found[one] = Standing::Twice;
    }
    found
}

/// A file's record after some of its hunks went: `now` is the file as it is then, `left` the others with what became of
/// them in `was`, from which `taken` went.
pub(super) fn remaining(
    file: &RecordedFile,
    left: Vec<(Reverse, Standing)>,
    taken: &[(Range<usize>, Vec<u8>)],
    now: &[u8],
) -> RecordedFile {
    let mut record = RecordedFile { reverse: Vec::new(), ..file.clone() };
    let mut sure = true;
    for (reverse, standing) in left {
        let Standing::There(at) = standing else {
            sure = false;
            record.reverse.push(reverse);
            continue;
        };
        let gone = taken.iter().filter(|(place, _)| place.end <= at.start);
        let (shrunk, grown) = gone.fold((0, 0), |(a, b), (place, old)| (a + place.len(), b + old.len()));
        let at = at.start + grown - shrunk..at.end + grown - shrunk;
        let old = unhex(&reverse.bytes).unwrap_or_default();
        record.reverse.push(Reverse::new(&reverse.step, now, at, &old));
    }
    record.reverse.sort_by_key(|one| one.at);
    // What can be told of the whole file is told: then the rest is taken back byte for byte.
    if sure && let Some(before) = restored(&record.reverse, now) {
        record.after = sha256_hex(now);
        record.before = Some(sha256_hex(&before));
    }
    record
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
