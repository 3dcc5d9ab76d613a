//! What an HTML document or template says of itself: where its head and body end, which scripts and styles it has,
//! which policy it declares. All offsets are bytes of the file.
//!
//! Template syntax is masked by blanks of the same length first, so that `{{ "</head>" }}` is no end tag, and the
//! tokenizer decides what is a tag: near misses are `</head>` in a script's string, in a comment, in a `<textarea>`,
//! and `<header>`.

use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// What was read off a document.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// `<head …>` tags.
    pub heads: Vec<Range<usize>>,
    /// `</head>` tags.
    pub head_ends: Vec<Range<usize>>,
    /// `<body …>` tags.
    pub bodies: Vec<Range<usize>>,
    /// `</body>` tags.
    pub body_ends: Vec<Range<usize>>,
    /// True with an `<html>` tag or a doctype.
    pub is_document: bool,
    /// First start tag after `<head>`, which shows how its children are indented.
    pub first_child: Option<usize>,
    /// `src` of every script.
    pub scripts: Vec<String>,
    /// What every script has as its nonce, as written; none if one of them has another or none.
    pub nonce: Option<String>,
    /// True with a `<meta name="viewport">`.
    pub viewport: bool,
    /// True with a `<link rel="stylesheet">`.
    pub stylesheet: bool,
    seen_script: bool,
    /// Number of tables.
    pub tables: usize,
    /// Number of elements with a `style` of their own.
    pub inline_styles: usize,
    /// `<meta http-equiv="Content-Security-Policy…" content="…">`: bytes of the content.
    pub policies: Vec<Range<usize>>,
    /// True with a `<meta http-equiv="refresh">`: the page leads on to another.
    pub refreshes: bool,
    /// True if it shows an interface's documentation: Swagger UI, Redoc, Scalar and the like.
    pub documents_api: bool,
    /// True if Trunk takes parts of it for its build: `data-trunk`.
    pub builds_with_trunk: bool,
    /// True with a form, or with htmx's or Turbo's attributes.
    pub interactive: bool,
    /// True if a `<title>`, `<style>`, `<script>` or `<template>` is still open at the end.
    pub open_at_end: bool,
}

impl Document {
    /// Reads a text.
    pub fn read(text: &str) -> Self {
        Self::masked(&mask(text), text)
    }

    /// Reads a text without template syntax, such as a string literal's.
    pub fn plain(text: &str) -> Self {
        Self::masked(text, text)
    }

    fn masked(masked: &str, text: &str) -> Self {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        let mut document = Self::default();
        let mut open = 0i32;
        for token in Tokenizer::new_with_emitter(masked, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    if holds_text(&tag.name) && !tag.self_closing {
                        open += 1;
                    }
                    document.start(&tag, text);
                }
                Token::EndTag(tag) => {
                    if holds_text(&tag.name) {
                        open -= 1;
                    }
                    let span = tag.span.start..tag.span.end;
                    match tag.name.as_slice() {
                        b"head" => document.head_ends.push(span),
                        b"body" => document.body_ends.push(span),
                        _ => {}
                    }
                }
                Token::Doctype(_) => document.is_document = true,
                _ => {}
            }
        }
        document.open_at_end = open != 0;
        document
    }

    /// True for a page with a head of its own, written out or implied.
    pub fn is_shell(&self) -> bool {
        !self.heads.is_empty() || !self.head_ends.is_empty() || (self.is_document && !self.bodies.is_empty())
    }

    /// True for what only a browser makes use of.
    pub fn loads(&self) -> bool {
        self.stylesheet || !self.scripts.is_empty() || self.interactive
    }

    /// True for what e-mail programs are sent: laid out by tables, styled inline, nothing to load.
    pub fn looks_like_email(&self) -> bool {
        let loads = self.viewport && (self.stylesheet || !self.scripts.is_empty());
        !loads && self.scripts.is_empty() && !self.stylesheet && self.tables > 0 && self.inline_styles >= 3
    }

    fn start(&mut self, tag: &StartTag<usize>, text: &str) {
        let span = tag.span.start..tag.span.end;
        let attribute = |name: &[u8]| {
            let (_, value) = tag.attributes.iter().find(|(key, _)| key.as_slice() == name)?;
            Some(String::from_utf8_lossy(value.value.as_slice()).into_owned())
        };
        if attribute(b"style").is_some() {
            self.inline_styles += 1;
        }
        self.interactive |= tag.name.as_slice() == b"form"
            || tag.attributes.keys().any(|key| key.starts_with(b"hx-") || key.starts_with(b"data-turbo"));
        self.builds_with_trunk |= attribute(b"data-trunk").is_some();
        if self.first_child.is_none() && !self.heads.is_empty() && tag.name.as_slice() != b"body" {
            self.first_child = Some(span.start);
        }
        let source = attribute(b"src").unwrap_or_default().to_ascii_lowercase();
        self.documents_api |= matches!(tag.name.as_slice(), b"elements-api" | b"redoc" | b"rapi-doc")
            || [
                "swagger-ui",
                "redoc.",
                "scalar",
                "rapidoc",
                "stoplight/elements",
                "graphiql",
                "playground.js",
            ]
            .iter()
            .any(|name| source.contains(name));
        match tag.name.as_slice() {
            b"html" => self.is_document = true,
            b"head" => self.heads.push(span),
            b"body" => self.bodies.push(span),
            b"table" => self.tables += 1,
            b"script" => {
                let nonce = value(text, span, "nonce").and_then(|range| text.get(range)).map(str::to_string);
                if !self.seen_script {
                    self.nonce = nonce;
                } else if self.nonce != nonce {
                    self.nonce = None;
                }
                self.seen_script = true;
                self.scripts.extend(attribute(b"src"));
            }
            b"link" => {
                self.stylesheet |=
                    attribute(b"rel").is_some_and(|rel| rel.eq_ignore_ascii_case("stylesheet"));
            }
            b"meta" => {
                self.viewport |= attribute(b"name").is_some_and(|name| name.eq_ignore_ascii_case("viewport"));
                let header = attribute(b"http-equiv").unwrap_or_default().to_ascii_lowercase();
                self.refreshes |= header == "refresh";
                if header.starts_with("content-security-policy") {
                    self.policies.extend(value(text, span, "content"));
                }
            }
            _ => {}
        }
    }
}

/// Elements whose text is no markup: a tag after an unclosed one would be lost in it.
fn holds_text(name: &[u8]) -> bool {
    matches!(name, b"title" | b"style" | b"script" | b"template" | b"textarea" | b"noscript")
}

/// Bytes between the quotes of an attribute in a tag.
fn value(text: &str, tag: Range<usize>, wanted: &str) -> Option<Range<usize>> {
    let source = &text[tag.clone()];
    let mut rest = 0;
    // Walks attribute by attribute, so that `content=` inside another value is not taken for one.
    loop {
        let equals = rest + source[rest..].find('=')?;
        let name = source[rest..equals].trim_end().rsplit([' ', '\t', '\n', '\r', '/']).next()?;
        let value = equals + 1 + (source[equals + 1..].len() - source[equals + 1..].trim_start().len());
        let quote = source[value..].chars().next()?;
        let (start, end) = match quote {
            '"' | '\'' => (value + 1, value + 1 + source[value + 1..].find(quote)?),
            _ => {
                let len = source[value..].find([' ', '\t', '\n', '\r', '>'])?;
                (value, value + len)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(tag.start + start..tag.start + end);
        }
        rest = (end + 1).min(source.len());
    }
}

/// The text with `{% … %}`, `{{ … }}` and `{# … #}` blanked, line ends kept, the same length.
pub fn mask(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for piece in template_pieces(text) {
        for byte in &mut bytes[piece] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

/// Byte ranges of template syntax, delimiters included, in order.
pub fn template_pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(brace) = text[from..].find('{').map(|i| from + i) {
        let close = match text.as_bytes().get(brace + 1) {
            Some(b'%') => "%}",
            Some(b'{') => "}}",
            Some(b'#') => "#}",
            _ => {
                from = brace + 1;
                continue;
            }
        };
        match text[brace + 2..].find(close) {
            Some(i) => {
                from = brace + 2 + i + 2;
                pieces.push(brace..from);
            }
            // No template syntax, such as CSS's `{#id`.
            None => from = brace + 2,
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_tags_count_whatever_their_case_and_the_line_ends() {
        let text = "\u{feff}<!doctype html>\r\n<HTML><Head lang=\"é\">\r\n<script>var a = \"</head>\";</script>\r\n<!-- </head> -->{# </head> #}{{ \"</head>\" }}\r\n</HEAD >\r\n<body><header></header><textarea></head></textarea></body>";
        let document = Document::read(text);
        assert_eq!(document.head_ends.len(), 1);
        assert_eq!(&text[document.head_ends[0].clone()], "</HEAD >");
        assert_eq!(&text[document.body_ends[0].clone()], "</body>");
        assert!(document.is_shell());
        assert!(!Document::read("<header>a</header>").is_shell());
    }

    #[test]
    fn a_policy_in_a_meta_tag_is_found_with_its_bytes() {
        let text = "<head><meta data-x=\"content='no'\" content=\"default-src 'self'\" http-equiv=content-security-policy></head>";
        let document = Document::read(text);
        assert_eq!(&text[document.policies[0].clone()], "default-src 'self'");
    }

    #[test]
    fn masking_keeps_every_offset() {
        let text = "a{{ é }}b{% x\r\n %}c{#id";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert!(masked.contains("\r\n") && masked.ends_with("c{#id") && !masked.contains('%'));
    }
}
