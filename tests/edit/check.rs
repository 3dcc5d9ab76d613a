//! What has to hold for any text and any edits. Tests and the fuzz target share it.

use std::ops::Range;

use cello_scaffold::edit::{Anchor, Edit, SpliceError, Standing, as_lines, hunks, splice, toml, unified};

/// A text and edits, from any bytes: the number of edits, for each where, how much and what, and then the text.
pub fn decode(mut data: &[u8]) -> (Vec<u8>, Vec<Edit>) {
    let mut take = |count: usize| {
        let (head, rest) = data.split_at(count.min(data.len()));
        data = rest;
        head.to_vec()
    };
    let number = |bytes: &[u8]| bytes.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
    let mut edits = Vec::new();
    for _ in 0..number(&take(1)) % 6 {
        let start = number(&take(2));
        let len = number(&take(1)) % 64;
        let text = number(&take(1)) % 64;
        let text = String::from_utf8_lossy(&take(text)).into_owned();
        edits.push(Edit { at: start..start + len, text });
    }
    let text = take(usize::MAX);
    // Mostly within the text, and sometimes not.
    for edit in &mut edits {
        if edit.at.start % 16 != 15 {
            let len = edit.at.len();
            edit.at.start %= text.len() + 1;
            edit.at.end = (edit.at.start + len).min(text.len());
        }
    }
    (text, edits)
}

/// Bytes that decode to a text and edits.
#[allow(dead_code, reason = "the fuzzer only decodes")]
pub fn encode(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut data = vec![edits.len() as u8];
    for edit in edits {
        data.extend((edit.at.start as u16).to_be_bytes());
        data.push(edit.at.len() as u8);
        data.push(edit.text.len() as u8);
        data.extend(edit.text.as_bytes());
    }
    data.extend(text);
    data
}

/// Everything that has to hold.
pub fn check(text: &[u8], edits: &[Edit]) {
    let result = splice(text, edits);
    assert_eq!(result, expected(text, edits));
    if let Ok(after) = result {
        taken_back(text, &after, edits);
        if let (Ok(old), Ok(new)) = (std::str::from_utf8(text), std::str::from_utf8(&after)) {
            assert_eq!(patched(old, &unified("a", Some(old), new)), new);
            assert_eq!(patched("", &unified("a", None, new)), new);
        }
    }
    if let Ok(text) = std::str::from_utf8(text) {
        manifest(text);
    }
}

/// The same as `splice` in another way: pairwise rules, then from the back to the front.
fn expected(text: &[u8], edits: &[Edit]) -> Result<Vec<u8>, SpliceError> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.at.start, edit.at.end));
    for (number, edit) in order.iter().enumerate() {
        if order[..number].iter().any(|other| other == edit) {
            return Err(SpliceError::Duplicate(edit.at.start));
        }
        if edit.at.end > text.len() {
            return Err(SpliceError::Outside { at: edit.at.end, len: text.len() });
        }
        if order[..number].iter().any(|other| edit.at.start < other.at.end) {
            return Err(SpliceError::Overlap(edit.at.start));
        }
    }
    let mut out = text.to_vec();
    for edit in order.into_iter().rev() {
        out.splice(edit.at.clone(), edit.text.bytes());
    }
    Ok(out)
}

/// Each edit is found where it was made, and what it kept is not taken for its own.
fn taken_back(text: &[u8], after: &[u8], edits: &[Edit]) {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let mut moved = 0;
    let mut back = Vec::new();
    for edit in order {
        let start = edit.at.start + moved
            - back.iter().map(|(_, old): &(Range<usize>, Range<usize>)| old.len()).sum::<usize>();
        let at = start..start + edit.text.len();
        let old = &text[edit.at.clone()];
        assert_eq!(&after[at.clone()], edit.text.as_bytes());
        moved += edit.text.len();
        back.push((at.clone(), edit.at.clone()));
        kept(old, edit.text.as_bytes());
        found(after, &at, old);
        if old.is_empty() {
            let lines = as_lines(after, &at);
            assert_eq!(lines.len(), at.len());
            assert_eq!(without(after, &lines), without(after, &at));
        }
    }
}

fn without(text: &[u8], at: &Range<usize>) -> Vec<u8> {
    [&text[..at.start], &text[at.end..]].concat()
}

/// What lies between the hunks of a replacement is the same before and after.
fn kept(old: &[u8], new: &[u8]) {
    let (mut a, mut b) = (0, 0);
    for (is, was) in hunks(old, new) {
        assert_eq!(&old[a..was.start], &new[b..is.start]);
        (a, b) = (was.end, is.end);
    }
    assert_eq!(&old[a..], &new[b..]);
}

fn found(after: &[u8], at: &Range<usize>, old: &[u8]) {
    let new = &after[at.clone()];
    let standing = Anchor::of(after, at, old).standing(after, old, new);
    match standing {
        // Another place that is the same in every respect: then it says so, or takes neither.
        Standing::Twice | Standing::Astray => {}
        Standing::There(place) => assert_eq!(&after[place], new),
        Standing::Gone | Standing::Edited => panic!("{standing:?} is what stands there"),
    }
}

/// What `git apply` makes of a diff.
fn patched(old: &str, diff: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut out, mut position) = (String::new(), 0);
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        let without_end = match lines.peek() {
            Some(next) if next.starts_with('\\') => line.strip_suffix('\n').expect("a line ends"),
            _ => line,
        };
        match line.as_bytes()[0] {
            b'@' => {
                let range = line.split(['-', ' ']).nth(2).expect("a range");
                let (start, count) = range.split_once(',').unwrap_or((range, "1"));
                let (start, count): (usize, usize) = (start.parse().unwrap(), count.parse().unwrap());
                let start = if count == 0 { start } else { start - 1 };
                out.extend(old[position..start].iter().copied());
                position = start;
            }
            b'+' => out.push_str(&without_end[1..]),
            b' ' | b'-' => {
                assert_eq!(old[position], &without_end[1..]);
                if line.starts_with(' ') {
                    out.push_str(old[position]);
                }
                position += 1;
            }
            b'\\' => {}
            other => panic!("{other} begins a line of a diff"),
        }
    }
    out.extend(old[position..].iter().copied());
    out
}

/// An entry is an insertion after which the file has it, or there is a reason.
fn manifest(text: &str) {
    let fields = vec![("version", "\"1\"".to_string())];
    if let Ok(edit) = toml::entry(text, &["dependencies"], "hmac", &fields) {
        assert!(edit.at.is_empty());
        let after = splice(text.as_bytes(), &[edit]).unwrap();
        let after = String::from_utf8(after).unwrap();
        assert!(toml::entry(&after, &["dependencies"], "hmac", &fields).is_err(), "it is there now");
    }
}
