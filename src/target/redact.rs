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

fn first_prefix(text: &str) -> Option<(usize, &'static str)> {
    PREFIXES.iter().filter_map(|prefix| Some((text.find(prefix)?, *prefix))).min()
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn secrets_go_and_names_stay() {
        assert_eq!(redact(r#"key("sk_live_4eC39HqLyjWD")"#), r#"key("sk_live_…")"#);
        assert_eq!(redact("whsec_abcdefgh1, rk_test_12345678"), "whsec_…, rk_test_…");
        assert_eq!(redact("starts with sk_test_"), "starts with sk_test_");
        assert_eq!(redact("-----BEGIN PRIVATE KEY-----abc"), "[private key]");
        assert_eq!(redact("eyJhbGciOiJIUzUxMiJ9.e30.x"), "eyJ…");
    }
}
