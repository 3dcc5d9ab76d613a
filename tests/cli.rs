//! The program as people, agents and CI run it: output, exit codes, and what happens without a terminal.

mod hand;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::cli::{Console, main_with_args};
use cello_scaffold::plan::{self, Accepts, Choice, Decision, Outcome, Plan, seal};
use cello_scaffold::report::Style;
use hand::{Part, Place, Sample, plan};
use serde_json::Value;

const MAIN: &str = "fn main() {}\n";

fn sample() -> (Sample, Plan) {
    let sample = Sample::committed(&[
        ("Cargo.toml", "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n"),
        ("src/main.rs", MAIN),
        (".gitignore", "/target\n"),
    ]);
    let plan = plan(
        &sample,
        &[
            Part("one", &[], vec![("src/main.rs", Place::After("{"), " // one\n")]),
            Part("two", &["one"], vec![("src/main.rs", Place::After("fn main()"), "  ")]),
        ],
    );
    sample.save(&plan);
    (sample, plan)
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs in this process, with a person who types `typed`. Gives exit code, standard output and standard error.
fn with_person(arguments: &[&str], typed: Option<&str>) -> (i32, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut input = io::Cursor::new(typed.unwrap_or_default().as_bytes().to_vec());
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        input: if typed.is_some() { Some(&mut input) } else { None },
        style: Style { color: false, width: 80 },
    };
    let mut all = vec![OsString::from("cello-scaffold")];
    all.extend(arguments.iter().map(OsString::from));
    let code = main_with_args(all, &mut console);
    (code, text(&out), text(&err))
}

#[test]
fn apply_and_undo_answer_in_json() {
    let (sample, plan) = sample();
    let before = sample.tree();
    let output = run(&sample.root, &["apply", "--approve", &plan.digest, "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["schema"], "cello-apply/1");
    assert_eq!(answer["outcome"], "applied");
    assert_eq!(answer["steps"], serde_json::json!(["one", "two"]));
    assert_eq!(answer["proof"]["targets"], "all");
    assert!(text(&output.stderr).contains("build scripts"), "it says what it runs");
    assert_eq!(sample.read("src/main.rs"), b"fn main()   { // one\n}\n");
    let applied = sample.path(".cello/applied").join(&plan.digest[7..]);
    assert_eq!(plan::read(&fs::read(applied.join("plan.json")).unwrap()).unwrap(), plan);

    // From a folder below, as one works.
    let output = run(&sample.path("src"), &["undo", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &answer["left"]), (0, &Value::from(0)));
    assert_eq!(sample.tree(), before);
    let git =
        Command::new("git").arg("-C").arg(&sample.root).args(["status", "--porcelain"]).output().unwrap();
    assert_eq!(text(&git.stdout), "", "git sees nothing of it");
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let (sample, plan) = sample();
    let before = sample.tree();
    let output = run(&sample.root, &["apply"]);
    assert_eq!((code(&output), text(&output.stdout).as_str()), (3, ""));
    let told = text(&output.stderr);
    assert!(told.contains("[approval-needed]"), "{told}");
    assert!(told.contains(&format!("cello-scaffold apply --approve {}", plan.digest)), "{told}");
    let output = run(&sample.root, &["apply", "--format=json"]);
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &error["error"]["id"]), (3, &Value::from("approval-needed")));
    assert_eq!(error["error"]["exit"], 3);
    assert_eq!(sample.tree(), before);
}

#[test]
fn a_person_is_asked_and_only_a_yes_means_yes() {
    let (sample, plan) = sample();
    let before = sample.tree();
    let file = sample.path(".cello/plan.json");
    let file = file.to_str().unwrap();
    for typed in ["n\n", "\n", "", "yess\n", "sure\n"] {
        let (code, out, err) = with_person(&["apply", file, "--no-verify"], Some(typed));
        assert_eq!((code, out.as_str()), (3, ""), "{typed:?}");
        assert!(err.contains(&plan.digest) && err.contains("[y/r/N]"));
        assert_eq!(sample.tree(), before);
    }
    // JSON is for programs, whoever sits there.
    let (code, _, err) = with_person(&["apply", file, "--no-verify", "--format", "json"], Some("y\n"));
    assert_eq!((code, err.contains("[y/r/N]")), (3, false));
    let (code, out, _) = with_person(&["apply", file, "--no-verify"], Some("Y\n"));
    assert_eq!(code, 0);
    assert!(out.contains("Applied 2 steps to 1 files"), "{out}");
    assert_ne!(sample.tree(), before);
}

#[test]
fn a_person_reviews_step_by_step() {
    let (sample, _) = sample();
    let before = sample.tree();
    let file = sample.path(".cello/plan.json");
    let arguments = ["apply", file.to_str().unwrap(), "--no-verify"];
    // Quitting, leaving all open, going away, and no at the end write nothing.
    for typed in ["r\nq\n", "r\ny\nq\n", "r\n\n\n", "r\nl\nn\n", "r\ny\n", "r\ny\ny\n", "r\ny\ny\nn\n"] {
        let (code, out, err) = with_person(&arguments, Some(typed));
        assert_eq!((code, out.as_str()), (3, ""), "{typed:?}: {err}");
        assert_eq!(sample.tree(), before, "{typed:?}");
    }
    // `two` stands on `one`, so a no to that leaves both.
    let (code, _, err) = with_person(&arguments, Some("r\nn\ny\n"));
    assert_eq!(code, 3);
    assert!(err.contains("needs one"), "{err}");
    assert_eq!(sample.tree(), before);
    // The diff, the reasons and the keys can be looked at first; what is taken is a plan with a digest of its own.
    let (code, out, err) = with_person(&arguments, Some("r\nd\nw\n?\ny\nn\ny\n"));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("setup · one") && err.contains("leave it out"), "{err}");
    assert!(
        err.contains("\nPlan sha256:") && err.contains("\nApply these 1 of 2 steps to 1 files?"),
        "{err}"
    );
    assert!(out.contains("Applied 1 steps"), "{out}");
    assert_eq!(sample.read("src/main.rs"), b"fn main() { // one\n}\n");
}

#[test]
fn refusals_have_their_exit_codes() {
    let (sample, plan) = sample();
    let before = sample.tree();
    let digest = plan.digest.as_str();
    let wrong = format!("sha256:{}", "0".repeat(64));
    for (arguments, id, exit) in [
        (vec!["apply", "--approve", &wrong], "wrong-digest", 4),
        (vec!["apply", "--approve", digest, "--only", "two"], "subset-open", 4),
        (vec!["apply", "--approve", digest, "--only", "x"], "unknown-step", 2),
        (vec!["apply", "--approve", digest, "--only", "one", "--skip", "two"], "usage", 2),
        (vec!["apply", "nowhere.json"], "no-plan", 2),
        (vec!["apply", "src"], "no-plan", 2),
        (vec!["show", "nowhere.json"], "no-plan", 2),
        (vec!["show", "Cargo.toml"], "plan-malformed", 4),
        (vec!["undo"], "nothing-applied", 4),
        (vec!["undo", "nowhere"], "project-not-found", 2),
        (vec!["plan", "nowhere"], "project-not-found", 2),
        (vec!["plan", "src", "--stdout"], "no-manifest", 6),
        (vec!["plan", "."], "no-web-application", 6),
        (vec!["survey", "."], "no-web-application", 6),
        (vec!["plan", "--set", "nonsense"], "usage", 2),
        (vec!["plan", "--answers", "src/main.rs"], "answers-malformed", 2),
        (vec!["frobnicate"], "usage", 2),
        (vec![], "usage", 2),
    ] {
        let mut arguments = arguments.clone();
        arguments.extend(["--format", "json"]);
        let output = run(&sample.root, &arguments);
        let error: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!((code(&output), error["error"]["id"].as_str()), (exit, Some(id)), "{arguments:?}");
        for part in ["title", "detail", "help"] {
            assert!(error["error"][part].as_str().is_some_and(|text| !text.is_empty()), "{part} of {id}");
        }
        assert_eq!(sample.tree(), before);
    }
}

#[test]
fn git_and_cargo_stop_an_apply_from_outside_too() {
    let (sample, plan) = sample();
    let approve = ["apply", "--approve", plan.digest.as_str()];
    sample.write("src/main.rs", b"fn main() {}\n");
    let output = program(&sample.root, &approve).env("PATH", "").output().unwrap();
    assert_eq!(code(&output), 7, "{}", text(&output.stderr));
    fs::remove_dir_all(sample.path(".git")).unwrap();
    let output = run(&sample.root, &approve);
    assert!(text(&output.stderr).contains("--allow-no-vcs"));
    assert_eq!(code(&output), 4);
    let mut all = approve.to_vec();
    all.push("--allow-no-vcs");
    let output = program(&sample.root, &all).env("PATH", "").output().unwrap();
    assert!(text(&output.stderr).contains("[cargo-missing]"));
    assert_eq!((code(&output), sample.read("src/main.rs").as_slice()), (7, MAIN.as_bytes()));
}

#[test]
fn show_shows_what_apply_would_refuse() {
    let (sample, plan) = sample();
    let saved = text(&sample.read(".cello/plan.json"));
    let output = run(&sample.root, &["show", "--format", "json"]);
    assert_eq!(text(&output.stdout), saved.clone() + "\n");
    assert_eq!((code(&output), text(&output.stderr).as_str()), (0, ""));
    let of_project =
        run(sample.root.parent().unwrap(), &["show", sample.root.to_str().unwrap(), "--format", "json"]);
    assert_eq!(text(&of_project.stdout), saved.clone() + "\n");
    let none = run(&sample.root, &["show", "src"]);
    assert!(code(&none) == 2 && text(&none.stderr).contains("no-plan"), "{}", text(&none.stderr));
    let output = run(&sample.root, &["show", "--only", "one", "--format", "json"]);
    let part = plan::read(&output.stdout).unwrap();
    assert_ne!(part.digest, plan.digest);

    sample.write("src/main.rs", b"fn main() { }\n");
    let output = run(&sample.root, &["show", "--format", "markdown"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains(&plan.digest));
    assert!(text(&output.stderr).contains("src/main.rs changed"));
    assert_eq!(code(&run(&sample.root, &["show", "--only", "one"])), 4, "a part has no digest then");

    sample.write(".cello/plan.json", saved.replace("\"title\": \"one\"", "\"title\": \"two\"").as_bytes());
    let output = run(&sample.root, &["show", "--format", "diff"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stderr).contains("was changed after it was made"));
    assert_eq!(code(&run(&sample.root, &["show", "--only", "one"])), 4);
}

#[test]
fn a_reader_who_stops_is_no_failure() {
    let (sample, mut plan) = sample();
    plan.steps[0].reason = "long ".repeat(100_000);
    seal(&mut plan);
    sample.save(&plan);
    let mut child = program(&sample.root, &["show", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), text(&output.stderr).as_str()), (0, ""));
}

#[test]
fn standard_output_that_fails_is_told() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (sample, _) = sample();
    let file = sample.path(".cello/plan.json");
    let mut err = Vec::new();
    let mut console =
        Console { out: &mut Full, err: &mut err, input: None, style: Style { color: false, width: 80 } };
    let arguments = ["cello-scaffold", "show", file.to_str().unwrap()];
    assert_eq!(main_with_args(arguments.map(OsString::from), &mut console), 7);
    assert!(text(&err).contains("standard output"));
}

#[test]
fn help_names_only_what_there_is() {
    let output = run(Path::new("."), &["--help"]);
    assert_eq!((code(&output), text(&output.stderr).as_str()), (0, ""));
    let help = text(&output.stdout);
    for command in [
        "survey",
        "plan",
        "show",
        "diff",
        "apply",
        "undo",
        "doctor",
        "webhook",
        "demo",
        "tick",
        "explain",
        "schema",
        "completions",
        "mcp",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(!help.contains('\u{1b}'), "no colour without a terminal");
    assert_eq!(code(&run(Path::new("."), &["--version"])), 0);
    let output = run(Path::new("."), &["apply", "--yes"]);
    assert_eq!(code(&output), 2, "a yes to everything does not exist");
}

#[test]
fn open_decisions_stop_an_apply_that_has_nothing_else() {
    let (sample, mut plan) = sample();
    plan.steps.clear();
    plan.files.clear();
    plan.outcome = Outcome::Decide;
    plan.decisions.push(Decision {
        id: "who-pays".into(),
        prompt: "Who pays?".into(),
        why: "The code shows both.".into(),
        human_only: true,
        accepts: Accepts::Option,
        options: vec![Choice { value: "person".into(), label: "a person".into(), evidence: None }],
        default: None,
        answer: None,
        answered_by: None,
    });
    seal(&mut plan);
    sample.save(&plan);
    let output = run(&sample.root, &["apply", "--approve", &plan.digest]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("who-pays"));
    plan.outcome = Outcome::NothingToDo;
    seal(&mut plan);
    sample.save(&plan);
    let output = run(&sample.root, &["apply", "--approve", &plan.digest, "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &answer["outcome"]), (0, &Value::from("nothing-to-do")));
}

/// A web application, barely.
fn web() -> Sample {
    Sample::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\n",
        ),
        (
            "src/main.rs",
            "use axum::{Router, routing::get};\n\nasync fn hello() -> &'static str {\n    \"hi\"\n}\n\n\
             pub fn app() -> Router {\n    Router::new().route(\"/\", get(hello))\n}\n\nfn main() {}\n",
        ),
    ])
}

#[test]
fn a_plan_is_the_same_everywhere_and_writes_only_to_its_folder() {
    let (one, two) = (web(), web());
    let before = one.tree();
    let output = run(&one.root, &["plan", "--format", "json"]);
    assert!([0, 3].contains(&code(&output)), "{}", text(&output.stderr));
    let made = plan::read(&output.stdout).unwrap();
    assert_eq!(made.outcome == Outcome::Decide, code(&output) == 3);
    assert_eq!(one.read(".cello/.gitignore"), b"*\n");
    assert_eq!(one.read(".cello/plan.json"), output.stdout);
    assert!(text(&one.read(".cello/plan.md")).contains(&made.digest));
    assert_eq!(one.tree(), before);
    assert!(!text(&output.stdout).contains(one.root.to_str().unwrap()), "no absolute path");

    let other = run(Path::new("/"), &["plan", two.root.to_str().unwrap(), "--stdout", "--format", "json"]);
    assert_eq!(other.stdout, output.stdout, "the same from another folder of another name");
    assert!(!two.path(".cello").exists());
    let again = run(&one.root, &["plan", "--format", "json"]);
    assert_eq!(again.stdout, output.stdout);

    let out = Sample::new(&[]);
    let folder = out.path("plans/new");
    let other = run(&two.root, &["plan", "--format", "json", "--out", folder.to_str().unwrap()]);
    assert_eq!(other.stdout, output.stdout);
    assert_eq!(fs::read(folder.join("plan.json")).unwrap(), output.stdout);
    assert!(!two.path(".cello").exists());
    assert!(!folder.join(".gitignore").exists(), "a folder that the user names is the user's");
}

#[test]
fn planning_clears_up_after_an_interrupted_apply() {
    let sample = web();
    let main = sample.read("src/main.rs");
    let plan = plan(&sample, &[Part("one", &[], vec![("src/main.rs", Place::After("fn main() {"), " ")])]);
    let applied = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let request = cello_scaffold::apply::Request {
            root: &sample.root,
            plan: &hand::bytes(&plan),
            choice: cello_scaffold::apply::Choice::All,
            approval: cello_scaffold::apply::Approval::Digest(plan.digest.clone()),
            allow: cello_scaffold::apply::Allow { no_vcs: true, ..Default::default() },
            dry_run: false,
            verify: false,
            test: false,
            cargo: "cargo".into(),
            hook: &|name| match name {
                "flush a folder" => std::panic::resume_unwind(Box::new(())),
                _ => Ok(()),
            },
        };
        cello_scaffold::apply::apply(request, &mut |_| {})
    }));
    assert!(applied.is_err());
    assert_ne!(sample.read("src/main.rs"), main);
    let output = run(&sample.root, &["survey"]);
    assert!(text(&output.stderr).contains("interrupted"), "a command that only reads says so");
    assert_ne!(sample.read("src/main.rs"), main);
    let output = run(&sample.root, &["plan", "--format", "json"]);
    assert!(text(&output.stderr).contains("cleared up"));
    assert_eq!(sample.read("src/main.rs"), main);
    let fresh = run(&web().root, &["plan", "--format", "json"]);
    assert_eq!(output.stdout, fresh.stdout, "the plan is of the project as it was");
}

#[test]
fn answers_to_what_nobody_asked_are_wrong_usage() {
    let sample = web();
    let output = run(&sample.root, &["plan", "--set", "no-such-decision=1", "--format", "json"]);
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &error["error"]["id"]), (2, &Value::from("unknown-decision")));
    sample.write("answers.json", b"{\"no-such-decision\": \"1\"}");
    let output = run(&sample.root, &["plan", "--answers", "answers.json"]);
    assert!([0, 3].contains(&code(&output)), "a file may serve several projects");
    assert!(text(&output.stderr).contains("no-such-decision"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_with_nothing_half_written() {
    use std::io::{BufRead, BufReader};
    let (sample, plan) = sample();
    sample.write("build.rs", b"fn main() { std::thread::sleep(std::time::Duration::from_secs(4)); }\n");
    let before = sample.tree();
    let temporary = tempfile::tempdir().unwrap();
    let mut child = program(&sample.root, &["apply", "--approve", &plan.digest, "--format", "json"])
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    while !told.next().unwrap().unwrap().contains("build scripts") {}
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), &error["error"]["id"]), (130, &Value::from("interrupted")));
    assert_eq!(sample.tree(), before);
    let left = fs::read_dir(temporary.path()).unwrap().flatten();
    let names = left.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| name.starts_with("cello-")).collect();
    assert!(left.is_empty(), "the copy is gone: {left:?}");
}
