use std::process::Command;

use super::*;
use crate::edit::splice;
use crate::steps::{choose, json};
use crate::survey::pages::tests::project;

fn after(text: &str, drafts: &[Draft], path: &str) -> String {
    let edits: Vec<Edit> = drafts
        .iter()
        .flat_map(|draft| &draft.edits)
        .filter(|edit| edit.file == path)
        .map(|edit| Edit { at: edit.at.clone().unwrap(), text: edit.text.clone() })
        .collect();
    String::from_utf8(splice(text.as_bytes(), &edits).unwrap()).unwrap()
}

fn entry(name: &str, version: &str, lines: &[&str]) -> String {
    let list: String = lines.iter().map(|line| format!(" \"{line}\",\n")).collect();
    let source = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n";
    let list = if lines.is_empty() { String::new() } else { format!("dependencies = [\n{list}]\n") };
    format!(
        "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{}{list}",
        if name == "app" { "" } else { source }
    )
}

fn step(manifest: &str, lock: &str, wanted: &[Wanted]) -> (Draft, String) {
    let (_dir, target) =
        project(&[("Cargo.toml", manifest), ("Cargo.lock", lock), ("src/main.rs", "fn main() {}\n")]);
    let draft = lockfile(&target, &target.packages[0], wanted);
    let out = after(lock, std::slice::from_ref(&draft), "Cargo.lock");
    (draft, out)
}

const MANIFEST: &str =
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n";

#[test]
fn a_second_version_makes_every_line_say_its_own() {
    let head = "version = 4\n";
    let lock = format!(
        "{head}{}{}{}",
        entry("app", "0.1.0", &["old"]),
        entry("base64", "0.13.1", &[]),
        entry("old", "1.0.0", &["base64"])
    );
    let (draft, out) = step(MANIFEST, &lock, &[Wanted::new("base64", "0.22", "a")]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert!(out.contains("dependencies = [\n \"base64 0.22.1\",\n \"old\",\n]"), "{out}");
    assert!(out.contains("name = \"old\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\ndependencies = [\n \"base64 0.13.1\",\n]"));
    assert!(out.find("version = \"0.13.1\"").unwrap() < out.find("version = \"0.22.1\"").unwrap());
    assert_eq!(draft.after, ["dependency:base64"]);
}

#[test]
fn a_crate_of_others_becomes_the_application_s_own() {
    let lock = format!(
        "version = 4\n{}{}",
        entry("app", "0.1.0", &[]),
        entry("tokio", "1.48.0", &["pin-project-lite"])
    );
    let tokio = |feature: &str| Wanted { features: vec![feature.into()], ..Wanted::new("tokio", "1", "a") };
    let (draft, out) = step(MANIFEST, &lock, &[tokio("sync")]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert!(out.contains("name = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"tokio\",\n]"), "{out}");
    assert_eq!(step(MANIFEST, &lock, &[tokio("net")]).0.status, Status::ByHand);
}

#[test]
fn what_a_feature_brings_is_added_to_an_entry_that_is_there() {
    let lock = format!(
        "version = 4\n{}{}{}{}",
        entry("app", "0.1.0", &[]),
        entry("block-buffer", "0.10.4", &[]),
        entry("crypto-common", "0.1.7", &[]),
        entry("digest", "0.10.7", &["block-buffer", "crypto-common"]),
    );
    let (draft, out) = step(MANIFEST, &lock, &[Wanted::new("hmac", "0.12", "a")]);
    assert_eq!(draft.status, Status::Ready, "{}", draft.reason);
    assert!(out.contains(" \"block-buffer\",\n \"crypto-common\",\n \"subtle\",\n]"), "{out}");
    assert!(out.contains("name = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"hmac\",\n]"));
    assert!(out.contains("name = \"subtle\""));
}

#[test]
fn what_is_not_certain_is_left_to_cargo_and_said() {
    let by_hand = |lock: String, wanted: Wanted| {
        let (draft, _) = step(MANIFEST, &lock, &[wanted]);
        assert_eq!(draft.status, Status::ByHand);
        draft.reason
    };
    let app = entry("app", "0.1.0", &[]);
    assert!(
        by_hand(format!("version = 4\n{app}"), Wanted::new("reqwest", "0.12", "a")).contains("reqwest 0.12")
    );
    assert!(by_hand(app.clone(), Wanted::new("hmac", "0.12", "a")).contains("version 3 or 4"));
    assert!(
        by_hand(format!("version = 4\n{}", entry("other", "1.0.0", &[])), Wanted::new("hmac", "0.12", "a"))
            .contains("out of date")
    );
    assert!(
        by_hand(
            format!("version = 4\n{app}\n[[patch.unused]]\nname = \"x\"\n"),
            Wanted::new("hmac", "0.12", "a")
        )
        .contains("more than packages")
    );
    let pinned = format!("version = 4\n{app}{}", entry("generic-array", "0.14.9", &[]));
    assert!(by_hand(pinned, Wanted::new("hmac", "0.12", "a")).contains("generic-array is locked at 0.14.9"));
}

#[test]
fn without_a_lock_file_or_new_dependencies_there_is_nothing_to_do() {
    let (_dir, target) = project(&[("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() {}\n")]);
    let package = &target.packages[0];
    assert_eq!(lockfile(&target, package, &[Wanted::new("hmac", "0.12", "a")]).status, Status::NotApplicable);
    assert_eq!(lockfile(&target, package, &[]).status, Status::NotApplicable);
    let (_dir, target) = project(&[
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", "version = 4\n"),
        ("src/main.rs", "fn main() {}\n"),
    ]);
    assert_eq!(lockfile(&target, &target.packages[0], &[]).status, Status::Done);
}

/// Cargo itself is the judge: it accepts the planned files with `--locked`, and would write the same ones.
#[test]
#[ignore = "runs cargo, which needs the crates in its cache or a network"]
fn cargo_takes_the_planned_lock_and_would_write_the_same() {
    let cases = [
        "",
        "serde_json = \"1\"\nsha2 = \"0.10\"\n",
        "axum = \"0.8\"\n",
        "axum = \"0.7\"\nbase64 = \"0.21\"\n",
        "digest = { version = \"0.10\", default-features = false }\n",
        "sha2 = { version = \"0.11\", default-features = false }\n",
        "[dev-dependencies]\nsha2 = \"0.10\"\nbase64 = \"0.21\"\n",
        "base64 = \"0.13\"\njsonwebtoken = \"8\"\n",
        "hmac = \"0.13\"\n",
        "sqlx = { version = \"0.8\", features = [\"postgres\", \"runtime-tokio\"] }\n",
        "reqwest = { version = \"0.12\", default-features = false, features = [\"rustls-tls\", \"json\"] }\n",
    ];
    for dependencies in cases {
        let manifest = format!("{MANIFEST}{dependencies}\n[workspace]\n");
        let (dir, _) = project(&[("Cargo.toml", manifest.as_str()), ("src/main.rs", "fn main() {}\n")]);
        let cargo =
            |args: &[&str]| Command::new("cargo").args(args).current_dir(dir.path()).output().unwrap();
        assert!(cargo(&["generate-lockfile"]).status.success(), "{dependencies}");
        let target = Target::open(dir.path(), None).unwrap();
        let package = &target.packages[0];
        let mut wanted = choose(&target, package).wanted().to_vec();
        if dependencies.contains("axum") {
            wanted.push(json());
        }
        let mut drafts = dependency(&target, package, &wanted);
        drafts.push(lockfile(&target, package, &wanted));
        let problem = drafts.iter().find(|draft| draft.status == Status::ByHand);
        if let Some(problem) = problem {
            println!("{dependencies:?}: {}", problem.reason);
            continue;
        }
        for path in ["Cargo.toml", "Cargo.lock"] {
            std::fs::write(dir.path().join(path), after(&target.files[path].text, &drafts, path)).unwrap();
        }
        let planned = std::fs::read_to_string(dir.path().join("Cargo.lock")).unwrap();
        let locked = cargo(&["metadata", "--locked", "--format-version", "1"]);
        let said = String::from_utf8_lossy(&locked.stderr).into_owned();
        assert!(locked.status.success(), "{dependencies:?}: {said}\n{planned}");
        assert!(cargo(&["metadata", "--format-version", "1"]).status.success());
        assert_eq!(std::fs::read_to_string(dir.path().join("Cargo.lock")).unwrap(), planned);
        println!("{dependencies:?}: taken");
    }
}
