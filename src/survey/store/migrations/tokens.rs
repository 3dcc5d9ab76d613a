//! SQL as words and signs: as much of its lexical rules as finding statements and columns takes.

/// A word, a quoted name or a sign.
pub struct Token {
    /// Without quotes.
    pub text: String,
    /// True for quoted names and strings.
    pub quoted: bool,
}

impl Token {
    /// In lower case, as SQL takes keywords and plain names.
    pub fn lower(&self) -> String {
        self.text.to_lowercase()
    }
}

/// Words, quoted names and signs; comments are left out, strings become `''`.
pub fn tokens(sql: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = sql.trim_start_matches('\u{feff}');
    let until = |text: &str, end: &str| text.find(end).map_or(text.len(), |i| i + end.len());
    while let Some(first) = rest.chars().next() {
        let mut plain = |text: &str, quoted: bool| out.push(Token { text: text.to_string(), quoted });
        let len = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '-' if rest.starts_with("--") => until(rest, "\n"),
            // MySQL's, which is an operator elsewhere.
            '#' if sql[..sql.len() - rest.len()]
                .trim_end_matches([' ', '\t'])
                .ends_with(['\n', '\u{feff}'])
                || rest.len() == sql.len() =>
            {
                until(rest, "\n")
            }
            '/' if rest.starts_with("/*") => until(rest, "*/"),
            '\'' => {
                plain("''", true);
                1 + until(&rest[1..], "'")
            }
            '"' | '`' => {
                let len = 1 + until(&rest[1..], if first == '"' { "\"" } else { "`" });
                plain(rest[1..len].trim_end_matches(first), true);
                len
            }
            '$' if rest[1..].contains('$') && dollar(rest).is_some() => {
                plain("''", true);
                let tag = dollar(rest).unwrap_or("$$");
                tag.len() + until(&rest[tag.len()..], tag)
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                plain(&rest[..len], false);
                len
            }
            _ => {
                plain(&rest[..first.len_utf8()], false);
                first.len_utf8()
            }
        };
        rest = &rest[len.min(rest.len())..];
    }
    out
}

/// The tag of a dollar-quoted string, such as `$$` or `$body$`.
fn dollar(text: &str) -> Option<&str> {
    let len = text[1..].find('$')? + 2;
    text[1..len - 1].chars().all(|c| c.is_alphanumeric() || c == '_').then_some(&text[..len])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_hold_no_words() {
        let sql = "a -- b\n/* c; */ 'd; ''e' \"F g\" $x$ h; $x$ `i`(1)";
        let texts: Vec<String> = tokens(sql).into_iter().map(|token| token.text).collect();
        assert_eq!(texts, ["a", "''", "''", "F g", "''", "i", "(", "1", ")"]);
    }
}
