//! Makes text of a target safe to show: control characters become visible, secrets go.
//!
//! The survey redacts what it quotes. This is the second net, for what comes by another way: the lines around a
//! change in a diff.

/// Beginnings of Stripe's keys and signing secrets.
const KEYS: [&str; 3] = ["sk_", "rk_", "whsec_"];
/// Shorter tails are placeholders or names, such as `sk_test_` and `whsec_...`.
const SHORTEST_TAIL: usize = 16;

/// The text with control characters made visible (line feeds and tabs stay) and secrets taken out.
pub fn clean(text: &str) -> String {
    redact(&visible(text))
}

/// Shows what a terminal or a browser would obey instead of print: escape codes and changes of direction, which can
/// make a line read differently from what it does.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.replace("\r\n", "\n").chars() {
        let direction =
            matches!(ch, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if direction || (ch.is_control() && ch != '\n' && ch != '\t') {
            out.extend(ch.escape_unicode());
        } else {
            out.push(ch);
        }
    }
    out
}

fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut boundary = true;
    while let Some(ch) = rest.chars().next() {
        if boundary && let Some((length, shown)) = secret(rest) {
            out.push_str(shown);
            if !shown.ends_with(']') {
                out.push('…');
            }
            rest = &rest[length..];
            boundary = false;
            continue;
        }
        out.push(ch);
        boundary = !(ch.is_alphanumeric() || ch == '_');
        rest = &rest[ch.len_utf8()..];
    }
    out
}

/// Length of the secret that the text begins with, and what is shown of it.
fn secret(text: &str) -> Option<(usize, &str)> {
    if KEYS.iter().any(|key| text.starts_with(key)) {
        let length = run(text, |ch| ch.is_ascii_alphanumeric() || ch == '_');
        let tail = text[..length].rsplit('_').next().unwrap_or_default();
        let head = &text[..length - tail.len()];
        // A key's tail mixes in digits; a name such as `sk_something_descriptive` does not.
        return (tail.len() >= SHORTEST_TAIL && tail.contains(|ch: char| ch.is_ascii_digit()))
            .then_some((length, head));
    }
    if text.starts_with("eyJ") {
        let length = run(text, |ch| ch.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&ch));
        return (length > 40 && text[..length].matches('.').count() >= 2).then_some((length, "eyJ"));
    }
    if text.starts_with("-----BEGIN ") {
        let head = text.lines().next().unwrap_or_default();
        if head.contains("PRIVATE KEY") {
            let end = text.find("-----END ").and_then(|at| text[at..].find('\n').map(|line| at + line));
            return Some((end.unwrap_or(text.len()), "[private key]"));
        }
    }
    None
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|ch| !is_part(ch)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn escape_codes_and_changes_of_direction_become_visible() {
        assert_eq!(clean("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(clean("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(clean("one\r\n\ttwo\n"), "one\n\ttwo\n");
    }

    #[test]
    fn secrets_go() {
        // Put together at run time, so that no scanner takes this file for a leak.
        let key = format!("{}_live_51H8abcdefghijKLMNOP", "sk");
        assert_eq!(clean(&format!("let k = \"{key}\";")), "let k = \"sk_live_…\";");
        let hook = format!("{}_1a2b3c4d5e6f7g8h9i0j", "whsec");
        assert_eq!(clean(&hook), "whsec_…");
        let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest";
        assert_eq!(clean(pem), "[private key]\nrest");
        let jwt = "eyJhbGciOiJIUzUxMiJ9.eyJwcm9kdWN0SWQiOiJ4In0.c2lnbmF0dXJlc2lnbmF0dXJl";
        assert_eq!(clean(jwt), "eyJ…");
    }

    #[test]
    fn names_and_placeholders_stay() {
        for text in ["sk_test_", "whsec_...", "task_list", "risk_of_something_terrible", "sk_live_…"] {
            assert_eq!(clean(text), text);
        }
    }
}
