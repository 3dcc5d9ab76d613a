//! What people and machines really hand to the program. Each time it has to say what is wrong, where and what to do
//! next, with the exit code of the contract: no panic, no endless wait, nothing written.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a program that hangs is ended by the clock")]

mod hand;

use std::fs::File;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::plan::{self, Plan, Status};
use hand::Sample;
use serde_json::Value;

/// More than any of these takes on a slow machine.
const LONGEST: Duration = Duration::from_secs(60);

/// What a run said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// Asserts a failure with this code whose message has a title, the words given, and what to do.
    #[track_caller]
    fn fails(&self, code: i32, id: &str, words: &[&str]) {
        assert_eq!(self.code, code, "{}", self.err);
        assert!(self.err.starts_with("error: "), "{}", self.err);
        assert!(self.err.contains(&format!("[{id}]")), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is missing: {}", self.err);
        }
        let (_, help) = self.err.split_once("\n\n").expect("it says what to do");
        assert!(help.trim().len() > 10, "{}", self.err);
        assert_eq!(self.out, "");
    }
}

fn run(sample: &Sample, arguments: &[&str]) -> Said {
    run_with(sample, arguments, |_| {})
}

/// Runs the program and ends it if it takes too long. What it says goes to files, so that no full pipe stops it.
fn run_with(sample: &Sample, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Said {
    let said = tempfile::tempdir().unwrap();
    let (out, err) = (said.path().join("out"), said.path().join("err"));
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    command.current_dir(&sample.root).args(arguments).stdin(Stdio::null());
    command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    change(&mut command);
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} still runs after {LONGEST:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |path| String::from_utf8(fs_err::read(path).unwrap()).unwrap();
    let (out, err) = (text(out), text(err));
    assert!(!err.contains("panicked") && !err.contains("has a defect"), "{err}");
    Said { code: status.code().expect("no signal ended it"), out, err }
}

const MANIFEST: &str =
    "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\n";

const MAIN: &str = "mod more;\n\nuse axum::{Router, routing::get};\n\nasync fn hello() -> &'static str {\n    \"hi\"\n}\n\n\
                    pub fn app() -> Router {\n    Router::new().route(\"/\", get(hello))\n}\n\nfn main() {}\n";

/// A web application whose second file is still to be written.
fn web() -> Sample {
    Sample::new(&[("Cargo.toml", MANIFEST), ("src/main.rs", MAIN)])
}

/// Surveys and plans a project one of whose files is bad: both go on, and name the file with the reason.
#[track_caller]
fn goes_on(sample: &Sample, file: &str, reason: &str) -> Plan {
    let before = sample.tree();
    let said = run(sample, &["survey", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let survey: Value = serde_json::from_str(&said.out).unwrap();
    let warnings: Vec<&str> = survey["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|warning| warning["text"].as_str())
        .collect();
    let named = |text: &&str| text.contains(file) && text.contains(reason);
    assert!(warnings.iter().any(named), "{file} with `{reason}` is not in {warnings:?}");
    assert_eq!(survey["apps"][0]["routers"][0]["symbol"], "app", "the rest is surveyed");

    let said = run(sample, &["plan", "--stdout"]);
    assert!([0, 3].contains(&said.code), "{}", said.err);
    assert!(said.out.contains(file), "a person is told: {}", said.out);
    let said = run(sample, &["plan", "--stdout", "--format", "json"]);
    let plan = plan::read(said.out.as_bytes()).unwrap();
    assert!(plan.files.iter().all(|planned| planned.path != file), "nothing is planned on it");
    // What was not read may be anything, so its absence is not claimed.
    for kind in ["stripe-webhook", "csp"] {
        let step = plan.steps.iter().find(|step| step.id == kind).unwrap();
        assert_eq!(step.status, Status::ByHand, "{kind}: {}", step.reason);
        assert!(step.reason.contains("could not be read"), "{}", step.reason);
    }
    assert_eq!(sample.tree(), before);
    plan
}

#[test]
fn a_folder_without_a_project_is_no_web_application() {
    let sample = Sample::new(&[("README.md", "# Nothing\n")]);
    for arguments in [&["survey"][..], &["plan"], &["plan", "--stdout"], &["survey", "."]] {
        run(&sample, arguments).fails(6, "no-manifest", &["Cargo.toml", "cello-scaffold plan PATH"]);
    }
    // One that lies deeper is named.
    sample.write("services/api/Cargo.toml", MANIFEST.as_bytes());
    run(&sample, &["plan"]).fails(6, "no-manifest", &["services/api"]);
    // A folder or a pipe of that name is no manifest.
    let sample = Sample::new(&[("Cargo.toml/x", "")]);
    run(&sample, &["survey"]).fails(6, "no-manifest", &["Cargo.toml"]);
    let sample = Sample::new(&[]);
    fifo(&sample, "Cargo.toml");
    run(&sample, &["survey"]).fails(6, "no-manifest", &["Cargo.toml"]);
}

#[test]
fn a_project_that_is_no_web_application_is_told_so() {
    for manifest in ["", "[package]\nname = \"x\"\n", "[workspace]\nmembers = []\n"] {
        let sample = Sample::new(&[("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")]);
        run(&sample, &["survey"]).fails(6, "no-web-application", &["web framework"]);
        run(&sample, &["plan"]).fails(6, "no-web-application", &["web framework"]);
        assert!(!sample.path(".cello").exists());
    }
}

#[test]
fn a_web_application_without_sources_is_planned_by_hand() {
    let sample = Sample::new(&[("Cargo.toml", MANIFEST)]);
    let said = run(&sample, &["plan", "--stdout", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let plan = plan::read(said.out.as_bytes()).unwrap();
    assert_eq!((plan.summary.ready, plan.files.len()), (0, 0));
}

#[test]
fn a_path_that_is_no_folder_is_wrong_usage() {
    let sample = web();
    fifo(&sample, "pipe");
    for path in ["nowhere", "Cargo.toml", "pipe", "\u{1b}[31m"] {
        let said = run(&sample, &["survey", path]);
        said.fails(2, "project-not-found", &["is not a folder", "cello-scaffold plan PATH"]);
        assert!(!said.err.contains('\u{1b}'), "what a terminal would obey is not printed");
    }
}

#[test]
fn a_manifest_that_is_no_toml_is_named_with_its_line() {
    for text in ["name = = \"x\"\n", "[package\n", "\0\0\0", "[package]\nname = \"unfinished"] {
        let sample = web();
        sample.write("Cargo.toml", text.as_bytes());
        run(&sample, &["survey"]).fails(7, "manifest-unreadable", &["Cargo.toml", "line", "cargo metadata"]);
    }
    let sample = web();
    sample.write("Cargo.toml", b"[package]\nname = \"caf\xe9\"\n");
    run(&sample, &["survey"]).fails(7, "manifest-unreadable", &["Cargo.toml", "UTF-8"]);
    // That of a member, by its own path.
    let sample = web();
    sample.write("Cargo.toml", format!("{MANIFEST}[workspace]\nmembers = [\"member\"]\n").as_bytes());
    sample.write("member/Cargo.toml", b"[package\n");
    run(&sample, &["survey"]).fails(7, "manifest-unreadable", &["member/Cargo.toml", "line 1"]);
    sample.write("member/Cargo.toml", b"[package]\nname = \"caf\xe9\"\n");
    run(&sample, &["survey"]).fails(7, "manifest-unreadable", &["member/Cargo.toml", "UTF-8"]);
}

#[test]
fn a_lock_file_that_is_none_stops_nothing() {
    let sample = web();
    sample.write("Cargo.lock", b"<<<<<<< HEAD\n[[package]]\n");
    sample.write("src/more.rs", b"");
    let said = run(&sample, &["plan", "--stdout"]);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn half_written_and_strange_files_are_left_out_and_named() {
    let brackets = "(".repeat(100_000) + &")".repeat(100_000);
    let deep = format!("pub fn f() {{ {brackets}; }}\n");
    let blocks = format!("fn f() {{{}{}}}\n", "{".repeat(100_000), "}".repeat(100_000));
    let generics = format!("type T = {}u8{};\n", "Vec<".repeat(3_000), ">".repeat(3_000));
    let sums = format!("const N: i64 = {}1;\n", "-".repeat(50_000));
    let refs = format!("fn f(x: {}u8) {{}}\n", "&".repeat(50_000));
    let nots = format!("const B: bool = {}true;\n", "!".repeat(50_000));
    for (text, reason) in [
        (b"pub fn more( {\n".as_slice(), "line 1"),
        (b"pub fn more() {\n    let x = ", "could be parsed"),
        (b"fn a() {}\n<<<<<<< HEAD\nfn b() {}\n", "line 2"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\xff\xfe", "not UTF-8"),
        (b"pub fn caf\xe9() {}\n", "not UTF-8"),
        (b"\xff\xfep\0u\0b\0", "not UTF-8"),
        (b"pub fn a() {}\0\0\0", "could be parsed"),
        (deep.as_bytes(), "levels deep"),
        (blocks.as_bytes(), "levels deep"),
        (generics.as_bytes(), "levels deep"),
        (sums.as_bytes(), "levels deep"),
        (refs.as_bytes(), "levels deep"),
        (nots.as_bytes(), "levels deep"),
    ] {
        let sample = web();
        sample.write("src/more.rs", text);
        goes_on(&sample, "src/more.rs", reason);
    }
}

#[test]
fn a_huge_file_is_not_read() {
    let sample = web();
    sample.write("src/more.rs", &vec![b' '; 50_000_000]);
    goes_on(&sample, "src/more.rs", "larger than 4 MiB");
}

#[test]
fn long_chains_and_lines_are_read() {
    let sample = web();
    let routes = ".route(\"/x\", get(hello))".repeat(300);
    sample.write("src/main.rs", MAIN.replace(".route(\"/\", get(hello))", &routes).as_bytes());
    sample.write("src/more.rs", format!("pub const X: &str = \"{}\";\n", "y".repeat(1_000_000)).as_bytes());
    let said = run(&sample, &["plan", "--stdout"]);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn pipes_links_and_folders_called_rs_are_not_read() {
    let sample = web();
    fifo(&sample, "src/more.rs");
    goes_on(&sample, "src/more.rs", "no regular file");

    let sample = web();
    symlink("more.rs", sample.path("src/x.rs")).unwrap();
    symlink("x.rs", sample.path("src/more.rs")).unwrap();
    symlink("..", sample.path("src/up")).unwrap();
    goes_on(&sample, "src/more.rs", "a link");
    goes_on(&sample, "src/up", "a link");

    let sample = web();
    sample.write("src/more.rs/mod.rs", b"");
    let said = run(&sample, &["survey"]);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn names_that_are_no_text_are_passed_over() {
    use std::os::unix::ffi::OsStrExt;
    let sample = web();
    let name = std::ffi::OsStr::from_bytes(b"src/caf\xe9.rs");
    fs_err::write(sample.root.join(name), "pub fn a() {}\n").unwrap();
    sample.write("src/\u{202e}sr.rs", b"fn {\n");
    let said = run(&sample, &["survey"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains('\u{202e}'), "a name does not turn the line around");
}

/// An application with something to apply, and its plan in `.cello`.
fn planned() -> (Sample, String) {
    let sample = Sample::new(&[]);
    let app = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/crewdesk");
    for entry in walkdir::WalkDir::new(&app).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let inside = entry.path().strip_prefix(&app).unwrap().to_str().unwrap();
            sample.write(inside, &fs_err::read(entry.path()).unwrap());
        }
    }
    sample.git(&["init", "-q"]);
    sample.commit();
    let said = run(&sample, &["plan", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let plan = plan::read(said.out.as_bytes()).unwrap();
    assert!(plan.summary.ready > 0);
    (sample, plan.digest)
}

#[test]
fn a_plan_edited_by_hand_is_refused() {
    let (sample, digest) = planned();
    let before = sample.tree();
    let text = String::from_utf8(sample.read(".cello/plan.json")).unwrap();
    let apply = ["apply", "--approve", &digest, "--no-verify"];
    for (from, to, id) in [
        ("signed_up", "signed_off", "plan-edited"),
        ("mod cello;", "mod hello;", "plan-edited"),
        ("\"phase\": 1", "\"phase\": 2", "plan-edited"),
        ("\"schema\": \"cello-plan/1\"", "\"schema\": \"cello-plan/2\"", "plan-schema"),
        ("\"status\": \"ready\"", "\"status\": \"eager\"", "plan-edited"),
        ("\"files\": [", "\"folders\": [", "plan-edited"),
        ("{", "", "plan-malformed"),
    ] {
        let edited = text.replacen(from, to, 1);
        if edited == text {
            continue;
        }
        sample.write(".cello/plan.json", edited.as_bytes());
        run(&sample, &apply).fails(4, id, &["cello-scaffold plan"]);
    }
    for half in [0, 1, text.len() / 2, text.len() - 3] {
        sample.write(".cello/plan.json", &text.as_bytes()[..half]);
        run(&sample, &apply).fails(4, "plan-malformed", &["cello-scaffold plan"]);
    }
    for strange in [&b"\xff\xfe"[..], b"null", b"[]", b"{}", "[".repeat(100_000).as_bytes()] {
        sample.write(".cello/plan.json", strange);
        let said = run(&sample, &apply);
        assert_eq!(said.code, 4, "{}", said.err);
    }
    assert_eq!(sample.tree(), before);
}

#[test]
fn a_tree_changed_after_planning_is_refused() {
    let (sample, digest) = planned();
    let apply = ["apply", "--approve", &digest, "--no-verify", "--allow-dirty"];
    let main = sample.read("src/main.rs");
    // Changed, gone, and something else in its place.
    sample.write("src/main.rs", &[&main[..], b"\n"].concat());
    run(&sample, &apply).fails(4, "stale", &["src/main.rs", "changed", "cello-scaffold plan"]);
    fs_err::remove_file(sample.path("src/main.rs")).unwrap();
    run(&sample, &apply).fails(4, "stale", &["src/main.rs", "cello-scaffold plan"]);
    fifo(&sample, "src/main.rs");
    let said = run(&sample, &apply);
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("src/main.rs"), "{}", said.err);
    fs_err::remove_file(sample.path("src/main.rs")).unwrap();
    sample.write("src/main.rs", &main);
    // A file that the plan creates is there by now.
    sample.write("src/cello/mod.rs", b"// mine\n");
    run(&sample, &apply).fails(4, "stale", &["src/cello/mod.rs"]);
    assert_eq!(sample.read("src/cello/mod.rs"), b"// mine\n");
}

#[test]
fn without_a_terminal_an_approval_is_asked_for() {
    let (sample, digest) = planned();
    let before = sample.tree();
    run(&sample, &["apply"]).fails(3, "approval-needed", &[&digest, "--approve", "cello-scaffold show"]);
    assert_eq!(sample.tree(), before);
}

#[test]
fn files_that_may_not_be_written_are_named() {
    let (sample, digest) = planned();
    let apply = ["apply", "--approve", &digest, "--no-verify"];
    let main = sample.path("src/main.rs");
    fs_err::set_permissions(&main, PermissionsExt::from_mode(0o444)).unwrap();
    let before = sample.tree();
    run(&sample, &apply).fails(7, "read-only", &["src/main.rs"]);
    assert_eq!(sample.tree(), before);
    // The folder for the plan can't be made: a file has its name. That holds for root as well.
    let said = run(&sample, &["plan", "--out", "Cargo.toml"]);
    assert_eq!(said.code, 7, "{}", said.err);
    assert!(said.err.contains("Cargo.toml"), "{}", said.err);
    let said = run_with(&sample, &["plan", "--stdout"], |command| {
        command.stdout(fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap().into_parts().0);
    });
    assert_eq!(said.code, 7, "{}", said.err);
    assert!(said.err.contains("standard output"), "{}", said.err);
    assert_eq!(sample.tree(), before);
}

#[test]
fn something_else_called_cello_is_left_alone() {
    let elsewhere = Sample::new(&[]);
    let sample = web();
    sample.write("src/more.rs", b"");
    sample.write(".cello", b"mine");
    run(&sample, &["plan"]).fails(4, "unsafe-path", &[".cello", "--out"]);
    assert_eq!(sample.read(".cello"), b"mine");
    fs_err::remove_file(sample.path(".cello")).unwrap();
    symlink(&elsewhere.root, sample.path(".cello")).unwrap();
    run(&sample, &["plan"]).fails(4, "unsafe-path", &[".cello", "--out"]);
    assert!(elsewhere.tree().is_empty(), "nothing is written through a link");
}

#[test]
fn without_cargo_nothing_is_written() {
    let (sample, digest) = planned();
    let before = sample.tree();
    let only_git = Sample::new(&[]);
    let git = String::from_utf8(Command::new("which").arg("git").output().unwrap().stdout).unwrap();
    symlink(git.trim(), only_git.path("git")).unwrap();
    let said = run_with(&sample, &["apply", "--approve", &digest], |command| {
        command.env("PATH", &only_git.root);
    });
    assert_eq!(said.code, 7, "{}", said.err);
    assert!(said.err.contains("[cargo-missing]") && said.err.contains("rustup.rs"), "{}", said.err);
    assert_eq!(sample.tree(), before);
}

#[test]
fn answers_that_are_none_are_wrong_usage() {
    let sample = web();
    sample.write("src/more.rs", b"");
    for text in [&b""[..], b"[]", b"{\"a\": 1}", b"\xff", b"{\"a\": \"b\"", "[".repeat(100_000).as_bytes()] {
        sample.write("answers.json", text);
        let said = run(&sample, &["plan", "--stdout", "--answers", "answers.json"]);
        said.fails(2, "answers-malformed", &["answers.json", "JSON"]);
    }
    let said = run(&sample, &["plan", "--stdout", "--answers", "nowhere.json"]);
    said.fails(7, "io", &["nowhere.json"]);
}

fn fifo(sample: &Sample, path: &str) {
    let status = Command::new("mkfifo").arg(sample.path(path)).status().unwrap();
    assert!(status.success());
}
