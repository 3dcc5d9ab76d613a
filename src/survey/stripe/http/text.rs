//! The pieces of a format string.

/// A piece of a format string.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// As written, braces unescaped.
    Text(String),
    /// `{}`
    Next,
    /// `{0}`
    Number(usize),
    /// `{name}`
    Name(String),
}

/// The pieces of a format string; what follows a `:` in braces is left out.
pub fn pieces(template: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        if rest[at + 1..].starts_with(brace) {
            text.push_str(brace);
            rest = &rest[at + 2..];
            continue;
        }
        let Some(length) = rest[at..].find('}').filter(|_| brace == "{") else {
            rest = &rest[at + 1..];
            continue;
        };
        if !text.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut text)));
        }
        let name = rest[at + 1..at + length].split(':').next().unwrap_or_default().trim();
        out.push(match (name.is_empty(), name.parse()) {
            (true, _) => Piece::Next,
            (_, Ok(number)) => Piece::Number(number),
            _ => Piece::Name(name.to_string()),
        });
        rest = &rest[at + length + 1..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_fall_into_pieces() {
        let text = |text: &str| Piece::Text(text.into());
        assert_eq!(
            pieces("{BASE}/a/{}{1}?{{x}}&{id:?}"),
            [
                Piece::Name("BASE".into()),
                text("/a/"),
                Piece::Next,
                Piece::Number(1),
                text("?{x}&"),
                Piece::Name("id".into())
            ]
        );
        assert_eq!(pieces("plain"), [text("plain")]);
        assert_eq!(pieces("open {"), [text("open ")]);
    }
}
