//! The lines of a replacement that really differ, so that what it keeps is not taken for a part of it.

use std::ops::Range;

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};

/// Ranges of `new` with the ranges of `old` they stand for, in order; what lies between them is the same in both.
pub fn hunks(old: &[u8], new: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    if old.is_empty() || new.is_empty() {
        let all = (0..new.len(), 0..old.len());
        return if old.is_empty() && new.is_empty() { Vec::new() } else { vec![all] };
    }
    let (before, after) = (lines(old), lines(new));
    let ends = |lines: &[&[u8]]| -> Vec<usize> {
        let mut end = 0;
        let mut ends = vec![0];
        ends.extend(lines.iter().map(|line| {
            end += line.len();
            end
        }));
        ends
    };
    let (old_ends, new_ends) = (ends(&before), ends(&after));
    let mut hunks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in differences(&before, &after) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (was, is) = (op.old_range(), op.new_range());
        let is = new_ends[is.start]..new_ends[is.end];
        let was = old_ends[was.start]..old_ends[was.end];
        match hunks.last_mut() {
            Some(last) if last.0.end == is.start && last.1.end == was.start => {
                last.0.end = is.end;
                last.1.end = was.end;
            }
            _ => hunks.push((is, was)),
        }
    }
    hunks
}

/// How one text's lines become another's, by Myers' algorithm. Called by itself: `similar`'s general entry brings five others
/// along, a fortieth of the program.
pub(super) fn differences(before: &[&[u8]], after: &[&[u8]]) -> Vec<DiffOp> {
    let mut found = Compact::new(Replace::new(Capture::new()), before, after);
    let done = myers::diff(&mut found, before, 0..before.len(), after, 0..after.len());
    // What captures differences never fails.
    match done {
        Ok(()) => found.into_inner().into_inner().into_ops(),
        Err(never) => match never {},
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}
