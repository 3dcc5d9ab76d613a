//! Colours for code in the HTML document: a small scanner for the languages that plans touch.
//!
//! It reads pieces of files, so it asks for no complete syntax: what it does not know stays plain. Every byte of a line
//! is in exactly one piece, whatever the line says.

use std::ops::Range;

/// What a piece of a line is, as the style sheet calls it; plain text has no class.
pub type Class = &'static str;

const COMMENT: Class = "c";
const STRING: Class = "s";
const KEYWORD: Class = "k";
const NUMBER: Class = "n";
const TYPE: Class = "t";
const CALL: Class = "f";
const PLAIN: Class = "";

/// The kinds of files that differ in their marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    Script,
    Sql,
    Settings,
    Markup,
    Other,
}

const RUST: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];
const SCRIPT: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "else",
    "export",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "if",
    "import",
    "in",
    "let",
    "new",
    "null",
    "of",
    "return",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "while",
];
const SQL: &[&str] = &[
    "and",
    "as",
    "by",
    "create",
    "default",
    "delete",
    "drop",
    "exists",
    "foreign",
    "from",
    "if",
    "index",
    "insert",
    "integer",
    "into",
    "key",
    "not",
    "null",
    "on",
    "or",
    "order",
    "primary",
    "references",
    "select",
    "set",
    "strict",
    "table",
    "text",
    "timestamptz",
    "unique",
    "update",
    "values",
    "where",
];

/// Scans a file's lines in their order, as a comment or a string may go on in the next one.
#[derive(Debug, Clone)]
pub struct Scanner {
    language: Language,
    /// How what is open ends, and what it is.
    open: Option<(&'static str, Class)>,
}

impl Scanner {
    /// For a file of this name.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let language = match name.rsplit('.').next().unwrap_or_default() {
            "rs" => Language::Rust,
            "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" => Language::Script,
            "sql" => Language::Sql,
            "toml" | "lock" | "yml" | "yaml" | "sh" | "example" | "env" | "ini" | "conf" => {
                Language::Settings
            }
            "html" | "htm" | "hbs" | "tera" | "j2" | "jinja" | "askama" | "liquid" | "xml" | "svelte"
            | "vue" => Language::Markup,
            _ if name.starts_with(".env") => Language::Settings,
            _ => Language::Other,
        };
        Self { language, open: None }
    }

    /// The pieces of a line, without gaps.
    pub fn line(&mut self, line: &str) -> Vec<(Class, Range<usize>)> {
        let mut pieces: Vec<(Class, Range<usize>)> = Vec::new();
        let mut at = 0;
        while at < line.len() {
            let (class, length) = self.next(&line[at..], at == 0);
            let end = at + length;
            match pieces.last_mut() {
                Some((before, range)) if *before == class => range.end = end,
                _ => pieces.push((class, at..end)),
            }
            at = end;
        }
        pieces
    }

    /// Class and length of the piece that the text begins with. The length is never 0.
    fn next(&mut self, text: &str, first: bool) -> (Class, usize) {
        if let Some((end, class)) = self.open {
            return match closes(text, end) {
                Some(length) => {
                    self.open = None;
                    (class, length)
                }
                None => (class, text.len()),
            };
        }
        if self.comments().iter().any(|mark| text.starts_with(mark)) {
            return (COMMENT, text.len());
        }
        for (start, end, class) in self.blocks() {
            if let Some(inner) = text.strip_prefix(start) {
                return match closes(inner, end) {
                    Some(length) => (class, start.len() + length),
                    None => {
                        self.open = Some((end, class));
                        (class, text.len())
                    }
                };
            }
        }
        if let Some(length) = self.quoted(text) {
            return (STRING, length);
        }
        let ch = text.chars().next().unwrap_or(' ');
        if ch.is_alphabetic() || ch == '_' {
            let length = text.find(|ch: char| !(ch.is_alphanumeric() || ch == '_')).unwrap_or(text.len());
            return (self.word(&text[..length], &text[length..], first), length);
        }
        if ch.is_ascii_digit() {
            let length =
                text.find(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '_')).unwrap_or(text.len());
            return (NUMBER, length);
        }
        (PLAIN, ch.len_utf8())
    }

    fn comments(&self) -> &'static [&'static str] {
        match self.language {
            Language::Rust | Language::Script => &["//"],
            Language::Sql => &["--"],
            Language::Settings => &["#"],
            Language::Markup | Language::Other => &[],
        }
    }

    fn blocks(&self) -> &'static [(&'static str, &'static str, Class)] {
        match self.language {
            Language::Rust => &[("/*", "*/", COMMENT), ("r#\"", "\"#", STRING), ("\"", "\"", STRING)],
            Language::Script => &[("/*", "*/", COMMENT), ("`", "`", STRING)],
            Language::Markup => {
                &[("<!--", "-->", COMMENT), ("{#", "#}", COMMENT), ("{%", "%}", NUMBER), ("{{", "}}", NUMBER)]
            }
            Language::Sql | Language::Settings | Language::Other => &[],
        }
    }

    /// Length of a string that ends in its line.
    fn quoted(&self, text: &str) -> Option<usize> {
        let quote = text.chars().next().filter(|ch| ['"', '\''].contains(ch))?;
        match self.language {
            Language::Other => None,
            // A lifetime is no string.
            Language::Rust if quote == '\'' => {
                let inner: Vec<char> = text.chars().skip(1).take(4).collect();
                let closing = if inner.first() == Some(&'\\') { 2 } else { 1 };
                (inner.get(closing) == Some(&'\''))
                    .then(|| text.chars().take(closing + 2).map(char::len_utf8).sum())
            }
            _ => closes(&text[1..], if quote == '"' { "\"" } else { "'" }).map(|length| length + 1),
        }
    }

    fn word(&self, word: &str, rest: &str, first: bool) -> Class {
        let starts_upper = word.starts_with(|ch: char| ch.is_uppercase());
        match self.language {
            Language::Rust if RUST.contains(&word) => KEYWORD,
            Language::Script if SCRIPT.contains(&word) => KEYWORD,
            Language::Sql if SQL.contains(&word.to_ascii_lowercase().as_str()) => KEYWORD,
            Language::Rust | Language::Script if starts_upper => TYPE,
            Language::Rust if rest.starts_with('(') || rest.starts_with("!(") => CALL,
            Language::Script if rest.starts_with('(') => CALL,
            // `key = value`
            Language::Settings if first => KEYWORD,
            Language::Markup if rest.starts_with('=') => CALL,
            _ => PLAIN,
        }
    }
}

/// Length up to and with the end mark, which a backslash before it takes the meaning from.
fn closes(text: &str, end: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(ch) = text[at..].chars().next() {
        if text[at..].starts_with(end) {
            return Some(at + end.len());
        }
        at += ch.len_utf8();
        if ch == '\\' && end.len() == 1 {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, line: &str) -> Vec<(Class, String)> {
        let pieces = Scanner::of(path).line(line);
        pieces
            .into_iter()
            .filter(|(class, _)| !class.is_empty())
            .map(|(class, range)| (class, line[range].to_string()))
            .collect()
    }

    fn piece(class: Class, text: &str) -> (Class, String) {
        (class, text.into())
    }

    #[test]
    fn rust() {
        let line = "    let user: &'a User = load(\"a \\\" b\", 'x')?; // why";
        let expected = [
            piece(KEYWORD, "let"),
            piece(TYPE, "User"),
            piece(CALL, "load"),
            piece(STRING, "\"a \\\" b\""),
            piece(STRING, "'x'"),
            piece(COMMENT, "// why"),
        ];
        assert_eq!(shown("a.rs", line), expected);
        assert_eq!(
            shown("a.rs", "'\\n' 'ü' 'static"),
            [piece(STRING, "'\\n'"), piece(STRING, "'ü'"), piece(KEYWORD, "static")]
        );
    }

    #[test]
    fn other_languages() {
        assert_eq!(shown("a.sql", "SELECT x -- y"), [piece(KEYWORD, "SELECT"), piece(COMMENT, "-- y")]);
        assert_eq!(
            shown(".env.example", "CELLO_ENV=\"\" # off"),
            [piece(KEYWORD, "CELLO_ENV"), piece(STRING, "\"\""), piece(COMMENT, "# off")]
        );
        assert_eq!(
            shown("a.html", "<a href=\"x\">{{ y }}"),
            [piece(CALL, "href"), piece(STRING, "\"x\""), piece(NUMBER, "{{ y }}")]
        );
    }

    #[test]
    fn what_is_open_goes_on_in_the_next_line() {
        let mut scanner = Scanner::of("a.rs");
        assert_eq!(scanner.line("/* one"), [(COMMENT, 0..6)]);
        assert_eq!(scanner.line("two */ fn"), [(COMMENT, 0..6), (PLAIN, 6..7), (KEYWORD, 7..9)]);
    }

    #[test]
    fn every_byte_is_in_one_piece() {
        let lines = [
            "",
            "\"open",
            "'",
            "'\\",
            "ä'ö\"ü\\",
            "/*/",
            "{{{%",
            "<!--->",
            "\\",
            "r#\"\"",
            "`${`",
            "é1é_é(é!(",
        ];
        for path in ["a.rs", "a.ts", "a.sql", "a.toml", "a.html", "a.txt", ""] {
            let mut scanner = Scanner::of(path);
            for line in lines {
                let mut end = 0;
                for (_, range) in scanner.line(line) {
                    assert_eq!(range.start, end);
                    assert!(range.end > end);
                    end = range.end;
                }
                assert_eq!(end, line.len(), "{path}: {line}");
            }
        }
    }
}
