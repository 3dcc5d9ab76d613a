//! A changed file as pieces of the old one and new text, so that every place can be found again.

use std::ops::Range;

/// Part of a changed file.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Bytes of the file as it was.
    Old(Range<usize>),
    /// Text that a mutation puts there.
    New(String),
}

/// A changed file.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// Where it is now.
    pub path: String,
    pub pieces: Vec<Piece>,
}

impl Pieces {
    /// The file as it was, with some ranges replaced; they are in order and disjoint.
    pub fn replaced(path: &str, text: &str, changes: Vec<(Range<usize>, String)>) -> Self {
        let mut pieces = Vec::new();
        let mut position = 0;
        for (at, new) in changes {
            pieces.push(Piece::Old(position..at.start));
            pieces.push(Piece::New(new));
            position = at.end;
        }
        pieces.push(Piece::Old(position..text.len()));
        Self { path: path.to_string(), pieces }
    }

    pub fn text(&self, old: &str) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Old(range) => old[range.clone()].to_string(),
                Piece::New(text) => text.clone(),
            })
            .collect()
    }

    /// Where a place between two bytes of the old file is now: behind the byte before it and ahead of the byte after
    /// it, as far as those are there.
    pub fn place(&self, at: usize) -> (Option<usize>, Option<usize>) {
        let (mut behind, mut ahead, mut offset) = (None, None, 0);
        for piece in &self.pieces {
            match piece {
                Piece::Old(range) => {
                    if range.start < at && at <= range.end {
                        behind = Some(offset + at - range.start);
                    }
                    if range.start <= at && at < range.end {
                        ahead = Some(offset + at - range.start);
                    }
                    offset += range.len();
                }
                Piece::New(text) => offset += text.len(),
            }
        }
        // The ends of a file are places too.
        let end =
            self.pieces.iter().map(|piece| if let Piece::Old(range) = piece { range.end } else { 0 }).max();
        if Some(at) == end && ahead.is_none() {
            ahead = Some(offset);
        }
        (behind.or(if at == 0 { Some(0) } else { None }), ahead)
    }

    /// True if a place of the changed file is where a place of the old one went.
    pub fn is_place(&self, old: usize, new: usize) -> bool {
        match self.place(old) {
            (Some(a), Some(b)) => a.min(b) <= new && new <= a.max(b) && (a <= b || new == a || new == b),
            (Some(a), None) | (None, Some(a)) => new == a,
            (None, None) => false,
        }
    }
}
