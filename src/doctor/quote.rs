//! What a finding quotes of a line: the line, without what may be a key.
//!
//! Keys with a known beginning are taken out of every quotation already; Cello's have none, so a string beside the word
//! `secret` or `key` that looks like one goes.

/// A quoted line that may be shown.
pub fn without_keys(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    if !lower.contains("secret") && !lower.contains("key") {
        return line.to_string();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        // A quotation is cut at a limit, perhaps within the string.
        let end = inner.find(quote).unwrap_or(inner.len());
        out.push_str(&rest[..=start]);
        out.push_str(if is_key(&inner[..end]) { "…" } else { &inner[..end] });
        rest = &inner[end..];
        if let Some(after) = rest.strip_prefix(quote) {
            out.push_str(quote);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn is_key(text: &str) -> bool {
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "+/=_-…".contains(ch);
    text.chars().count() >= 8 && text.chars().all(plain) && text.contains(|ch: char| ch.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::without_keys;

    #[test]
    fn keys_go_and_names_stay() {
        let line = r#"encode(&header, &claims, &EncodingKey::from_secret(b"9f31c0a7d84b4e62")).ok()"#;
        assert_eq!(without_keys(line), r#"encode(&header, &claims, &EncodingKey::from_secret(b"…")).ok()"#);
        assert_eq!(without_keys("const secret = '4c1d9e72aa03bb"), "const secret = '…");
        for line in [
            r#"var("CELLO_PRODUCT_SECRET")"#,
            r#"let id = "a1b2c3d4e5f6";"#,
            r#"json!({ "secretAccessKey": key })"#,
        ] {
            assert_eq!(without_keys(line), line);
        }
    }
}
