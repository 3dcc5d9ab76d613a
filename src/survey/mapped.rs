//! From the value of a string literal back to the bytes of its source: escapes, raw strings, line continuations.

use std::ops::Range;

/// A text made of one or more literals, with the place of each of its bytes in the file.
#[derive(Debug, Clone, Default)]
pub struct Mapped {
    /// The text.
    pub value: String,
    /// For each byte of the value, the bytes of the file it is written with; `None` for what no literal holds.
    places: Vec<Option<Range<usize>>>,
    /// Byte of the file after the last character.
    end: usize,
}

impl Mapped {
    /// Maps a text that is written as it is, such as an attribute of a page.
    pub fn plain(text: &str, start: usize) -> Self {
        let places = (0..text.len()).map(|i| Some(start + i..start + i + 1)).collect();
        Self { value: text.to_string(), places, end: start + text.len() }
    }

    /// Maps a literal from its source, quotes included, which starts at a byte of the file. `None` if it is written in
    /// a way that is not understood, such as a byte string.
    pub fn literal(source: &str, start: usize) -> Option<Self> {
        if let Some(rest) = source.strip_prefix('r') {
            let hashes = rest.len() - rest.trim_start_matches('#').len();
            let from = 1 + hashes + 1;
            let to = source.len().checked_sub(1 + hashes)?;
            return Some(Self::plain(source.get(from..to)?, start + from));
        }
        let inner = source.strip_prefix('"')?.strip_suffix('"')?;
        let mut mapped = Self { end: start + 1 + inner.len(), ..Self::default() };
        let mut at = 0;
        while let Some(first) = inner[at..].chars().next() {
            let (character, len) = match first {
                '\\' => escape(&inner[at..])?,
                _ => (Some(first), first.len_utf8()),
            };
            if let Some(character) = character {
                mapped.push(character, start + 1 + at..start + 1 + at + len);
            }
            at += len;
        }
        Some(mapped)
    }

    /// Goes on with another literal, after a separator that the program puts between them.
    pub fn append(&mut self, separator: &str, other: Self) {
        self.value.push_str(separator);
        self.places.extend(std::iter::repeat_n(None, separator.len()));
        self.value.push_str(&other.value);
        self.places.extend(other.places);
        self.end = other.end;
    }

    /// Byte of the file where an insertion before a byte of the value goes.
    pub fn before(&self, at: usize) -> usize {
        match self.places.get(at) {
            Some(Some(place)) => place.start,
            // Between two literals: the end of the one before.
            _ => self.after(at),
        }
    }

    /// Byte of the file where an insertion after the byte before `at` goes.
    pub fn after(&self, at: usize) -> usize {
        let last = self.places.get(..at).and_then(|places| places.iter().rev().flatten().next());
        last.map_or(self.end, |place| place.end)
    }

    /// True if this range of the value lies in one literal.
    pub fn is_whole(&self, range: Range<usize>) -> bool {
        self.places.get(range).is_some_and(|places| places.iter().all(Option::is_some))
    }

    fn push(&mut self, character: char, place: Range<usize>) {
        self.value.push(character);
        self.places.extend(std::iter::repeat_n(Some(place), character.len_utf8()));
    }
}

/// What an escape stands for (nothing for a line continuation) and how long it is.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let second = text[1..].chars().next()?;
    let simple = |character| Some((Some(character), 2));
    match second {
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        '0' => simple('\0'),
        '\\' | '"' | '\'' => simple(second),
        'x' => {
            let code = u8::from_str_radix(text.get(2..4)?, 16).ok()?;
            Some((Some(char::from(code)), 4))
        }
        'u' => {
            let close = text.find('}')?;
            let digits = text.get(3..close)?.replace('_', "");
            let code = u32::from_str_radix(&digits, 16).ok()?;
            Some((Some(char::from_u32(code)?), close + 1))
        }
        '\n' | '\r' => {
            let rest = text[1..].trim_start_matches([' ', '\t', '\n', '\r']);
            Some((None, text.len() - rest.len()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_agree_with_the_compilers_and_bytes_lead_back() {
        for source in [
            "\"a \\\n   b\\u{e9}\\x41\\\"é\"",
            "r#\"a \"b\" \\n\"#",
            "r\"x\"",
            "\"default-src 'self'; \\\r\n      script-src *\"",
        ] {
            let mapped = Mapped::literal(source, 10).unwrap();
            let literal: syn::LitStr = syn::parse_str(source).unwrap();
            assert_eq!(mapped.value, literal.value(), "{source}");
            assert_eq!(mapped.places.len(), mapped.value.len());
        }
        let mapped = Mapped::literal("\"a \\\n   bc\"", 10).unwrap();
        assert_eq!((mapped.after(2), mapped.before(2), mapped.after(4)), (13, 18, 20));
    }

    #[test]
    fn literals_put_together_know_which_bytes_nobody_wrote() {
        let mut mapped = Mapped::literal("\"ab\"", 0).unwrap();
        mapped.append("; ", Mapped::literal("\"cd\"", 10).unwrap());
        assert_eq!(mapped.value, "ab; cd");
        assert_eq!((mapped.after(2), mapped.after(4), mapped.before(4), mapped.after(6)), (3, 3, 11, 13));
        assert!(!mapped.is_whole(1..5));
    }
}
