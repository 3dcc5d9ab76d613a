//! What people, agents and CI rely on and no other test holds: options, words, places, order, and what is kept where.
//!
//! Exit codes are in `cli.rs` and `bad_input.rs`, fields in `agent.rs`, digests in `schemas.py`, the binding of a plan in
//! `apply/` and `hostile.rs`, undo in `undo/`, the tools in `mcp.rs`, the catalogue of errors beside the command line.

#![expect(clippy::disallowed_methods, reason = "a test runs itself again, told by the environment")]

mod hand;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::cli::Cli;
use clap::CommandFactory;
use hand::Sample;
use serde_json::{Value, json};

const SAMPLES: [&str; 4] = [
    "tests/apps/pagewatch",
    "tests/cases/parcels/project",
    "tests/cases/bookclub/project",
    "tests/apps/inkwell",
];

fn program(sample: &Sample, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    command.current_dir(&sample.root).args(arguments).stdin(Stdio::null());
    command
}

/// Exit code and answer.
fn ask(sample: &Sample, arguments: &[&str]) -> (i32, Value) {
    let output = program(sample, arguments).args(["--format", "json"]).output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).expect("JSON alone"))
}

#[test]
fn each_command_takes_what_was_promised() {
    const PROMISED: [(&str, &str); 11] = [
        ("survey", "project"),
        ("plan", "project set answers attest package check out stdout"),
        ("show", "plan only"),
        ("diff", "old new"),
        ("apply", "plan approve only skip test dry-run no-verify allow-dirty allow-staged allow-no-vcs"),
        ("undo", "project only"),
        ("tick", "step"),
        ("doctor", "project live cello stripe fix baseline"),
        ("explain", "id"),
        ("demo", ""),
        ("schema", "kind"),
    ];
    let cli = Cli::command();
    for (name, options) in PROMISED {
        let command = cli.find_subcommand(name).unwrap_or_else(|| panic!("there is no {name}"));
        let known: BTreeSet<String> = command
            .get_arguments()
            .map(|one| one.get_long().map_or_else(|| one.get_id().to_string(), str::to_string))
            .collect();
        let lost: Vec<&str> =
            options.split(' ').filter(|one| !one.is_empty() && !known.contains(*one)).collect();
        assert!(lost.is_empty(), "{name} lacks {lost:?}");
        let format = command.get_arguments().find(|one| one.get_long() == Some("format")).expect(name);
        let formats: BTreeSet<String> =
            format.get_possible_values().iter().map(|value| value.get_name().to_string()).collect();
        let more: &[&str] = match name {
            "plan" | "show" => &["markdown", "html", "diff"],
            "doctor" => &["sarif", "markdown"],
            _ => &[],
        };
        for wanted in ["human", "json"].iter().chain(more) {
            assert!(formats.contains(*wanted), "{name} has no {wanted}");
        }
    }
    // Elsewhere it is about one thing, named beside it: an endpoint at Stripe, a trial in a running application.
    let writes = ["plan", "apply", "undo"];
    for command in cli.get_subcommands().filter(|command| writes.contains(&command.get_name())) {
        for flag in ["yes", "force", "assume-yes"] {
            let there = command.get_arguments().any(|one| one.get_long() == Some(flag));
            assert!(!there, "{}: a yes to everything does not exist", command.get_name());
        }
    }
}

/// Words of fields that are plain text in the schema; what a survey has is among them.
const WORDS: [(&str, &str); 7] = [
    ("object", "customer checkout-session subscription payment-intent setup-intent payment-link"),
    ("call", "create update search"),
    ("client", "async-stripe-0 async-stripe-1 form json query wrapper"),
    ("customer", "explicit implicit guest"),
    ("account", "own connected"),
    ("audience", "public signed-in both admin email unknown"),
    ("via", "scope store thread none"),
];

#[test]
fn words_are_those_that_were_promised() {
    let plan =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    for (name, words) in [
        ("Outcome", "ready decide nothing-to-do"),
        ("SiteKind", "signup stripe page csp"),
        ("Verdict", "edit covered not-applicable undecided by-hand"),
        ("Accepts", "option expression path text"),
        ("Component", "referral-widget attribution signup-tracking purchase-tracking setup"),
        ("Status", "ready decide by-hand done not-applicable"),
        ("How", "static compile running portal"),
    ] {
        let known: Vec<&str> = match plan["$defs"][name]["enum"].as_array() {
            Some(words) => words.iter().filter_map(Value::as_str).collect(),
            None => plan["$defs"][name]["oneOf"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["const"].as_str())
                .collect(),
        };
        assert_eq!(known, words.split(' ').collect::<Vec<_>>(), "{name}");
    }
    for folder in SAMPLES {
        let (_, survey) = ask(&Sample::of(folder), &["survey"]);
        let calls =
            survey["apps"].as_array().unwrap().iter().flat_map(|app| app["stripe"].as_array().unwrap());
        let users = calls.clone().map(|call| &call["user"]);
        for object in calls.chain(users).chain(survey["pages"].as_array().unwrap()) {
            for (field, words) in WORDS {
                let word = object[field].as_str();
                assert!(
                    word.is_none_or(|word| words.split(' ').any(|one| one == word)),
                    "{folder}: {object}"
                );
            }
            let state = object.pointer("/metadata/state").and_then(Value::as_str);
            assert!(state.is_none_or(|state| ["absent", "present", "cello"].contains(&state)), "{object}");
        }
    }
}

/// Everything that has a place, wherever it is.
fn places<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if value.get("bytes").is_some() && value.get("line").is_some() {
        found.push(value);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| places(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| places(field, found)),
        _ => {}
    }
}

#[test]
fn places_lead_to_what_they_quote_and_lists_are_in_order() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, survey) = ask(&sample, &["survey"]);
        let mut found = Vec::new();
        places(&survey, &mut found);
        assert!(found.len() > 5, "{folder}: {}", found.len());
        for at in found {
            let bytes = sample.read(at["file"].as_str().expect("a path from the root"));
            let [start, end] =
                [0, 1].map(|side| usize::try_from(at["bytes"][side].as_u64().unwrap()).unwrap());
            let before = std::str::from_utf8(&bytes[..start]).unwrap();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!((&at["line"], &at["column"]), (&json!(line), &json!(column)), "{folder}: {at}");
            let quoted = std::str::from_utf8(&bytes[start..end]).unwrap();
            let first = quoted.lines().next().unwrap_or_default().trim();
            let text = at["text"].as_str().unwrap();
            assert!(text.contains('…') || first.starts_with(text.trim()), "{folder}: `{first}` in {at}");
        }
        let app_lists = survey["apps"].as_array().unwrap().iter().flat_map(|app| {
            ["routers", "identity", "signups", "stripe", "existing"].map(|list| (list, &app[list]))
        });
        let top_lists = ["pages", "csp"].map(|list| (list, &survey[list]));
        for (name, list) in app_lists.chain(top_lists) {
            let order: Vec<(&str, u64)> = list
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["at"]["file"].as_str().unwrap(), one["at"]["bytes"][0].as_u64().unwrap()))
                .collect();
            assert!(order.is_sorted(), "{folder}: {name} {order:?}");
        }
    }
}

/// Ids of all candidates of a survey.
fn ids(survey: &Value) -> Vec<String> {
    let apps = survey["apps"].as_array().unwrap().iter();
    let in_apps = apps.flat_map(|app| ["routers", "identity", "signups", "stripe"].map(|list| &app[list]));
    let lists = in_apps.chain([&survey["pages"]]).flat_map(|list| list.as_array().unwrap());
    lists.map(|one| one["id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn ids_are_unique_and_outlive_unrelated_edits() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, survey) = ask(&sample, &["survey"]);
        let before = ids(&survey);
        // Two packages may know their user by the same type; a site is one package's.
        let sites: Vec<&String> =
            before.iter().filter(|id| !id.starts_with("identity:") && !id.starts_with("router:")).collect();
        assert_eq!(sites.iter().collect::<BTreeSet<_>>().len(), sites.len(), "{folder}: {before:?}");
        assert!(before.iter().all(|id| id.contains(':')), "{before:?}");
        for (path, (bytes, _)) in sample.tree() {
            if path.ends_with(".rs") && !bytes.starts_with(b"#!") && !bytes.starts_with(b"//!") {
                sample.write(&path, &[b"// a remark\n\n\n".to_vec(), bytes].concat());
            }
        }
        let (_, survey) = ask(&sample, &["survey"]);
        assert_eq!(ids(&survey), before, "{folder}");
    }
}

#[test]
fn edits_are_disjoint_and_every_name_in_a_plan_is_there() {
    for folder in SAMPLES {
        let sample = Sample::of(folder);
        let (_, plan) = ask(&sample, &["plan", "--stdout"]);
        let steps = plan["steps"].as_array().unwrap();
        let named = |list: &str| -> BTreeSet<&str> {
            plan[list].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect()
        };
        let (step_ids, decision_ids) = (named("steps"), named("decisions"));
        assert_eq!(step_ids.len(), steps.len(), "{folder}: an id is used twice");
        let mut ranges: BTreeMap<&str, Vec<[u64; 2]>> = BTreeMap::new();
        for step in steps {
            let all = |field: &str| step[field].as_array().unwrap().iter().map(|one| one.as_str().unwrap());
            assert!(all("after").all(|id| step_ids.contains(id)), "{folder}: {}", step["after"]);
            assert!(all("needs").all(|id| decision_ids.contains(id)), "{folder}: {}", step["needs"]);
            for edit in step["edits"].as_array().unwrap() {
                let at = [0, 1].map(|side| edit["at"][side].as_u64().unwrap());
                ranges.entry(edit["file"].as_str().unwrap()).or_default().push(at);
            }
        }
        for account in plan["accounting"].as_array().unwrap() {
            assert!(account["step"].as_str().is_none_or(|step| step_ids.contains(step)), "{account}");
        }
        for (file, mut ranges) in ranges {
            // Stable, so that insertions at one place stay in the order of the steps.
            ranges.sort_by_key(|at| at[0]);
            assert!(ranges.windows(2).all(|pair| pair[0][1] <= pair[1][0]), "{folder}: {file} {ranges:?}");
        }
    }
}

#[test]
fn an_answer_holds_only_while_its_option_exists() {
    let sample = Sample::of("tests/cases/parcels/project");
    let (code, plan) = ask(&sample, &["plan"]);
    let asked = &plan["decisions"][0];
    let (id, value) = (asked["id"].as_str().unwrap(), asked["options"][0]["value"].as_str().unwrap());
    assert_eq!((code, &asked["answer"]), (3, &Value::Null));
    ask(&sample, &["plan", "--attest", "Ada Example", "--set", &format!("{id}={value}")]);
    let answer = |sample: &Sample| {
        let (code, plan) = ask(sample, &["plan"]);
        let decisions = plan["decisions"].as_array().unwrap();
        (code, decisions.iter().find(|one| one["id"] == id).unwrap()["answer"].clone())
    };
    assert_eq!(answer(&sample).1, value);
    let saved = String::from_utf8(sample.read(".cello/answers.json")).unwrap();
    assert!(saved.contains(value));
    sample.write(".cello/answers.json", saved.replace(value, "no-such-option").as_bytes());
    assert_eq!(answer(&sample), (3, Value::Null));
}

#[test]
fn what_was_compiled_before_is_not_trusted() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let (_, plan) = ask(&sample, &["plan"]);
    let digest = plan["digest"].as_str().unwrap();
    let forged = json!({ "digest": digest, "proof": { "command": "cargo check", "targets": "all" } });
    sample.write(".cello/check.json", forged.to_string().as_bytes());
    let git = Command::new("sh").args(["-c", "command -v git"]).output().unwrap();
    let git = String::from_utf8(git.stdout).unwrap();
    let only_git = Sample::new(&[]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(git.trim(), only_git.path("git")).unwrap();
    let mut apply = program(&sample, &["apply", "--approve", digest]);
    let output = apply.env("PATH", &only_git.root).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("[cargo-missing]"), "it compiles again: {told}");
}

#[cfg(unix)]
#[test]
fn copies_made_while_writing_are_for_their_owner_alone() {
    use std::cell::Cell;
    use std::os::unix::fs::PermissionsExt;
    let sample = Sample::committed(&[("Cargo.toml", "[package]\n"), ("src/main.rs", "fn main() {}\n")]);
    let part = hand::Part("one", &[], vec![("src/main.rs", hand::Place::After("{"), " // one\n")]);
    let plan = hand::plan(&sample, &[part]);
    let seen = Cell::new(0);
    let folder = sample.path(".cello/commit");
    let look = |_: &str| {
        for entry in walkdir::WalkDir::new(&folder).into_iter().flatten() {
            if entry.file_type().is_file() {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", entry.path().display());
                seen.set(seen.get() + 1);
            }
        }
        Ok(())
    };
    let request = cello_scaffold::apply::Request {
        root: &sample.root,
        plan: &hand::bytes(&plan),
        choice: cello_scaffold::apply::Choice::All,
        approval: cello_scaffold::apply::Approval::Digest(plan.digest.clone()),
        allow: cello_scaffold::apply::Allow::default(),
        dry_run: false,
        verify: false,
        test: false,
        cargo: "cargo".into(),
        hook: &look,
    };
    cello_scaffold::apply::apply(request, &mut |_| {}).unwrap();
    assert!(seen.get() > 0, "the journal was looked at");
}

/// This very test, run again as a program that panics.
#[test]
fn a_panic_ends_the_program_with_exit_code_ten() {
    const NAME: &str = "a_panic_ends_the_program_with_exit_code_ten";
    if std::env::var_os("PANIC_HERE").is_some() {
        // Arguments that it can't understand; whatever comes after that is the program's own end.
        assert_eq!(cello_scaffold::cli::run(), 2);
        panic!("out of cheese");
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    let output = again.args(["--exact", NAME, "--nocapture"]).env("PANIC_HERE", "1").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10), "{told}");
    assert!(
        told.contains("[defect]") && told.contains("out of cheese") && told.contains("contract.rs"),
        "{told}"
    );
}

/// `script` gives the program a terminal.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_terminals_that_want_it() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let program = assert_cmd::cargo::cargo_bin("cello-scaffold");
    let line = format!("'{}' plan --stdout", program.display());
    let said = |no_color: Option<&str>| {
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(&sample.root).stdin(Stdio::null());
        command.env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CI");
        command.envs(no_color.map(|value| ("NO_COLOR", value)));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (coloured, plain) = (said(None), said(Some("1")));
    assert!(coloured.contains("\u{1b}[") && coloured.contains("Plan for"), "{coloured}");
    assert!(!plain.contains('\u{1b}') && plain.contains("Plan for"), "{plain}");
}
