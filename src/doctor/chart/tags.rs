//! Script elements of pages and templates, and of HTML in strings: attributes, place, what they hold.

use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// A `<script …>…</script>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptTag {
    /// Attributes in order, names in lower case; what a template puts in is left as written.
    pub attributes: Vec<(String, String)>,
    /// Bytes of the start tag.
    pub at: Range<usize>,
    /// Bytes between start and end tag.
    pub content: Range<usize>,
    /// True before the end of the head.
    pub in_head: bool,
}

impl ScriptTag {
    /// Value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The script elements of a text, in order.
pub fn scripts(text: &str) -> Vec<ScriptTag> {
    let masked = mask(text);
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut found: Vec<ScriptTag> = Vec::new();
    let mut in_head = true;
    for token in Tokenizer::new_with_emitter(masked.as_str(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"script" => {
                let at = tag.span.start..tag.span.end;
                let attributes = tag.attributes.iter().map(|(key, value)| {
                    let value = String::from_utf8_lossy(value.value.as_slice()).into_owned();
                    (
                        String::from_utf8_lossy(key.as_slice()).to_ascii_lowercase(),
                        restored(&value, &text[at.clone()]),
                    )
                });
                let attributes = attributes.collect();
                found.push(ScriptTag { attributes, content: at.end..text.len(), at, in_head });
            }
            Token::StartTag(tag) if tag.name.as_slice() == b"body" => in_head = false,
            Token::EndTag(tag) => match tag.name.as_slice() {
                b"head" => in_head = false,
                b"script" => {
                    if let Some(last) = found.last_mut().filter(|last| last.content.end == text.len()) {
                        last.content.end = tag.span.start;
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// Stands for one byte of template syntax: no character that ends an attribute or a name.
const MASK: u8 = b'~';

/// The text with `{{ … }}`, `{% … %}` and `{# … #}` blanked, the same length: inside of a tag's value by signs that stay
/// part of it, so that `src={{ host }}/a.js` is one value.
fn mask(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for piece in crate::survey::template_pieces(text) {
        for byte in &mut bytes[piece] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = MASK;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

/// A value with what the template has where it was masked: the part of the tag that has the same unmasked ends.
fn restored(value: &str, tag: &str) -> String {
    if !value.contains(char::from(MASK)) {
        return value.to_string();
    }
    let fits = |start: usize| {
        let piece = tag.get(start..start + value.len())?;
        let same = piece.bytes().zip(value.bytes()).all(|(have, want)| want == MASK || have == want);
        (same && piece.contains('{')).then(|| piece.to_string())
    };
    (0..tag.len()).find_map(fits).unwrap_or_else(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_content_and_place_are_read() {
        let text = "<head><!-- <script src=no></script> -->\n<script TYPE=module src='{{ host }}/a.js' async></script></head>\n<body><script>let a = '</p>';</script>";
        let found = scripts(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].attribute("src"), Some("{{ host }}/a.js"));
        assert_eq!(found[0].attribute("type"), Some("module"));
        assert_eq!(found[0].attribute("async"), Some(""));
        assert!(found[0].in_head && !found[1].in_head);
        assert_eq!(&text[found[1].content.clone()], "let a = '</p>';");
    }
}
