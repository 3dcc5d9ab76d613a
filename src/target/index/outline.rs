//! A file's outline: its text with the bodies of functions blanked, which leaves little to parse.
//!
//! The index keeps no bodies. What is blanked is as long as before, so every offset fits the file on disk.

use std::ops::Range;

use ra_ap_rustc_lexer::{TokenKind, tokenize};

/// A file's text without what its functions do: `fn f() { … }` becomes `fn f() {   }`.
///
/// Bodies with a `use` stay as they are, as what they import counts as the module's. `None` if the brackets don't fit
/// together; then nothing can be said of bodies.
pub fn outline(text: &str) -> Option<String> {
    let mut out = text.as_bytes().to_vec();
    for body in bodies(text)? {
        out[body].fill(b' ');
    }
    String::from_utf8(out).ok()
}

/// Bytes between the braces of every outermost function body that imports nothing.
fn bodies(text: &str) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut tokens = Tokens::of(text);
    while let Some((kind, at)) = tokens.next() {
        let named = kind == TokenKind::Ident && &text[at] == "fn" && tokens.skip_name();
        if !named || !tokens.skip_signature()? {
            continue;
        }
        let (body, imports) = tokens.skip_body(text)?;
        if !imports {
            found.push(body);
        }
    }
    Some(found)
}

/// Tokens that mean something, with their bytes.
struct Tokens<I: Iterator<Item = (TokenKind, Range<usize>)>> {
    rest: std::iter::Peekable<I>,
}

impl Tokens<std::iter::Empty<(TokenKind, Range<usize>)>> {
    fn of(text: &str) -> Tokens<impl Iterator<Item = (TokenKind, Range<usize>)>> {
        let mut end = 0;
        let all = tokenize(text).map(move |token| {
            let start = end;
            end += token.len as usize;
            (token.kind, start..end)
        });
        let rest = all
            .filter(|(kind, _)| {
                !matches!(
                    kind,
                    TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
                )
            })
            .peekable();
        Tokens { rest }
    }
}

impl<I: Iterator<Item = (TokenKind, Range<usize>)>> Tokens<I> {
    fn next(&mut self) -> Option<(TokenKind, Range<usize>)> {
        self.rest.next()
    }

    /// Past the name of a function; false for `fn(u8) -> u8`, which is a type.
    fn skip_name(&mut self) -> bool {
        self.rest.next_if(|(kind, _)| matches!(kind, TokenKind::Ident | TokenKind::RawIdent)).is_some()
    }

    /// Past parameters, what is returned and bounds, and the brace after them; false if a `;` ends the function there.
    fn skip_signature(&mut self) -> Option<bool> {
        // Braces in brackets are a constant's: `[u8; { N }]`, `Row<{ N }>`.
        let mut depth = 0_usize;
        let mut arrow = false;
        loop {
            let (kind, _) = self.next()?;
            match kind {
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::Lt => depth += 1,
                TokenKind::Gt if arrow => {}
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::Gt => {
                    depth = depth.checked_sub(1)?;
                }
                TokenKind::OpenBrace if depth == 0 => return Some(true),
                TokenKind::OpenBrace => self.skip_braces()?,
                TokenKind::Semi if depth == 0 => return Some(false),
                _ => {}
            }
            arrow = matches!(kind, TokenKind::Minus | TokenKind::Eq);
        }
    }

    /// Past the brace that fits the one that was just read.
    fn skip_braces(&mut self) -> Option<()> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()?.0 {
                TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBrace => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }

    /// The bytes up to the brace that fits the one that was just read, and whether there is a `use` among them.
    fn skip_body(&mut self, text: &str) -> Option<(Range<usize>, bool)> {
        let start = self.rest.peek()?.1.start;
        let (mut depth, mut imports) = (1_usize, false);
        loop {
            let (kind, at) = self.next()?;
            match kind {
                TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBrace => depth -= 1,
                TokenKind::Ident => imports |= &text[at.clone()] == "use",
                _ => {}
            }
            if depth == 0 {
                return Some((start..at.start, imports));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        let outlined = outline(text).unwrap();
        assert_eq!(outlined.len(), text.len());
        let squeezed = outlined.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed, expected);
    }

    #[test]
    fn what_functions_do_is_blanked() {
        becomes("fn f(a: u8) -> u8 { a + 1 }", "fn f(a: u8) -> u8 { }");
        becomes("impl A { fn f() {} const B: u8 = { 1 }; }", "impl A { fn f() {} const B: u8 = { 1 }; }");
        becomes(
            "trait T { fn a(); fn b() { if x { y() } } } struct S;",
            "trait T { fn a(); fn b() { } } struct S;",
        );
        becomes("fn f() { fn g() { 1 } } fn h() { 2 }", "fn f() { } fn h() { }");
        becomes(
            "fn f<F: Fn() -> u8>(a: F) where F: Clone, { a() }",
            "fn f<F: Fn() -> u8>(a: F) where F: Clone, { }",
        );
        becomes("fn r#match() { \"ä}\"; '}'; r#\"}\"#; /* } */ b'}' }", "fn r#match() { }");
    }

    #[test]
    fn what_is_no_body_stays() {
        becomes("fn f() { use a::B; B }", "fn f() { use a::B; B }");
        becomes("type F = fn(u8) -> u8; const A: F = { b };", "type F = fn(u8) -> u8; const A: F = { b };");
        becomes("fn f(a: [u8; { 1 }]) -> Row<{ N }> { g() }", "fn f(a: [u8; { 1 }]) -> Row<{ N }> { }");
        becomes(
            "// fn f() { a }\nconst A: &str = \"fn f() { a }\";",
            "// fn f() { a } const A: &str = \"fn f() { a }\";",
        );
    }

    #[test]
    fn nothing_is_said_of_what_does_not_fit_together() {
        for text in ["fn f() {", "fn f(", "fn f", "fn f() { \"}", "fn f)) {}"] {
            assert_eq!(outline(text), None, "{text}");
        }
    }
}
