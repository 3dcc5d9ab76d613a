//! Browser code as tokens: names, strings and signs with their places, comments gone.
//!
//! Enough to tell a call from a mention: `Cello("open")` in a comment or in prose is none. It is no parser, and takes
//! any dialect; where it can't make sense of a quote, as in the text between JSX tags, it goes on after it.

use std::ops::Range;

/// A word, a string or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// A string's content, else the text as written.
    pub text: String,
    /// Its bytes in the file.
    pub at: Range<usize>,
}

/// Kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A string in quotes.
    Text,
    /// A template string, its placeholders as written.
    Template,
    /// One character of anything else.
    Sign,
}

impl Token {
    /// True for this name or sign.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text == text
    }

    /// The content of a string or template.
    pub fn string(&self) -> Option<&str> {
        matches!(self.kind, Kind::Text | Kind::Template).then_some(self.text.as_str())
    }
}

/// Reads code that starts at a byte of its file.
pub fn tokens(code: &str, start: usize) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(ch) = code[at..].chars().next() {
        let rest = &code[at..];
        let (kind, length) = if ch.is_whitespace() {
            at += ch.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            continue;
        } else if is_name(ch) {
            let length = rest.find(|ch| !is_name(ch)).unwrap_or(rest.len());
            (if ch.is_ascii_digit() { Kind::Number } else { Kind::Word }, length)
        } else if let Some(length) = quoted(rest, ch) {
            (if ch == '`' { Kind::Template } else { Kind::Text }, length)
        } else if let Some(length) = regex(rest, out.last()) {
            at += length;
            continue;
        } else {
            (Kind::Sign, ch.len_utf8())
        };
        let inner = if matches!(kind, Kind::Text | Kind::Template) { 1 } else { 0 };
        let text = rest[inner..length - inner].to_string();
        out.push(Token { kind, text, at: start + at..start + at + length });
        at += length;
    }
    out
}

fn is_name(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '_' || ch == '$'
}

/// Length of a string with its quotes; `None` if it has no end where it must have one.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    if !['"', '\'', '`'].contains(&quote) {
        return None;
    }
    let mut escaped = false;
    for (i, ch) in rest.char_indices().skip(1) {
        match ch {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return None,
            ch if ch == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// Length of a regular expression; `None` for a division.
fn regex(rest: &str, before: Option<&Token>) -> Option<usize> {
    let divides = before.is_some_and(|token| match token.kind {
        Kind::Sign => [")", "]", "}", "<"].contains(&token.text.as_str()),
        Kind::Word => !["return", "case", "typeof", "in", "of"].contains(&token.text.as_str()),
        _ => true,
    });
    if !rest.starts_with('/') || divides {
        return None;
    }
    let (mut escaped, mut in_class) = (false, false);
    for (i, ch) in rest.char_indices().skip(1) {
        match ch {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// The tokens between a bracket and its counterpart, given the number of the opening one.
pub fn within(tokens: &[Token], open: usize) -> &[Token] {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Sign {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return &tokens[open + 1..i];
                }
            }
            _ => {}
        }
    }
    &tokens[(open + 1).min(tokens.len())..]
}

/// Arguments of a call, given the tokens between its brackets.
pub fn arguments(inner: &[Token]) -> Vec<&[Token]> {
    let (mut out, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (i, token) in inner.iter().enumerate().filter(|(_, token)| token.kind == Kind::Sign) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                out.push(&inner[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < inner.len() {
        out.push(&inner[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> Vec<String> {
        tokens(code, 0).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_regular_expressions_say_nothing() {
        assert_eq!(texts("a /* b() */ // c()\n; d = /e('\\/)/.f"), ["a", ";", "d", "=", ".", "f"]);
        assert_eq!(texts("a / b / c"), ["a", "/", "b", "/", "c"]);
    }

    #[test]
    fn an_apostrophe_in_text_swallows_one_line_at_most() {
        let code = "<p>Don't</p>\nwindow.Cello('open')";
        assert!(texts(code).ends_with(&["Cello".into(), "(".into(), "open".into(), ")".into()]));
        let all = tokens(code, 10);
        assert_eq!(&code[all[all.len() - 2].at.start - 10..all[all.len() - 2].at.end - 10], "'open'");
    }

    #[test]
    fn arguments_are_split_at_their_own_commas() {
        let all = tokens("f(a, {b: [1, 2]}, `x,${y}`)", 0);
        let arguments = arguments(within(&all, 1));
        assert_eq!(arguments.len(), 3);
        assert_eq!(arguments[2][0].string(), Some("x,${y}"));
    }
}
