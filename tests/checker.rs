//! A front end's own type checker in the proof: asked before and after the plan, about a copy, and its new errors count.
//!
//! The tests with a real TypeScript are run by name (`--ignored`), after `npm ci --prefix tests/front-end`.
#![cfg(unix)]

mod hand;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::plan;
use hand::Sample;
use serde_json::Value;

const AUTH: &str = "import { createContext, useState, type ReactNode } from 'react';\n\ntype User = { name: string };\nconst AuthContext = createContext<User | null>(null);\n\nexport function AuthProvider({ children }: { children: ReactNode }) {\n  const [user, setUser] = useState<User | null>(null);\n  const signOut = () => setUser(null);\n  void signOut;\n  return <AuthContext.Provider value={user}>{children}</AuthContext.Provider>;\n}\n";
const FRONT_END: [(&str, &str); 6] = [
    (
        "web/package.json",
        r#"{"dependencies":{"react":"19","react-dom":"19"},"devDependencies":{"typescript":"5","vite":"7"}}"#,
    ),
    ("web/index.html", "<head></head><body><script type=\"module\" src=\"/src/main.tsx\"></script></body>\n"),
    // As Vite's templates have it: a solution that checks nothing itself, and keeps its state among the packages.
    (
        "web/tsconfig.json",
        "{\n  // parts\n  \"files\": [],\n  \"references\": [{ \"path\": \"./tsconfig.app.json\" }]\n}\n",
    ),
    (
        "web/tsconfig.app.json",
        r#"{"compilerOptions":{"composite":true,"tsBuildInfoFile":"./node_modules/.tmp/app.tsbuildinfo","strict":true,"noEmit":true,"jsx":"react-jsx","module":"esnext","moduleResolution":"bundler","target":"es2022","lib":["es2022","dom"]},"include":["src"]}"#,
    ),
    ("web/src/auth.tsx", AUTH),
    (
        "web/src/main.tsx",
        "import { AuthProvider } from './auth';\nexport const load = () => fetch('/api/me');\nexport const root = <AuthProvider>x</AuthProvider>;\n",
    ),
];

/// The sample application with a front end beside it.
fn app() -> Sample {
    let sample = Sample::new(&FRONT_END);
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/crewdesk");
    for entry in walkdir::WalkDir::new(&app).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let inside = entry.path().strip_prefix(&app).unwrap().to_str().unwrap();
            sample.write(inside, &fs_err::read(entry.path()).unwrap());
        }
    }
    sample.write(".gitignore", b"node_modules\ntarget\n");
    sample.git(&["init", "-q"]);
    sample.commit();
    sample
}

fn program(sample: &Sample, path: &str, script: &str) {
    sample.write(path, format!("#!/bin/sh\n{script}\n").as_bytes());
    fs_err::set_permissions(sample.path(path), PermissionsExt::from_mode(0o755)).unwrap();
}

/// With a cargo that finds everything right.
fn run(sample: &Sample, arguments: &[&str]) -> (i32, Value, String) {
    let cargo = Sample::new(&[]);
    let script = r#"[ "$1" = metadata ] || exit 0
printf '{"packages":[{"name":"crewdesk","manifest_path":"%s/Cargo.toml","dependencies":[],"targets":[]}],' "$PWD"
printf '"workspace_root":"%s","target_directory":"%s/target"}' "$PWD" "$PWD""#;
    program(&cargo, "cargo", script);
    let output = Command::cargo_bin("cello-scaffold")
        .unwrap()
        .current_dir(&sample.root)
        .args(arguments)
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", cargo.root.display()))
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), answer, String::from_utf8(output.stderr).unwrap())
}

fn apply(sample: &Sample) -> (i32, Value, String) {
    let (code, plan, told) = run(sample, &["plan", "--format", "json"]);
    assert!(code == 0 || code == 3, "{told}");
    let step = plan["steps"].as_array().unwrap().iter().find(|step| step["id"] == "front-end:web").unwrap();
    assert_eq!(step["status"], "ready", "{}", step["reason"]);
    run(sample, &["apply", "--approve", plan["digest"].as_str().unwrap(), "--format", "json"])
}

/// Complains wherever a text stands, as the compiler does it.
fn complains_of(text: &str) -> String {
    format!(
        r#"[ "$1" = --showConfig ] && exit 0
echo kept > node_modules/.tmp-state
grep -nF '{text}' src/*.ts* /dev/null | while IFS=: read -r file line rest; do
    echo "$file($line,3): error TS2554: Expected 0 arguments."
done
echo 'src/main.tsx(3,14): error TS1: as ever'
exit 2"#
    )
}

#[test]
fn what_it_said_before_is_none_of_the_plans_doing() {
    let sample = app();
    program(&sample, "web/node_modules/.bin/tsc", &complains_of("nowhere to be found"));
    let (code, answer, told) = apply(&sample);
    assert_eq!(code, 0, "{told}");
    let said = &answer["proof"]["front_ends"];
    assert_eq!(said[0]["folder"], "web");
    assert_eq!(said[0]["command"], "tsc --noEmit --pretty false -p tsconfig.json");
    assert_eq!((&said[0]["errors_before"], &said[0]["reason"]), (&Value::from(1), &Value::Null));
    // What it keeps for the next time stays in the copy.
    assert!(!sample.path("web/node_modules/.tmp-state").exists());
    assert!(sample.path("web/src/cello.ts").exists());
}

#[test]
fn a_new_error_leaves_everything_as_it_was_and_the_step_to_a_person() {
    let sample = app();
    program(&sample, "web/node_modules/.bin/tsc", &complains_of("useCello(Boolean"));
    let before = sample.tree();
    let (code, answer, told) = apply(&sample);
    assert_eq!((code, &answer["error"]["id"]), (5, &Value::from("compile-fails")), "{told}");
    let detail = answer["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("In the text of front-end:web") && detail.contains("TS2554"), "{detail}");
    assert!(!detail.contains("as ever"), "{detail}");
    assert_eq!(sample.tree(), before);

    let (code, _, told) = run(&sample, &["plan", "--check"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("`front-end:web` is left to a person."), "{told}");
    let plan = plan::read(&sample.read(".cello/plan.json")).unwrap();
    let step = plan.steps.iter().find(|step| step.id == "front-end:web").unwrap();
    assert_eq!(step.status, plan::Status::ByHand);
    assert!(step.by_hand.iter().any(|work| work.text.contains("useCello")));
}

#[test]
fn what_is_not_checked_is_said() {
    for (script, why) in [
        (None, "its packages are not installed"),
        (Some("echo 'Error: out of memory' >&2\nexit 134"), "fails by itself: Error: out of memory"),
        (
            Some(
                "[ -e src/cello.ts ] && echo 'src/cello.ts(1,1): error TS1343: import.meta'\n\
                 echo \"error TS5083: Cannot read file '$PWD/.svelte-kit/tsconfig.json'.\"\nexit 2",
            ),
            "builds on settings that are not there",
        ),
    ] {
        let sample = app();
        if let Some(script) = script {
            program(&sample, "web/node_modules/.bin/tsc", script);
        }
        let (code, answer, told) = apply(&sample);
        assert_eq!(code, 0, "{told}");
        let said = &answer["proof"]["front_ends"][0];
        assert_eq!(said["command"], Value::Null);
        assert!(said["reason"].as_str().unwrap().contains(why), "{said}");
        assert!(told.contains("are not checked: "), "{told}");
    }
}

/// The same application with TypeScript in it.
fn with_typescript() -> Sample {
    let sample = app();
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/front-end/node_modules");
    assert!(installed.join(".bin/tsc").exists(), "first: npm ci --prefix tests/front-end");
    std::os::unix::fs::symlink(installed, sample.path("web/node_modules")).unwrap();
    sample
}

#[test]
#[ignore = "needs npm ci --prefix tests/front-end"]
fn typescript_takes_what_is_inserted() {
    let sample = with_typescript();
    let (code, answer, told) = apply(&sample);
    assert_eq!(code, 0, "{told}");
    let said = &answer["proof"]["front_ends"][0];
    assert_eq!(said["command"], "tsc --noEmit --pretty false -p ./tsconfig.app.json", "{said}");
    assert_eq!((&said["errors_before"], &said["reason"]), (&Value::from(0), &Value::Null));
    assert!(!sample.path("web/node_modules/.tmp").exists(), "its state stays in the copy");
}

#[test]
#[ignore = "needs npm ci --prefix tests/front-end"]
fn typescript_refuses_what_does_not_fit() {
    let sample = with_typescript();
    // Modules of a kind that has no `import()`.
    let config = String::from_utf8(sample.read("web/tsconfig.app.json")).unwrap();
    sample.write("web/tsconfig.app.json", config.replace("\"esnext\"", "\"es2015\"").as_bytes());
    sample.commit();
    let before = sample.tree();
    let (code, answer, told) = apply(&sample);
    assert_eq!((code, &answer["error"]["id"]), (5, &Value::from("compile-fails")), "{told}");
    let detail = answer["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("In the text of front-end:web") && detail.contains("TS1323"), "{detail}");
    assert_eq!(sample.tree(), before);
}
