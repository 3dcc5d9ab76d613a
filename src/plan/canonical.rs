//! RFC 8785 (JSON Canonicalization Scheme), for the values a plan holds: its numbers are all integers.

use serde_json::Value;

/// Canonical form of a JSON value: sorted keys, no white space, shortest escapes.
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            // RFC 8785 sorts by UTF-16 code units, which differs from byte order beyond the basic plane.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        // serde_json writes integers, strings and literals as RFC 8785 asks.
        other => out.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_texts_escaped_as_rfc_8785_asks() {
        // The order of the RFC's own example: by UTF-16 code units, so that the emoji's surrogates come before U+FB33.
        let sorted = json!({ "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7 });
        let keys =
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical_json(&sorted), keys);
        let texts = json!(["\u{20ac}$\u{f}\nA'B\"\\/\u{8}\u{7f}", [null, true, -1], {}]);
        let escaped = "[\"\u{20ac}$\\u000f\\nA'B\\\"\\\\/\\b\u{7f}\",[null,true,-1],{}]";
        assert_eq!(canonical_json(&texts), escaped);
    }
}
