//! The Markdown that `view` prepares, as HTML: code spans, bold words, addresses and escapes. All else is text.
//!
//! One preparation serves both documents. Every character is escaped here unless it is one of these marks, so that
//! nothing a target says becomes an element or an attribute.

use crate::report::escape::{html, push_html, span};

/// One line of prepared Markdown as HTML inside of an element.
pub fn rich(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() * 2);
    let mut rest = markdown;
    let mut bold = false;
    while let Some(ch) = rest.chars().next() {
        let taken = if ch == '`'
            && let Some(length) = span(rest)
        {
            out.push_str(&format!("<code>{}</code>", html(inside(&rest[..length]))));
            length
        } else if let Some(entity) = ENTITIES.iter().find(|entity| rest.starts_with(**entity)) {
            out.push_str(entity);
            entity.len()
        } else if rest.starts_with("**") && (bold || rest[2..].contains("**")) {
            out.push_str(if bold { "</strong>" } else { "<strong>" });
            bold = !bold;
            2
        } else if let Some(length) = address(rest) {
            let url = html(&rest[1..length - 1]);
            out.push_str(&format!("<a href=\"{url}\" rel=\"noreferrer\">{url}</a>"));
            length
        } else if ch == '\\'
            && let Some(next) = rest[1..].chars().next().filter(char::is_ascii_punctuation)
        {
            push_html(&mut out, next);
            2
        } else {
            push_html(&mut out, ch);
            ch.len_utf8()
        };
        rest = &rest[taken..];
    }
    if bold {
        out.push_str("</strong>");
    }
    out
}

/// What the prepared text writes for the characters that HTML would act on.
const ENTITIES: [&str; 3] = ["&lt;", "&gt;", "&amp;"];

/// The text of a code span, without its marks and the space that keeps a backtick apart from them.
fn inside(span: &str) -> &str {
    let marks = span.len() - span.trim_start_matches('`').len();
    let text = &span[marks..span.len() - marks];
    let padded = text.len() > 2 && text.starts_with(' ') && text.ends_with(' ');
    if padded && (text.starts_with(" `") || text.ends_with("` ")) { &text[1..text.len() - 1] } else { text }
}

/// Length of `<https://…>` at the beginning of the text. Only that is an address: no other scheme may be followed.
fn address(text: &str) -> Option<usize> {
    text.strip_prefix("<https://")?;
    let end = text.find('>')?;
    let plain = |ch: char| !ch.is_whitespace() && !"<\"'`".contains(ch);
    text[1..end].chars().all(plain).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::rich;
    use crate::report::escape::{code, prose};

    #[test]
    fn marks_become_elements() {
        assert_eq!(rich("a `b<c>` **d**"), "a <code>b&lt;c&gt;</code> <strong>d</strong>");
        assert_eq!(
            rich("see <https://docs.cello.so/x>, read"),
            "see <a href=\"https://docs.cello.so/x\" rel=\"noreferrer\">https://docs.cello.so/x</a>, read"
        );
    }

    #[test]
    fn what_was_escaped_reads_as_it_was() {
        for text in ["<script>alert(1)</script>", "a*b* [c](d) & e_f", "one ` backtick", "\\ back", "`a <b>`"]
        {
            let shown = rich(&prose(text));
            assert!(!shown.contains("<script") && !shown.contains("<b>"), "{shown}");
            let read = shown.replace("<code>", "`").replace("</code>", "`");
            let read = read.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            assert_eq!(read, text);
        }
        for text in ["a`b", "`", "``x``", "let a = '\"';"] {
            let read = rich(&code(text)).replace("&quot;", "\"").replace("&#x27;", "'");
            assert_eq!(read, format!("<code>{text}</code>"));
        }
    }

    #[test]
    fn hostile_marks_stay_text() {
        for text in [
            "<javascript:alert(1)>",
            "<https://x\" onclick=\"y>",
            "<https://x onclick=y>",
            "<img src=x onerror=y>",
            "`<img>",
            "**<b>",
            "\\<img>",
        ] {
            let shown = rich(text);
            let tags = shown.replace("<strong>", "").replace("</strong>", "");
            assert!(!tags.contains('<'), "{text}: {shown}");
        }
    }
}
