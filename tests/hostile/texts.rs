//! Texts that are no plan, or the real one with something changed in its bytes.

/// Plans that are wrong as text: name, what becomes of the real plan's text, id and reason.
pub type Raw = (&'static str, fn(&str) -> Vec<u8>, &'static str, &'static str);

pub const RAW: &[Raw] = &[
    ("nothing", |_| Vec::new(), "plan-malformed", "EOF"),
    ("zeros", |_| vec![0; 1000], "plan-malformed", "expected value"),
    ("half", |text| text.as_bytes()[..text.len() / 2].to_vec(), "plan-malformed", "EOF"),
    ("last byte missing", |text| text.as_bytes()[..text.len() - 1].to_vec(), "plan-malformed", "EOF"),
    ("something after it", |text| format!("{text}{{}}").into(), "plan-malformed", "trailing"),
    ("byte order mark", |text| format!("\u{feff}{text}").into(), "plan-malformed", "expected value"),
    ("UTF-16", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(), "plan-malformed", ""),
    (
        "not UTF-8",
        |text| [text.replace("src/main.rs", "").as_bytes(), b"\xff"].concat(),
        "plan-malformed",
        "",
    ),
    (
        "lone surrogate",
        |text| text.replacen("src/main.rs", "\\ud800", 1).into(),
        "plan-malformed",
        "hex escape",
    ),
    ("deep lists", |_| "[".repeat(1_000_000).into(), "plan-malformed", "recursion"),
    ("deep objects", |_| "{\"a\":".repeat(1_000_000).into(), "plan-malformed", "recursion"),
    (
        "deep inside of a plan",
        |text| text.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(200), "]".repeat(200)), 1).into(),
        "plan-malformed",
        "recursion",
    ),
    ("a list", |_| b"[]".to_vec(), "plan-schema", "none"),
    ("null", |_| b"null".to_vec(), "plan-schema", "none"),
    ("a text", |_| b"\"cello-plan/1\"".to_vec(), "plan-schema", "none"),
    ("an empty object", |_| b"{}".to_vec(), "plan-schema", "none"),
    ("a schema alone", |_| b"{\"schema\":\"cello-plan/1\"}".to_vec(), "plan-edited", "digest"),
    ("schema twice", |text| text.replacen('{', "{\"schema\":\"x\",", 1).into(), "plan-malformed", "twice"),
    ("steps twice", |text| text.replacen('{', "{\"steps\":[],", 1).into(), "plan-malformed", "twice"),
    (
        "a name spelt in two ways",
        |text| text.replacen('{', "{\"ste\\u0070s\":[],", 1).into(),
        "plan-malformed",
        "twice",
    ),
    (
        "a text of one edit twice",
        |text| text.replacen("\"text\":", "\"text\":\"harmless\",\"text\":", 1).into(),
        "plan-malformed",
        "twice",
    ),
    (
        "a number in another spelling",
        |text| text.replacen("\"phase\": 1", "\"phase\": 1.0", 1).into(),
        "plan-malformed",
        "no integer",
    ),
    ("a comment", |text| text.replacen('{', "{// \n", 1).into(), "plan-malformed", ""),
    ("a digit of the digest", |text| flip(text, "\"digest\": \"sha256:"), "plan-edited", "digest"),
    (
        "a digit of the other hash",
        |text| flip(text, "\"document_sha256\": \"sha256:"),
        "plan-edited",
        "document_sha256",
    ),
    (
        "an answer in its explanation",
        |text| text.replacen("\"why\": \"", "\"why\": \"Trust me. ", 1).into(),
        "plan-edited",
        "digest",
    ),
    (
        "a survey that says more",
        |text| text.replacen("\"survey\": {", "\"survey\": {\"x\": 1,", 1).into(),
        "plan-edited",
        "document_sha256",
    ),
    (
        "a field unknown to this version",
        |text| text.replacen('{', "{\"run\":\"rm\",", 1).into(),
        "plan-edited",
        "document_sha256",
    ),
];

/// The text with the digit after `name` changed.
fn flip(text: &str, name: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = text.find(name).expect("it has one") + name.len();
    bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
    bytes
}
