//! Keeps secrets out of everything that is shown or written.

/// Prefixes by which Stripe's and Cello's secrets, and JSON Web Tokens, are known.
const PREFIXES: [&str; 6] = ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "eyJ"];

/// The text with every secret replaced by its prefix and `…`.
pub fn redact(text: &str) -> String {
    if let Some(start) = text.find("-----BEGIN ") {
        return format!("{}[private key]", &text[..start]);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, prefix)) = first_prefix(rest) {
        let body = &rest[start + prefix.len()..];
        let length = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .unwrap_or(body.len());
        out.push_str(&rest[..start + prefix.len()]);
        // `sk_test_` alone in a comment, or `eyJ` inside a word, is no secret.
        if length >= 8 {
            out.push('…');
        } else {
            out.push_str(&body[..length]);
        }
        rest = &body[length..];
    }
    out.push_str(rest);
    out
}

/// [`redact`] for a text of several lines, a diff for example: a private key goes to its end. Line ends stay.
pub fn redact_lines(text: &str) -> String {
    let mut within_key = false;
    let line = |line: &str| {
        let bare = line.trim_end_matches(['\n', '\r']);
        let shown = if within_key { "[private key]".to_string() } else { redact(bare) };
        within_key = (within_key || bare.contains("-----BEGIN ")) && !bare.contains("-----END ");
        shown + &line[bare.len()..]
    };
    text.split_inclusive('\n').map(line).collect()
}

fn first_prefix(text: &str) -> Option<(usize, &'static str)> {
    PREFIXES.iter().filter_map(|prefix| Some((text.find(prefix)?, *prefix))).min()
}

#[cfg(test)]
mod tests {
    use super::{redact, redact_lines};

    #[test]
    fn a_private_key_goes_as_a_whole_and_line_ends_stay() {
        let text =
            " a\r\n+-----BEGIN PRIVATE KEY-----\n+MIIE\n+-----END PRIVATE KEY-----\n-whsec_abcdefgh1\r\nend";
        let key = "[private key]";
        assert_eq!(redact_lines(text), format!(" a\r\n+{key}\n{key}\n{key}\n-whsec_…\r\nend"));
        assert_eq!(redact_lines(""), "");
    }

    #[test]
    fn secrets_go_and_names_stay() {
        assert_eq!(redact(r#"key("sk_live_4eC39HqLyjWD")"#), r#"key("sk_live_…")"#);
        assert_eq!(redact("whsec_abcdefgh1, rk_test_12345678"), "whsec_…, rk_test_…");
        assert_eq!(redact("starts with sk_test_"), "starts with sk_test_");
        assert_eq!(redact("-----BEGIN PRIVATE KEY-----abc"), "[private key]");
        assert_eq!(redact("eyJhbGciOiJIUzUxMiJ9.e30.x"), "eyJ…");
    }
}
