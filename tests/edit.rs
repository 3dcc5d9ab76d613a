//! Edits of texts as they come: other line ends, marks at the beginning, no end of the last line, macros, raw texts.
//!
//! `EDITS=1000000 cargo test --test edit` tries more than the usual number. What once failed, here or under
//! `cargo fuzz`, is kept in `tests/edit/regressions`.
#![expect(clippy::disallowed_methods, reason = "the environment says how many texts are tried")]

#[path = "edit/check.rs"]
mod check;
mod seeded;

use std::path::Path;

use cello_scaffold::edit::Edit;
use check::{check, decode, encode};
use seeded::Seeded;

/// Texts tried.
const TRIED: usize = 20_000;

const LINES: [&str; 24] = [
    "#!/usr/bin/env run-cargo-script",
    "use std::fmt;",
    "mod über; // naïve ☕",
    "    let text = r#\"a \" b\"#;",
    "    macro_rules! m { ($($x:tt)*) => { $($x)* } }",
    "\tlet a = vec![1, 2, 3];",
    "    println!(\"{}\", 'x');",
    "fn main() {",
    "}",
    "",
    "    ",
    "\u{a0}\u{2028}",
    "lone\rreturn",
    "[dependencies]",
    "axum = \"0.8\"",
    "serde = { version = \"1\", features = [",
    "] }",
    "[dependencies.tokio]",
    "[features]",
    "dependencies.hmac = \"0.12\"",
    "key = '''",
    "a.b.c = 1 # \"end",
    "@@ -1 +1 @@",
    "\\ No newline at end of file",
];

fn text(seeded: &mut Seeded) -> String {
    let end = if seeded.once_in(3) { "\r\n" } else { "\n" };
    let mut out = if seeded.once_in(5) { "\u{feff}".to_string() } else { String::new() };
    for _ in 0..seeded.below(14) {
        out.push_str(seeded.pick::<&str>(&LINES));
        out.push_str(if seeded.once_in(12) { "\n" } else { end });
    }
    if seeded.once_in(3) {
        out.truncate(out.trim_end_matches(['\r', '\n']).len());
    }
    out
}

fn edits(text: &str, seeded: &mut Seeded) -> Vec<Edit> {
    let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    let mut all: Vec<Edit> = Vec::new();
    for _ in 0..seeded.below(5) {
        let start = *seeded.pick(&places);
        let end = if seeded.once_in(2) { start } else { (start + seeded.below(40)).min(text.len()) };
        let end = (start..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(start);
        let mut new = String::new();
        for _ in 0..seeded.below(3) {
            let line: &str = seeded.pick::<&str>(&LINES);
            new += &if seeded.once_in(2) { format!("\n{line}") } else { format!("{line}\n") };
        }
        // Some keep what they replace, as joined edits do.
        if seeded.once_in(3) {
            new = format!("{new}{}{}", &text[start..end], seeded.pick(&LINES));
        }
        let at = if seeded.once_in(40) { start..text.len() + 1 } else { start..end };
        all.push(Edit { at, text: new });
        if seeded.once_in(20) {
            all.push(seeded.pick(&all.clone()).clone());
        }
    }
    all
}

#[test]
fn any_text_and_any_edits() {
    let tried = std::env::var("EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(TRIED);
    let mut seeded = Seeded::new(9);
    for _ in 0..tried {
        let text = text(&mut seeded);
        let edits = edits(&text, &mut seeded);
        // What fails is shown as `decode` reads it, to be kept.
        let shown = || encode(text.as_bytes(), &edits);
        let result = std::panic::catch_unwind(|| check(text.as_bytes(), &edits));
        assert!(result.is_ok(), "{text:?} with {edits:?}\n{:?}", shown());
    }
}

#[test]
fn what_once_failed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edit/regressions");
    let mut seen = 0;
    for entry in fs_err::read_dir(folder).unwrap() {
        let (text, edits) = decode(&fs_err::read(entry.unwrap().path()).unwrap());
        check(&text, &edits);
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn what_is_encoded_is_decoded() {
    let edits = [Edit { at: 1..2, text: "x\n".into() }, Edit { at: 3..3, text: "ü".into() }];
    assert_eq!(decode(&encode(b"a\r\nb", &edits)), (b"a\r\nb".to_vec(), edits.to_vec()));
}
