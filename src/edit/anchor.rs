//! Where a change stands in a text that was edited since: found by its own bytes and by the lines around it.
//!
//! The lines are kept as hashes, so that what stands beside a change is written down nowhere. Blank lines and
//! indentation around it don't count; the line it stands on, if it is part of one, has to be the same to the byte.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Lines kept on each side.
const LINES: usize = 3;

/// Lines that have to be the same at least, unless there were fewer.
const ENOUGH: usize = 2;

/// What stands around a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// What its first line has before it, if it starts within a line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub head: Option<Part>,
    /// What its last line has after it, if it ends within a line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tail: Option<Part>,
    /// Hashes of the lines before, the nearest first.
    pub before: Vec<String>,
    /// Hashes of the lines after, the nearest first.
    pub after: Vec<String>,
    /// True if another place looked from the start as this one does without the change: then nothing can tell that the
    /// change is gone.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub twin: bool,
}

/// Part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its bytes.
    pub bytes: usize,
    /// Their hash.
    pub hash: String,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It stands here.
    There(Range<usize>),
    /// What was there before it stands there again.
    Gone,
    /// Its text is nowhere.
    Edited,
    /// Its text is there, but nothing around it is as it was.
    Astray,
    /// It could be in several places.
    Twice,
}

/// One place where a text may belong, with what speaks for it.
struct Candidate {
    at: Range<usize>,
    score: usize,
}

impl Anchor {
    /// The surroundings of a range that stands in place of `old`.
    pub fn of(text: &[u8], at: &Range<usize>, old: &[u8]) -> Self {
        let own = text.get(at.clone()).unwrap_or_default();
        let head = (!starts_line(text, at.start) && !opens(own)).then(|| Part::of(head(text, at.start)));
        let tail = (!(ends_line(text, at.end) || own.ends_with(b"\n") || own.is_empty() && head.is_none()))
            .then(|| Part::of(tail(text, at.end)));
        let before = lines_before(text, at.start, head.is_some()).map(hash).collect();
        let after = lines_after(text, at.end, tail.is_some()).map(hash).collect();
        let mut anchor = Self { head, tail, before, after, twin: false };
        anchor.twin = !anchor.candidates(text, old, true).is_empty();
        anchor
    }

    /// What became of the change that put `new` in place of `old`.
    pub fn standing(&self, text: &[u8], old: &[u8], new: &[u8]) -> Standing {
        // Where nothing stands for itself, both sides have to say so.
        let mut there = self.candidates(text, new, new.is_empty());
        let most = there.iter().map(|one| one.score).max();
        there.retain(|one| Some(one.score) == most);
        match there.as_slice() {
            [one] => return Standing::There(one.at.clone()),
            [] => {}
            _ => return Standing::Twice,
        }
        if !self.twin && !self.candidates(text, old, true).is_empty() {
            return Standing::Gone;
        }
        let nowhere = !new.is_empty() && occurrences(text, new).next().is_none();
        if nowhere { Standing::Edited } else { Standing::Astray }
    }

    fn candidates(&self, text: &[u8], wanted: &[u8], both: bool) -> Vec<Candidate> {
        let starts: Vec<usize> = if wanted.is_empty() {
            let skip = self.head.as_ref().map_or(0, |head| head.bytes);
            line_starts(text).map(|start| start + skip).filter(|start| *start <= text.len()).collect()
        } else {
            occurrences(text, wanted).collect()
        };
        let ranges = starts.into_iter().map(|start| start..start + wanted.len());
        ranges
            .filter_map(|at| {
                let score = self.score(text, &at, both)?;
                Some(Candidate { at, score })
            })
            .collect()
    }

    /// How many lines around a range are as they were; `None` if too few are for it to be the place.
    fn score(&self, text: &[u8], at: &Range<usize>, both: bool) -> Option<usize> {
        let own = &text[at.clone()];
        let fits = match &self.head {
            Some(part) => part.is(head(text, at.start)),
            None => starts_line(text, at.start) || opens(own),
        } && match &self.tail {
            Some(part) => part.is(tail(text, at.end)),
            None => {
                own.ends_with(b"\n") || ends_line(text, at.end) || (own.is_empty() && self.head.is_none())
            }
        };
        if !fits {
            return None;
        }
        let before: Vec<&[u8]> = lines_before(text, at.start, self.head.is_some()).collect();
        let after: Vec<&[u8]> = lines_after(text, at.end, self.tail.is_some()).collect();
        let (above, below) = (same(&self.before, &before), same(&self.after, &after));
        let part = [(&self.head, head(text, at.start)), (&self.tail, tail(text, at.end))];
        let mut telling = part.iter().filter(|(part, line)| part.is_some() && tells(line)).count();
        telling += before[..above].iter().chain(&after[..below]).filter(|line| tells(line)).count();
        let meets =
            |kept: &[String], now: &[&[u8]], same: usize| same > 0 || (kept.is_empty() && now.is_empty());
        if both && !(meets(&self.before, &before, above) && meets(&self.after, &after, below)) {
            return None;
        }
        let parts = part.iter().filter(|(part, _)| part.is_some()).count();
        let enough = ENOUGH.min(self.before.len() + self.after.len() + parts);
        let edges = [(&self.before, &before, above), (&self.after, &after, below)];
        let edges = edges.iter().filter(|(kept, now, same)| reaches_the_edge(kept, now, *same)).count();
        let score = above + below + parts;
        // A line that is its own in part tells where it is, if there is one of it.
        let own = parts > 0 && tells(own) && occurrences(text, own).nth(1).is_none();
        telling += usize::from(own);
        // Which of two places it is, an edge does not tell.
        (score + edges >= enough && (telling > 0 || enough == 0)).then_some(score)
    }
}

impl Part {
    fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len(), hash: hash(bytes) }
    }

    fn is(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes.len() && self.hash == hash(bytes)
    }
}

/// Enough of a SHA-256 to tell lines of one file apart.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes.trim_ascii()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// True if a line says something: many are a brace and no more.
fn tells(line: &[u8]) -> bool {
    line.iter().any(|byte| byte.is_ascii_alphanumeric())
}

fn same(kept: &[String], now: &[&[u8]]) -> usize {
    kept.iter().zip(now).take_while(|(kept, now)| **kept == hash(now)).count()
}

/// True if all lines on one side are as they were, up to where the text begins or ends. That is worth one line more.
fn reaches_the_edge(kept: &[String], now: &[&[u8]], same: usize) -> bool {
    same > 0 && same < LINES && kept.len() == same && now.len() == same
}

/// True if a text begins with the end of the line before it.
fn opens(own: &[u8]) -> bool {
    own.starts_with(b"\n") || own.starts_with(b"\r\n")
}

fn starts_line(text: &[u8], at: usize) -> bool {
    at == 0 || text.get(at - 1) == Some(&b'\n')
}

fn ends_line(text: &[u8], at: usize) -> bool {
    matches!(text.get(at..), None | Some([] | [b'\n', ..] | [b'\r', b'\n', ..]))
}

fn line_starts(text: &[u8]) -> impl Iterator<Item = usize> {
    let after = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after)
}

fn head(text: &[u8], at: usize) -> &[u8] {
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    &text[start..at]
}

fn tail(text: &[u8], at: usize) -> &[u8] {
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |len| at + len);
    let line = &text[at..end];
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The lines before a place that aren't blank, the nearest first; without the one it stands in, if it is `within` one.
fn lines_before(text: &[u8], at: usize, within: bool) -> impl Iterator<Item = &[u8]> {
    let end = if within { at - head(text, at).len() } else { at };
    let lines = text[..end].rsplit(|byte| *byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty()).take(LINES)
}

fn lines_after(text: &[u8], at: usize, within: bool) -> impl Iterator<Item = &[u8]> {
    let start = if within { at + tail(text, at).len() } else { at };
    let lines = text[start..].split(|byte| *byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty()).take(LINES)
}

fn occurrences<'a>(text: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let windows = text.windows(wanted.len().max(1)).enumerate();
    windows.filter(move |(_, part)| *part == wanted).map(|(at, _)| at)
}

/// The same insertion as whole lines, where it can be said so: `\n    new();` after a line is `    new();\n` before the
/// next. What stands around it is then lines too, and an edit of the line beside it no edit of its own.
pub fn as_lines(text: &[u8], at: &Range<usize>) -> Range<usize> {
    let whole = |at: &Range<usize>| {
        starts_line(text, at.start) && at.end > at.start && text.get(at.end - 1) == Some(&b'\n')
    };
    let mut down = at.clone();
    while !whole(&down)
        && down.start < at.end
        && text.get(down.start) == text.get(down.end)
        && down.end < text.len()
    {
        down = down.start + 1..down.end + 1;
    }
    if whole(&down) {
        return down;
    }
    let mut up = at.clone();
    while !whole(&up) && up.start > 0 && up.end > at.start && text.get(up.start - 1) == text.get(up.end - 1) {
        up = up.start - 1..up.end - 1;
    }
    if whole(&up) { up } else { at.clone() }
}
