//! What is proven before anything is written, with a cargo that says what the test wants: what is missing here, and which
//! step a compiler error sends to a person.
#![cfg(unix)]

mod hand;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::plan::{self, Plan, Status, Verdict};
use hand::Sample;
use serde_json::Value;

/// The sample application with git around it.
fn app() -> Sample {
    let sample = Sample::new(&[]);
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/crewdesk");
    for entry in walkdir::WalkDir::new(&app).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let inside = entry.path().strip_prefix(&app).unwrap().to_str().unwrap();
            sample.write(inside, &fs_err::read(entry.path()).unwrap());
        }
    }
    sample.git(&["init", "-q"]);
    sample.commit();
    sample
}

/// A folder with a program `cargo` that knows the package and runs `check` as a script.
fn cargo(check: &str) -> Sample {
    let folder = Sample::new(&[]);
    let script = format!(
        r#"#!/bin/sh
if [ "$1" = metadata ]; then
    printf '{{"packages":[{{"name":"crewdesk","manifest_path":"%s/Cargo.toml","dependencies":[],"targets":[]}}],' "$PWD"
    printf '"workspace_root":"%s","target_directory":"%s/target"}}' "$PWD" "$PWD"
    exit
fi
{check}
"#
    );
    folder.write("cargo", script.as_bytes());
    fs_err::set_permissions(folder.path("cargo"), PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

fn run(sample: &Sample, cargo: &Sample, arguments: &[&str]) -> (i32, Value, String) {
    let output = Command::cargo_bin("cello-scaffold")
        .unwrap()
        .current_dir(&sample.root)
        .args(arguments)
        .env("PATH", format!("{}:/usr/bin:/bin", cargo.root.display()))
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), answer, String::from_utf8(output.stderr).unwrap())
}

fn saved(sample: &Sample) -> Plan {
    plan::read(&sample.read(".cello/plan.json")).unwrap()
}

/// Fails wherever a text occurs in a file of the copy, as rustc does it.
fn error_at(file: &str, text: &str) -> String {
    format!(
        r#"at=$(grep -obF '{text}' {file} | head -1 | cut -d: -f1)
[ -z "$at" ] && exit
printf '{{"reason":"compiler-message","message":{{"level":"error","message":"no","rendered":"error: this is wrong\\n",'
printf '"spans":[{{"file_name":"{file}","byte_start":%s,"byte_end":%s,"is_primary":true,"expansion":null}}]}}}}\n' "$at" "$((at + 3))"
exit 101"#
    )
}

#[test]
fn a_step_that_does_not_compile_is_left_to_a_person() {
    let sample = app();
    let before = sample.tree();
    let good = cargo("exit 0");
    let (code, ..) = run(&sample, &good, &["plan", "--check"]);
    assert_eq!(code, 0);
    let whole = saved(&sample);
    assert!(sample.path(".cello/check.json").exists());
    fs_err::remove_file(sample.path(".cello/check.json")).unwrap();

    let bad = cargo(&error_at("src/main.rs", "cello::routes"));
    let (code, answer, told) = run(&sample, &bad, &["plan", "--check", "--format", "json"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains(
        "`routes` is left to a person. With it the project would not compile: error: this is wrong"
    ));
    let plan = saved(&sample);
    assert_eq!(answer["digest"], plan.digest.as_str(), "what is shown is what was saved");
    assert_ne!(plan.digest, whole.digest);
    let previous = plan::read(&sample.read(".cello/previous.json")).unwrap();
    assert_eq!(previous.digest, whole.digest, "the one before is kept, for `diff`");
    let step = |plan: &Plan, id: &str| plan.steps.iter().find(|step| step.id == id).unwrap().clone();
    let routes = step(&plan, "routes");
    assert_eq!((routes.status, routes.edits.len()), (Status::ByHand, 0));
    let place = routes.by_hand.iter().find_map(|work| work.place.clone()).unwrap();
    assert_eq!(place.file, "src/main.rs");
    assert!(routes.by_hand.iter().any(|work| work.text.contains("cello::routes")));
    // What stands on it goes with it, the rest stays as it was.
    for old in whole.steps.iter().filter(|step| step.status == Status::Ready && step.id != "routes") {
        let new = step(&plan, &old.id);
        let stands = |id: &String| step(&plan, id).status == Status::ByHand;
        if let Some(id) = old.after.iter().find(|id| stands(id)) {
            assert_eq!(new.status, Status::ByHand, "{}", old.id);
            assert!(new.reason.contains(&format!("`{id}`")), "{}", new.reason);
        } else {
            assert_eq!(*old, new);
        }
    }
    assert!(plan.summary.ready < whole.summary.ready && plan.summary.ready > 0);
    let step_of = |account: &&plan::Account| account.step.as_ref().map(|id| step(&plan, id).status);
    for account in plan.accounting.iter().filter(|account| step_of(account) == Some(Status::ByHand)) {
        assert_ne!(account.verdict, Verdict::Edit, "{}", account.site);
    }
    assert!(sample.path(".cello/check.json").exists(), "what is left was proven");
    assert_eq!(sample.tree(), before);
    let apply = ["apply", "--no-verify", "--approve", &plan.digest, "--format", "json"];
    let (code, answer, told) = run(&sample, &good, &apply);
    assert_eq!((code, &answer["outcome"]), (0, &Value::from("applied")), "{told}");
    assert!(!String::from_utf8(sample.read("src/main.rs")).unwrap().contains("cello::routes"));
}

#[test]
fn without_the_module_nothing_is_left_half_done() {
    let sample = app();
    let bad = cargo(&error_at("src/cello/mod.rs", "fn "));
    let (code, answer, told) = run(&sample, &bad, &["plan", "--check", "--format", "json"]);
    assert_eq!((code, &answer["summary"]["ready"]), (0, &Value::from(0)), "{told}");
    assert!(told.contains("No step is left to compile."), "{told}");
    assert_eq!(answer["outcome"], "nothing-to-do");
    assert!(!sample.path(".cello/check.json").exists());
}

#[test]
fn an_error_that_comes_from_no_step_is_told_and_the_plan_stays() {
    let sample = app();
    let bad = cargo(&format!("[ -e src/cello ] || exit 0\n{}", error_at("src/users.rs", "struct")));
    let (code, _, told) = run(&sample, &bad, &["plan", "--check"]);
    assert_eq!(code, 5, "{told}");
    assert!(told.contains("[compile-fails]") && told.contains("Not in the text of any step"), "{told}");
    assert!(saved(&sample).summary.ready > 0);
}

#[test]
fn what_is_missing_to_compile_has_a_name_and_what_would_help() {
    let sample = app();
    let (_, plan, _) = run(&sample, &cargo("exit 0"), &["plan", "--format", "json"]);
    let before = sample.tree();
    let digest = plan["digest"].as_str().unwrap();
    for (words, id, helps) in [
        (
            "error: set `DATABASE_URL` to use query macros online",
            "baseline-needs-database",
            "cargo sqlx prepare",
        ),
        ("error: linker `cc` not found", "baseline-needs-native", "build-essential"),
        ("error: toolchain 1.70.0 is not installed", "baseline-needs-toolchain", "rustup toolchain install"),
        (
            "error: failed to get `gone` as a dependency of package `x`",
            "baseline-needs-dependency",
            "revision",
        ),
        ("error: couldn't read `src/app.css`: No such file", "baseline-needs-generated", "build step"),
        ("error: I do not like it", "baseline-fails", "cargo check"),
    ] {
        let bad = cargo(&format!("echo '{}' >&2\nexit 101", words.replace('\'', "'\\''")));
        let (code, answer, _) = run(&sample, &bad, &["apply", "--approve", digest, "--format", "json"]);
        assert_eq!((code, &answer["error"]["id"]), (5, &Value::from(id)), "{answer}");
        let help = answer["error"]["help"].as_str().unwrap();
        assert!(help.contains(helps) && help.contains("--no-verify"), "{help}");
        let detail = answer["error"]["detail"].as_str().unwrap();
        assert!(detail.contains(&words[..20]), "{detail}");
        assert_eq!(sample.tree(), before);
        // The plan itself is none the worse.
        let (code, _, told) = run(&sample, &bad, &["plan", "--check"]);
        assert_eq!(code, 5, "{told}");
        assert_eq!(saved(&sample).digest, digest);
    }
}

#[test]
fn a_cargo_that_asks_for_its_toolchain_gets_the_projects() {
    let sample = app();
    let seen = Sample::new(&[]);
    let log = seen.path("log");
    let cargo = cargo(&format!("echo \"${{RUSTUP_TOOLCHAIN-none}}\" >> {}", log.display()));
    let check = |name: &str, value: &str| {
        let output = Command::cargo_bin("cello-scaffold")
            .unwrap()
            .current_dir(&sample.root)
            .args(["plan", "--check"])
            .env("PATH", format!("{}:/usr/bin:/bin", cargo.root.display()))
            .env("RUSTUP_TOOLCHAIN", "nightly")
            .env_remove("CARGO")
            .env(name, value)
            .output()
            .unwrap();
        assert!(output.status.success());
        let said = fs_err::read_to_string(&log).unwrap();
        fs_err::remove_file(&log).unwrap();
        said
    };
    assert_eq!(check("CARGO", "cargo"), "none\nnone\n", "`cargo run` does not hand its own on");
    assert_eq!(check("X", ""), "nightly\nnightly\n", "a person's choice holds");
}

const TINY: &str = "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n[features]\nbilling = []\ndefault = [\"web\"]\nweb = []\n";

/// A package that compiles, with tests of all kinds and a build script.
fn tiny() -> Sample {
    Sample::new(&[
        ("Cargo.toml", TINY),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n"),
        ("build.rs", "fn main() {}\n"),
        ("src/lib.rs", "pub fn one() -> u8 {\n    1\n}\n"),
        ("src/main.rs", "fn main() {\n    println!(\"{}\", tiny::one());\n}\n"),
        ("tests/whole.rs", "#[test]\nfn runs() {\n    assert_eq!(tiny::one(), 1);\n}\n"),
        (".gitignore", "/target\n"),
    ])
}

/// Runs the program with the real cargo.
fn real(sample: &Sample, arguments: &[&str]) -> (i32, Value, String) {
    let output = Command::cargo_bin("cello-scaffold")
        .unwrap()
        .current_dir(&sample.root)
        .args(arguments)
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), answer, String::from_utf8(output.stderr).unwrap())
}

fn build(sample: &Sample) -> String {
    let output = Command::new("cargo")
        .args(["build", "--all-targets", "--offline"])
        .current_dir(&sample.root)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// Names of everything in the target folder, and when it was changed.
fn artifacts(sample: &Sample) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let entries = walkdir::WalkDir::new(sample.path("target")).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    // What cargo itself touches at every run.
    let own = |name: &str| name.starts_with(".cargo-") || name == ".rustc_info.json";
    let kept = files.filter(|entry| !own(&entry.file_name().to_string_lossy()));
    kept.map(|entry| (entry.path().to_path_buf(), entry.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn their_target_folder_is_used_and_left_as_it_was() {
    let sample = tiny();
    build(&sample);
    let before = artifacts(&sample);
    let module = "#[test]\nfn holds() {}\n";
    let plan = hand::plan(
        &sample,
        &[hand::Part(
            "module",
            &[],
            vec![
                ("src/cello.rs", hand::Place::New, module),
                ("src/lib.rs", hand::Place::After("    1\n}\n"), "mod cello;\n"),
                ("src/main.rs", hand::Place::Instead("tiny::one()"), "tiny::one() + 1"),
            ],
        )],
    );
    sample.save(&plan);
    let arguments =
        ["apply", "--approve", &plan.digest, "--allow-no-vcs", "--test", "--dry-run", "--format", "json"];
    let (code, answer, told) = real(&sample, &arguments);
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        (&answer["proof"]["tests"], &answer["proof"]["targets"]),
        (&Value::from(1), &Value::from("all"))
    );
    let after = artifacts(&sample);
    let new: Vec<_> = after.iter().filter(|entry| !before.contains(entry)).collect();
    assert!(after == before, "new or changed: {new:#?}");
    assert!(!build(&sample).contains("Compiling"), "what they had built is as good as it was");
}

#[test]
fn an_edit_behind_a_feature_is_compiled_with_it() {
    let sample = tiny();
    sample.write(
        "src/lib.rs",
        b"pub fn one() -> u8 {\n    1\n}\n#[cfg(feature = \"billing\")]\nmod billing;\n#[cfg(all(unix, feature = \"web\"))]\npub fn web() {\n}\n",
    );
    sample.write("src/billing.rs", b"pub fn pay() {\n}\n");
    let edit = |file: &str, after: &str, text: &str| {
        let plan =
            hand::plan(&sample, &[hand::Part("pay", &[], vec![(file, hand::Place::After(after), text)])]);
        sample.save(&plan);
        let arguments =
            ["apply", "--approve", &plan.digest, "--allow-no-vcs", "--dry-run", "--format", "json"];
        real(&sample, &arguments)
    };
    let (code, answer, told) = edit("src/billing.rs", "pay() {\n", "    let _ = 1;\n");
    assert_eq!(code, 0, "{told}");
    assert_eq!(answer["proof"]["features"], serde_json::json!(["billing"]), "{answer}");
    let (code, answer, told) = edit("src/billing.rs", "pay() {\n", "    nothing();\n");
    assert_eq!(code, 5, "{told}");
    let detail = answer["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("--features billing") && detail.contains("In the text of pay"), "{detail}");
    // What is on by default is compiled anyway.
    let (code, answer, told) = edit("src/lib.rs", "pub fn web() {\n", "    let _ = 1;\n");
    assert_eq!((code, &answer["proof"]["features"]), (0, &serde_json::json!([])), "{told}");
    // A feature that does not compile by itself proves nothing, and is told.
    sample.write("src/billing.rs", b"pub fn pay() {\n    missing();\n}\n");
    let (code, answer, told) = edit("src/billing.rs", "pay() {\n", "    let _ = 1;\n");
    assert_eq!((code, &answer["proof"]["features"]), (0, &serde_json::json!([])), "{told}");
    assert!(told.contains("`billing` does not compile as it is"), "{told}");
}

#[test]
fn the_copy_has_all_that_compiling_may_need_and_nothing_else() {
    let sample = app();
    sample.write(".gitignore", b"/target\n.env\n/assets\n/.sqlx\nnode_modules\n");
    sample.commit();
    // Ignored by git, and needed all the same.
    for path in [".env", ".sqlx/query-1.json", "assets/app.css", ".cargo/config.toml", "rust-toolchain.toml"]
    {
        sample.write(path, b"");
    }
    for path in ["node_modules/x/index.js", "web/node_modules/y/index.js", "target/debug/app", ".cello/mine"]
    {
        sample.write(path, b"");
    }
    sample.write("src/target/mod.rs", b"// a module of that name\n");
    std::os::unix::fs::symlink("../assets", sample.path("static/assets")).unwrap();
    let seen = Sample::new(&[]);
    let list = seen.path("list");
    let cargo = cargo(&format!("find . > {}; pwd > {}", list.display(), seen.path("place").display()));
    let (code, _, told) = run(&sample, &cargo, &["plan", "--check"]);
    assert_eq!(code, 0, "{told}");
    let list = fs_err::read_to_string(list).unwrap();
    let has = |path: &str| list.lines().any(|line| line == format!("./{path}"));
    for path in [
        ".env",
        ".sqlx/query-1.json",
        "assets/app.css",
        ".cargo/config.toml",
        "rust-toolchain.toml",
        "src/target/mod.rs",
        "static/assets",
    ] {
        assert!(has(path), "{path}");
    }
    for path in ["node_modules", "web/node_modules", "target", ".git", ".cello"] {
        assert!(!has(path), "{path}");
    }
    let place = fs_err::read_to_string(seen.path("place")).unwrap();
    assert!(!Path::new(place.trim()).exists(), "the copy is gone");
    assert!(place.trim().ends_with(sample.root.to_str().unwrap()), "under the project's own path: {place}");
}
