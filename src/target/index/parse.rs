//! Parsing one Rust file, with offsets that fit the file on disk.

use std::ops::Range;

use proc_macro2::Span;

use super::super::text::bom;

/// Nesting beyond this would overflow the parser's stack, which can't be caught.
const DEEPEST: usize = 2_000;

/// Size of the stack on which files are parsed; enough for `DEEPEST`.
pub const STACK: usize = 64 * 1024 * 1024;

/// A parsed file. It must not outlive the visit: spans are only valid until [`finish`].
pub struct Parsed {
    /// The syntax tree.
    pub file: syn::File,
    base: usize,
}

impl Parsed {
    /// Parses a file's text.
    ///
    /// # Errors
    /// With line and reason if it isn't Rust that the parser takes.
    pub fn new(text: &str) -> Result<Self, String> {
        if depth(text) > DEEPEST {
            return Err(format!("nested more than {DEEPEST} levels deep"));
        }
        let file = syn::parse_file(text).map_err(|error| {
            let start = error.span().start();
            format!("line {}: {error}", start.line)
        })?;
        // `parse_file` takes these off before it counts.
        let base = bom(text) + file.shebang.as_ref().map_or(0, String::len);
        Ok(Self { file, base })
    }

    /// Bytes of a span in the file.
    pub fn bytes(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.base..range.end + self.base
    }

    /// Bytes of a syntax node in the file.
    pub fn range(&self, node: &impl syn::spanned::Spanned) -> Range<usize> {
        self.bytes(node.span())
    }
}

/// Releases the memory that spans of finished files hold.
pub fn finish() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// Deepest nesting of brackets, ignoring that some stand in strings: an upper bound is all that is needed.
fn depth(text: &str) -> usize {
    let (mut deepest, mut now) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                now += 1;
                deepest = deepest.max(now);
            }
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_fit_a_file_with_mark_and_shebang() {
        let text = "\u{feff}#!/usr/bin/env run\nfn main() {}\n";
        let parsed = Parsed::new(text).unwrap();
        let range = parsed.range(&parsed.file.items[0]);
        assert_eq!(&text[range], "fn main() {}");
        finish();
    }

    #[test]
    fn deep_nesting_and_no_rust_are_errors() {
        assert!(Parsed::new(&"(".repeat(100_000)).is_err());
        assert!(Parsed::new("fn {").is_err());
    }
}
