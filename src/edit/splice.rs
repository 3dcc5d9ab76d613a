//! Putting edits into a text: the one place where new bytes meet the user's.

use std::ops::Range;

use thiserror::Error;

/// A replacement of a byte range by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the original to replace; empty for an insertion.
    pub at: Range<usize>,
    /// What takes their place.
    pub text: String,
}

/// Why a list of edits can't be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SpliceError {
    /// Two edits touch the same bytes.
    #[error("two edits overlap at byte {0}")]
    Overlap(usize),
    /// Two edits are the same: one of them is enough, and both together are a mistake.
    #[error("two edits do the same at byte {0}")]
    Duplicate(usize),
    /// An edit lies outside of the text.
    #[error("an edit at byte {at} lies outside of the text, which has {len} bytes")]
    Outside {
        /// Where the edit ends.
        at: usize,
        /// Bytes in the text.
        len: usize,
    },
}

/// The original with all edits applied at once. Insertions at one offset keep the order of the list and come before a
/// replacement that starts there.
///
/// # Errors
/// If edits overlap, do the same, or lie outside of the original.
pub fn splice(original: &[u8], edits: &[Edit]) -> Result<Vec<u8>, SpliceError> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    // Stable: insertions at one offset stay in list order.
    order.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let added: usize = order.iter().map(|edit| edit.text.len()).sum();
    let mut out = Vec::with_capacity(original.len() + added);
    let mut position = 0;
    for (number, edit) in order.iter().enumerate() {
        let beside = order[..number].iter().rev().take_while(|other| other.at == edit.at);
        if beside.into_iter().any(|other| other.text == edit.text) {
            return Err(SpliceError::Duplicate(edit.at.start));
        }
        if edit.at.end > original.len() || edit.at.start > edit.at.end {
            return Err(SpliceError::Outside { at: edit.at.end.max(edit.at.start), len: original.len() });
        }
        if edit.at.start < position {
            return Err(SpliceError::Overlap(edit.at.start));
        }
        out.extend_from_slice(&original[position..edit.at.start]);
        out.extend_from_slice(edit.text.as_bytes());
        position = edit.at.end;
    }
    out.extend_from_slice(&original[position..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(at: Range<usize>, text: &str) -> Edit {
        Edit { at, text: text.into() }
    }

    #[test]
    fn insertions_at_one_offset_keep_their_order() {
        let edits = [edit(1..1, "x"), edit(1..1, "y"), edit(0..0, "w")];
        assert_eq!(splice(b"ab", &edits).unwrap(), b"waxyb");
    }

    #[test]
    fn an_insertion_may_touch_a_replacement_but_not_lie_in_it() {
        let edits = [edit(1..3, "Z"), edit(1..1, "y"), edit(3..3, "!")];
        assert_eq!(splice(b"abcd", &edits).unwrap(), b"ayZ!d");
        let edits = [edit(1..3, "Z"), edit(2..2, "y")];
        assert_eq!(splice(b"abcd", &edits), Err(SpliceError::Overlap(2)));
    }

    #[test]
    fn the_same_twice_is_told_from_a_conflict() {
        let edits = [edit(1..3, "Z"), edit(0..0, "x"), edit(1..3, "Z")];
        assert_eq!(splice(b"abcd", &edits), Err(SpliceError::Duplicate(1)));
        let edits = [edit(1..1, "x"), edit(1..1, "y"), edit(1..1, "x")];
        assert_eq!(splice(b"abcd", &edits), Err(SpliceError::Duplicate(1)));
        let edits = [edit(1..3, "Z"), edit(1..3, "Y")];
        assert_eq!(splice(b"abcd", &edits), Err(SpliceError::Overlap(1)));
    }

    #[test]
    fn an_edit_outside_of_the_text_is_refused() {
        let edits = [edit(3..3, "!")];
        let expected = Err(SpliceError::Outside { at: 3, len: 2 });
        assert_eq!(splice(b"ab", &edits), expected);
    }
}
