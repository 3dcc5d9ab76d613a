//! Parsing one Rust file, with offsets that fit the file on disk.

use std::ops::Range;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::Parser;

use super::super::text::bom;
use super::cfg_if;

/// Nesting beyond this would overflow the parser's stack, which can't be caught.
const DEEPEST: usize = 1_000;

/// So many tokens without a separator may nest as deep: `----1`, `a().b().c()`, `&&&T`, `Vec<Vec<T>>`, `else if`s.
const LONGEST: usize = 3_000;

/// Size of the stack on which files are parsed; enough for `DEEPEST` and `LONGEST`.
pub const STACK: usize = 256 * 1024 * 1024;

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
        let base = bom(text) + shebang(&text[bom(text)..]);
        let above = text[..base].matches('\n').count();
        let failed = |span: Span, error: String| format!("line {}: {error}", span.start().line + above);
        let tokens: TokenStream = text[base..]
            .parse()
            .map_err(|error: proc_macro2::LexError| failed(error.span(), error.to_string()))?;
        // Parser, visitors and destructors go down the tree by calling themselves; counting does not.
        if too_deep(&tokens) {
            return Err(format!("nested more than {DEEPEST} levels deep"));
        }
        let mut file = <syn::File as syn::parse::Parse>::parse
            .parse2(tokens)
            .map_err(|error: syn::Error| failed(error.span(), error.to_string()))?;
        cfg_if::open(&mut file.items);
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

/// Length of `#!/usr/bin/env …`, which is no attribute.
fn shebang(text: &str) -> usize {
    match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => text.find('\n').unwrap_or(text.len()),
        _ => 0,
    }
}

/// True if the tree that is parsed from these tokens may be deeper than the stack allows.
fn too_deep(tokens: &TokenStream) -> bool {
    let mut open = vec![(tokens.clone().into_iter().peekable(), 0)];
    while let Some((rest, run)) = open.last_mut() {
        match rest.next() {
            None => {
                open.pop();
            }
            Some(TokenTree::Group(group)) => {
                // A body ends what came before, unless it goes on with `else`.
                let goes_on = group.delimiter() != Delimiter::Brace || rest.peek().is_some_and(is_else);
                *run = if goes_on { *run + 1 } else { 0 };
                open.push((group.stream().into_iter().peekable(), 0));
            }
            Some(TokenTree::Punct(punct)) if [',', ';'].contains(&punct.as_char()) => *run = 0,
            Some(_) => *run += 1,
        }
        if open.len() > DEEPEST || open.last().is_some_and(|(_, run)| *run > LONGEST) {
            return true;
        }
    }
    false
}

fn is_else(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "else")
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
        let error = |text| Parsed::new(text).err().unwrap();
        assert!(error("\u{feff}#!/bin/x\nfn a() {}\nfn 1() {}\n").starts_with("line 3: "));
        assert!(error("fn a() {}\n)\n").starts_with("line 2: "));
        finish();
    }

    #[test]
    fn the_deepest_that_is_taken_fits_on_the_stack() {
        let nested = |open: &str, close: &str, n: usize| open.repeat(n) + close.repeat(n).as_str();
        for text in [
            format!("fn f(x: {}u8) {{}}", "& ".repeat(LONGEST - 10)),
            format!("type T = {}u8{};", "Vec<".repeat(LONGEST / 3 - 3), " >".repeat(LONGEST / 3 - 3)),
            format!("fn f() {{ {}1; }}", "return ".repeat(LONGEST - 10)),
            format!("fn f() {{ a{}; }}", ".b()".repeat(LONGEST / 3 - 3)),
            format!("fn f() {{ let x = {}; }}", nested("-(", ")", DEEPEST - 3).replacen("()", "(1)", 1)),
            nested("mod a {", "}", DEEPEST - 3),
            format!("fn f() {{ {} }}", nested("if a {", "}", DEEPEST - 3)),
        ] {
            let parsed = super::super::on_deep_stack(|| Parsed::new(&text).map(|_| finish()));
            assert!(parsed.is_ok(), "{parsed:?} for {}", &text[..60]);
        }
    }

    #[test]
    fn what_is_long_but_flat_is_no_nesting() {
        let list = format!("const X: [u8; 100000] = [{}];", "1, ".repeat(100_000));
        let functions = "fn a() -> u8 { 1 + 1 }\n".repeat(10_000);
        let text = format!("const PAGE: &str = \"{}\";", "(<p>- ".repeat(100_000));
        for text in [list, functions, text] {
            assert!(!too_deep(&text.parse().unwrap()));
        }
        finish();
    }
}
