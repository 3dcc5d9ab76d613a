//! Web applications that are published on crates.io, surveyed as they are: nobody here wrote them.
//!
//! Each is fetched by cargo at the version that its file in `tests/published` names; what is there was read in the code.
use std::path::{Path, PathBuf};
use std::process::Command;

use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::Target;

use crate::score::{Expected, Outcome, score};

#[test]
fn a_registry_with_oauth_and_nested_routes() {
    check("cratery", &[]);
}

#[test]
fn a_pastebin_without_accounts() {
    check("microbin", &[]);
}

#[test]
fn an_application_of_server_functions() {
    check("webapp", &[]);
}

/// Surveys one, and holds the answer to what a person read. What is missed is named, with the file's own words.
#[track_caller]
fn check(name: &str, known: &[&str]) {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/published/{name}.toml"));
    let expected: Expected = toml_edit::de::from_str(&fs_err::read_to_string(facts).unwrap()).unwrap();
    // Cargo's folder is no place to write to, and lies in a hidden one.
    let copy = tempfile::tempdir().unwrap();
    let from = fetched(name, &expected.commit);
    for entry in walkdir::WalkDir::new(&from).min_depth(1) {
        let entry = entry.unwrap();
        let place = copy.path().join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            fs_err::create_dir(place).unwrap();
        } else {
            fs_err::copy(entry.path(), place).unwrap();
        }
    }
    let target = Target::open(copy.path(), None).unwrap();
    let findings = survey(&target);
    let json = serde_json::to_value(&findings.survey).unwrap();
    let (outcomes, surplus) = score(&expected, &json, &target.root, Path::new(""));
    let misses: Vec<String> = outcomes
        .iter()
        .filter(|(_, outcome)| !matches!(outcome, Outcome::Found | Outcome::Named | Outcome::Silent))
        .map(|(fact, outcome)| format!("{outcome:?} {} {}: {}", fact.kind, fact.file, fact.what))
        .chain(surplus)
        .collect();
    let unknown: Vec<_> =
        misses.iter().filter(|miss| !known.iter().any(|known| miss.starts_with(known))).collect();
    assert!(unknown.is_empty(), "{name}: {unknown:#?}\n{json:#}");
    assert_eq!(misses.len(), known.len(), "{name}: what is known to be missed is found: {misses:#?}");
    // Every candidate ends in a verdict, and every edit fits the file that it is for.
    let plan = make_plan(&target, &findings, &Answers::new());
    assert!(!plan.steps.is_empty(), "{name}");
}

/// Where cargo unpacked a package, which it does to tell about it.
fn fetched(name: &str, version: &str) -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).expect("cargo has a home");
    let unpacked = || {
        let sources = std::fs::read_dir(home.join("registry/src")).ok()?.flatten();
        sources.map(|source| source.path().join(format!("{name}-{version}"))).find(|path| path.is_dir())
    };
    if unpacked().is_none() {
        let info =
            Command::new("cargo").args(["info", "--quiet", &format!("{name}@{version}")]).output().unwrap();
        assert!(info.status.success(), "{}", String::from_utf8_lossy(&info.stderr));
    }
    unpacked().unwrap_or_else(|| panic!("cargo info {name}@{version} unpacked nothing in {}", home.display()))
}
