//! Every rule on its samples.

use std::collections::BTreeMap;

use super::*;
use crate::playbook::{Playbook, SampleKind};
use crate::steps::{Answers, make_plan};
use crate::survey::survey;
use crate::target::front_end;

const MANIFEST: &str = r#"[package]
name = "sample"
version = "0.1.0"
edition = "2021"

[dependencies]
async-stripe = { version = "0.41", features = ["runtime-tokio-hyper"] }
axum = "0.8"
hmac = "0.12"
jsonwebtoken = "9"
reqwest = { version = "0.12", features = ["json"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
sha2 = "0.10"
sqlx = { version = "0.8", features = ["sqlite", "runtime-tokio"] }
tokio = { version = "1", features = ["full"] }
"#;

/// Writes an application around some files and examines it.
pub fn examined(files: &BTreeMap<String, String>) -> Diagnosis {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("Cargo.toml", MANIFEST);
    let modules = files.keys().filter_map(|path| path.strip_prefix("src/")?.strip_suffix(".rs"));
    let modules: String = modules
        .filter(|name| !name.contains('/') && *name != "main")
        .map(|name| format!("mod {name};\n"))
        .collect();
    write(
        "src/main.rs",
        &format!("{modules}\nfn main() {{\n    let _app: axum::Router = axum::Router::new();\n}}\n"),
    );
    files.iter().for_each(|(path, text)| write(path, text));
    diagnosed(dir.path())
}

/// Examines a project.
pub fn diagnosed(root: &std::path::Path) -> Diagnosis {
    let target = Target::open(root, None).unwrap();
    let findings = survey(&target);
    let plan = make_plan(&target, &findings, &Answers::new());
    diagnose(&target, &findings, &plan, &front_end(&target.root).unwrap())
}

#[test]
fn every_rule_finds_what_is_bad_and_nothing_else() {
    let mut wrong = Vec::new();
    for rule in Playbook::embedded().rules() {
        for sample in &rule.sample {
            let found = examined(&sample.files);
            let ours = found.findings.iter().filter(|finding| finding.rule == rule.id).count();
            if (ours > 0) != (sample.kind == SampleKind::Bad) {
                let all: Vec<&str> = found.findings.iter().map(|finding| finding.rule.as_str()).collect();
                wrong.push(format!("{} on {:?} ({}): {ours} of {all:?}", rule.id, sample.kind, sample.shows));
            }
            // Anything else that a sample shows would be a rule's false alarm, or the sample's.
            let others: Vec<String> = found
                .findings
                .iter()
                .filter(|finding| finding.rule != rule.id && sample.kind != SampleKind::Bad)
                .map(|finding| format!("{}: {}", finding.rule, finding.text))
                .collect();
            if !others.is_empty() {
                wrong
                    .push(format!("{:?} sample of {} ({}): {others:#?}", sample.kind, rule.id, sample.shows));
            }
            if found.verdict == Verdict::NotIntegrated {
                wrong.push(format!("{} ({}): no trace of Cello", rule.id, sample.shows));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_samples_of_each_kind_and_something_that_looks_for_it() {
    for rule in Playbook::embedded().rules() {
        let coded = CHECKS.iter().any(|(id, _)| *id == rule.id);
        assert_ne!(coded, !rule.pattern.is_empty(), "{} needs code or patterns, not both", rule.id);
        // It takes a whole application, and has a test with one.
        if rule.id == "integration-incomplete" {
            continue;
        }
        let has = |kind: SampleKind| rule.sample.iter().any(|sample| sample.kind == kind);
        assert!(has(SampleKind::Bad) && has(SampleKind::Good) && has(SampleKind::NearMiss), "{}", rule.id);
    }
    for (id, _) in CHECKS {
        assert!(Playbook::embedded().rule(id).is_some(), "{id} has no file in plans/rules");
    }
}

#[test]
fn hand_written_integrations_raise_no_false_alarm() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/working");
    for name in ["ledgerly", "roomboard"] {
        let diagnosis = diagnosed(&root.join(name));
        let found: Vec<String> = diagnosis
            .findings
            .iter()
            .map(|finding| format!("{}: {} {:?}", finding.rule, finding.text, finding.at))
            .collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
        assert_eq!(diagnosis.verdict, Verdict::Healthy, "{name}");
    }
}

#[test]
fn without_a_trace_of_cello_no_rule_is_asked() {
    let lesson = "//! Lessons for violin and cello.\npub struct Cello { pub strings: u8 }\n";
    let files = BTreeMap::from([
        ("src/lessons.rs".to_string(), lesson.to_string()),
        ("README.md".to_string(), "We want Cello: https://assets.cello.so\n".to_string()),
        ("static/a.js".to_string(), "const cello = { boot() {} };\ncello.boot();\n".to_string()),
    ]);
    let diagnosis = examined(&files);
    assert_eq!(diagnosis.verdict, Verdict::NotIntegrated);
    assert!(diagnosis.findings.is_empty());
    assert!(diagnosis.recommendations[0].command.contains("plan"));
}
