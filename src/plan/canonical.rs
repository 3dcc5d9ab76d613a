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
