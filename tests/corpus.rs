//! What a person read in real applications is well-formed, and the scorer tells right from wrong.
//!
//! The scoring itself needs checkouts: `cargo run --release --example corpus -- CHECKOUTS`. Applications that are
//! published on crates.io are scored here.
#![expect(clippy::disallowed_methods, reason = "it asks cargo for what is published")]

#[path = "corpus/published.rs"]
mod published;
#[path = "corpus/score.rs"]
mod score;

use std::collections::BTreeSet;
use std::path::Path;

use score::{Expected, KINDS, Outcome, score};
use serde_json::json;

#[test]
fn every_file_of_facts_is_well_formed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files = 0;
    for entry in fs_err::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        files += 1;
        let text = fs_err::read_to_string(&path).unwrap();
        let expected: Expected = toml_edit::de::from_str(&text).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        assert_eq!(expected.commit.len(), 40, "{path:?}");
        assert_eq!(expected.repository.split('/').count(), 2, "{path:?}");
        assert!(!expected.folder.starts_with('/'), "{path:?}");
        let mut seen = BTreeSet::new();
        for fact in &expected.facts {
            assert!(KINDS.contains(&fact.kind.as_str()), "{path:?}: {}", fact.kind);
            assert!(0 < fact.lines[0] && fact.lines[0] <= fact.lines[1], "{path:?}: {}", fact.what);
            let cause = fact.cause.as_deref();
            assert!(
                cause.is_none_or(|why| !fact.decoy && !why.is_empty() && !why.contains('\n')),
                "{path:?}: {}",
                fact.what
            );
            assert!(seen.insert((&fact.kind, &fact.file, fact.lines, &fact.what)), "{path:?}: {}", fact.what);
        }
    }
    assert!(files >= 13, "{files} files");
}

#[test]
fn a_fact_is_found_missed_or_taken_for_something_else() {
    let at = |line: usize| json!({ "file": "src/a.rs", "line": line, "bytes": [0, 0] });
    let survey = json!({
        "apps": [{
            "package": "web",
            "signups": [
                { "at": at(10), "kind": "json", "decoy": null },
                { "at": at(20), "kind": "form", "decoy": null },
                { "at": at(30), "kind": "json", "decoy": "a log-in for development" },
                { "at": at(70), "kind": "json", "decoy": null },
            ],
            "identity": [{ "at": at(50), "kind": "extension", "rank": 0 }],
            "routers": [{ "at": { "file": "examples/corpus.rs", "line": 1, "bytes": [0, 300] }, "rank": 1, "reason": "" }],
            "store": { "kind": "sqlx-postgres" },
        }],
    });
    let expected = r#"
        repository = "a/b"
        commit = ""
        folder = ""
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [9, 12]
        what = "found"
        is = { kind = "json" }
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [20, 25]
        what = "differs"
        is = { kind = "json" }
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [30, 31]
        what = "named"
        decoy = true
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [40, 41]
        what = "missed"
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [42, 43]
        what = "silent"
        decoy = true
        [[fact]]
        kind = "identity"
        file = "src/a.rs"
        lines = [50, 51]
        what = "named"
        decoy = true
        [[fact]]
        kind = "signup"
        file = "src/a.rs"
        lines = [10, 10]
        what = "wrong"
        decoy = true
        [[fact]]
        kind = "router"
        file = "examples/corpus.rs"
        lines = [1, 9]
        what = "found"
        is = { app = "web" }
        [[fact]]
        kind = "router"
        file = "examples/corpus.rs"
        lines = [2, 3]
        what = "silent"
        decoy = true
        [[fact]]
        kind = "store"
        file = "src/b.rs"
        lines = [5, 5]
        what = "named"
        decoy = true
        is = { kind = "redis" }
        [[fact]]
        kind = "store"
        file = "src/b.rs"
        lines = [6, 6]
        what = "wrong"
        decoy = true
        is = { kind = "sqlx-postgres" }
        [[fact]]
        kind = "csp"
        file = "../nginx.conf"
        lines = [1, 1]
        what = "outside"
    "#;
    let expected: Expected = toml_edit::de::from_str(expected).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, elsewhere) = score(&expected, &survey, root, Path::new("other"));
    assert!(elsewhere.is_empty(), "the rest of a workspace has facts of its own");
    let (outcomes, surplus) = score(&expected, &survey, root, Path::new(""));
    for (fact, outcome) in outcomes {
        let word = match outcome {
            Outcome::Found => "found",
            Outcome::Differs(parts) => {
                assert_eq!(parts, ["kind: \"form\" for \"json\""]);
                "differs"
            }
            Outcome::Missed => "missed",
            Outcome::Wrong => "wrong",
            Outcome::Named => "named",
            Outcome::Silent => "silent",
            Outcome::Outside => "outside",
        };
        assert_eq!(word, fact.what);
    }
    assert_eq!(surplus, ["signup src/a.rs:70 is listed, but nobody saw it"]);
}
