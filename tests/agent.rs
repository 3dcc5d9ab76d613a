//! A stand-in for an agent: with nothing but the program and its JSON it takes applications from nothing to applied, answers
//! decisions from a file, and takes it all back. Every document on the way holds to its published schema.
#![expect(clippy::disallowed_methods, reason = "the environment says which Python to use")]

mod hand;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use hand::Sample;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

const KINDS: [&str; 13] = [
    "survey", "plan", "apply", "undo", "diff", "doctor", "explain", "handoff", "tick", "webhook", "demo",
    "error", "progress",
];

/// Samples with what an agent meets in them: nothing to decide, something to decide, a workspace.
const SAMPLES: [(&str, &str); 3] = [
    ("pagewatch", "tests/apps/pagewatch"),
    ("parcels", "tests/cases/parcels/project"),
    ("bookclub", "tests/cases/bookclub/project"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program in a folder, without a terminal and with standard input closed; what it answers is kept by its kind.
struct Agent<'a> {
    folder: PathBuf,
    kept: &'a Path,
    name: &'a str,
    asked: usize,
}

impl Agent<'_> {
    /// The exit code and the answer.
    fn ask(&mut self, kind: &str, arguments: &[&str]) -> (i32, Value) {
        let output = Command::cargo_bin("cello-scaffold")
            .unwrap()
            .current_dir(&self.folder)
            .args(arguments)
            .args(["--format", "json", "--progress", "json"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON alone is on standard output");
        let kind = if answer.get("error").is_some() { "error" } else { kind };
        self.asked += 1;
        let document = format!("{kind}-{}-{:02}.json", self.name, self.asked);
        fs_err::write(self.kept.join(document), &output.stdout).unwrap();
        let code = output.status.code().unwrap();
        self.hear(code, &output.stderr);
        (code, answer)
    }

    /// Progress is JSON lines with a beginning and an end; arguments that can't be understood begin nothing.
    fn hear(&self, exit: i32, progress: &[u8]) {
        let lines: Vec<Value> = progress
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).expect("standard error has JSON lines"))
            .collect();
        let Some(last) = lines.last() else {
            assert_eq!(exit, 2);
            return;
        };
        assert_eq!((&last["event"], &last["exit"]), (&json!("ended"), &json!(exit)));
        assert_eq!(lines.iter().filter(|line| line["event"] == "started").count(), 1);
        for (number, line) in lines.iter().enumerate() {
            let document = format!("progress-{}-{:02}-{number}.json", self.name, self.asked);
            fs_err::write(self.kept.join(document), line.to_string()).unwrap();
        }
    }

    /// As above, where only one exit code will do.
    #[track_caller]
    fn must(&mut self, exit: i32, kind: &str, arguments: &[&str]) -> Value {
        let (code, answer) = self.ask(kind, arguments);
        assert_eq!(code, exit, "{arguments:?}: {answer}");
        answer
    }
}

#[track_caller]
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// The whole way, as somebody goes it who knows only the documents.
fn integrate(name: &str, folder: &str, kept: &Path) {
    let sample = Sample::of(folder);
    let before = sample.tree();
    let mut agent = Agent { folder: sample.root.clone(), kept, name, asked: 0 };
    let survey = agent.must(0, "survey", &["survey"]);
    assert!(!list(&survey, "apps").is_empty());
    agent.must(0, "explain", &["explain"]);
    assert_eq!(list(&agent.must(0, "webhook", &["webhook"]), "events").len(), 10);
    agent.must(0, "demo", &["demo"]);

    let own = TempDir::new().unwrap();
    let answers = own.path().join("answers.json");
    let (mut code, mut plan) = agent.ask("plan", &["plan"]);
    let first = own.path().join("first.json");
    fs_err::write(&first, plan.to_string()).unwrap();
    let mut given = Map::new();
    // An answer may raise another question.
    while code == 3 {
        let open: Vec<&Value> =
            list(&plan, "decisions").iter().filter(|decision| decision["answer"].is_null()).collect();
        assert!(!open.is_empty(), "input is needed, and nothing says which");
        for decision in open {
            let value = decision.pointer("/options/0/value").cloned().unwrap_or_else(|| json!("user.id"));
            assert_eq!(given.insert(text(decision, "/id").into(), value), None, "asked twice: {decision}");
        }
        fs_err::write(&answers, json!(given).to_string()).unwrap();
        (code, plan) =
            agent.ask("plan", &["plan", "--answers", answers.to_str().unwrap(), "--attest", "Ada Example"]);
    }
    assert_eq!((code, text(&plan, "/outcome")), (0, "ready"));
    let digest = text(&plan, "/digest").to_string();
    let (code, difference) = agent.ask("diff", &["diff", first.to_str().unwrap()]);
    assert_eq!(code, i32::from(!given.is_empty()), "{difference}");
    assert_eq!(text(&agent.must(0, "plan", &["show"]), "/digest"), digest);

    hand_over(&mut agent, &plan);

    // Not without approval, and not with that of another plan.
    let refused = agent.must(3, "apply", &["apply"]);
    assert!(text(&refused, "/error/help").contains(&digest));
    let other = format!("sha256:{}", "0".repeat(64));
    let refused = agent.must(4, "apply", &["apply", "--approve", &other]);
    assert_eq!(text(&refused, "/error/id"), "wrong-digest");
    assert_eq!(sample.tree(), before);

    let dry = agent.must(0, "apply", &["apply", "--approve", &digest, "--dry-run", "--no-verify"]);
    assert_eq!(text(&dry, "/outcome"), "dry-run");
    assert_eq!(sample.tree(), before);
    let applied = agent.must(0, "apply", &["apply", "--approve", &digest, "--no-verify"]);
    let ready = list(&plan, "steps").iter().filter(|step| step["status"] == "ready").count();
    assert_eq!(list(&applied, "steps").len(), ready);
    for file in list(&applied, "files") {
        assert!(sample.path(text(file, "/path")).is_file());
    }

    let diagnosis = agent.must(0, "doctor", &["doctor"]);
    assert!(!list(&diagnosis, "checklist").is_empty());

    // Again is a no-op, with the answers remembered.
    let again = agent.must(0, "plan", &["plan"]);
    assert_eq!(text(&again, "/outcome"), "nothing-to-do", "{again}");
    let undone = agent.must(0, "undo", &["undo"]);
    assert_eq!(text(&undone, "/outcome"), "undone");
    assert_eq!(sample.tree(), before);
    agent.must(4, "undo", &["undo"]);
    agent.must(2, "error", &["plan", "--set", "no-such-decision=1"]);
    agent.must(2, "error", &["explode"]);
}

/// What is left is in a file of its own; a person's word for it is kept until the work is another.
fn hand_over(agent: &mut Agent, plan: &Value) {
    let path = agent.folder.join(".cello/handoff.json");
    let kept = agent.kept.join(format!("handoff-{}.json", agent.name));
    fs_err::copy(&path, kept).unwrap();
    let read = || serde_json::from_str::<Value>(&fs_err::read_to_string(&path).unwrap()).unwrap();
    let items = read();
    assert_eq!(items["digest"], plan["digest"]);
    let left: Vec<&Value> = list(plan, "steps")
        .iter()
        .filter(|step| step["status"] == "by-hand")
        .map(|step| &step["id"])
        .collect();
    let named: Vec<&Value> = list(&items, "items").iter().map(|item| &item["step"]).collect();
    assert_eq!(named, left);
    for item in list(&items, "items") {
        assert!(!list(item, "work").is_empty(), "{item}");
        assert_eq!(item["ticked"], false);
    }
    let refused = agent.must(3, "tick", &["tick", "stripe-webhook"]);
    assert_eq!(text(&refused, "/error/id"), "attest-needed");
    agent.must(2, "tick", &["tick", "module"]);
    let ticked = agent.must(0, "tick", &["tick", "stripe-webhook", "--attest", "Ada Example"]);
    let by = |answer: &Value| {
        let step = list(answer, "steps").iter().find(|step| step["id"] == "stripe-webhook").unwrap();
        step["by"].clone()
    };
    assert_eq!(by(&ticked), "attested:Ada Example");
    let done = |items: &Value| list(items, "items").iter().filter(|item| item["ticked"] == true).count();
    assert_eq!(done(&read()), 1);
    assert_eq!(by(&agent.must(0, "tick", &["tick", "stripe-webhook", "--off"])), Value::Null);
    assert_eq!(done(&read()), 0);
    let same = agent.must(0, "plan", &["show"]);
    assert_eq!(same["digest"], plan["digest"], "a tick changes no plan");
}

fn schema(kind: &str) -> String {
    let output = Command::cargo_bin("cello-scaffold").unwrap().args(["schema", kind]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn from_nothing_to_applied_with_documents_that_hold_to_their_schemas() {
    let kept = TempDir::new().unwrap();
    for (name, folder) in SAMPLES {
        integrate(name, folder, kept.path());
    }
    for kind in KINDS {
        fs_err::write(kept.path().join(format!("{kind}.schema.json")), schema(kind)).unwrap();
    }
    let given = std::env::var_os("E2E_PYTHON").map(PathBuf::from);
    let python = given.unwrap_or_else(|| root().join(".venv/bin/python"));
    assert!(python.exists(), "{} is missing: run tests/run.sh, which makes it", python.display());
    let output = Command::new(python).arg(root().join("tests/schemas.py")).arg(kept.path()).output().unwrap();
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{trouble}");
    assert!(said.trim().parse::<usize>().unwrap() > 30, "{said}");
}

/// `schemas/` is what other projects copy and compare; that it is what the types make is held where they are.
#[test]
fn the_program_prints_the_published_schemas() {
    for kind in KINDS {
        let published = fs_err::read_to_string(root().join(format!("schemas/{kind}.json"))).unwrap();
        assert_eq!(schema(kind), published, "{kind}");
    }
}

/// The names that were promised: none may go.
#[test]
fn no_promised_field_is_gone() {
    const PROMISED: [(&str, &str, &str); 17] = [
        ("survey", "", "schema tool apps pages csp outside_rust warnings"),
        (
            "survey",
            "App",
            "package manifest edition frameworks routers identity signups stripe store config state existing",
        ),
        ("survey", "At", "file line column bytes text"),
        ("survey", "Router", "id at symbol prefix guard cors rank reason"),
        (
            "survey",
            "Identity",
            "id at kind binding type id_expr id_type email name optional anonymous rank reason",
        ),
        ("survey", "Signup", "id at symbol kind create_site user_id email decoy"),
        ("survey", "StripeCall", "id at object call client params_at metadata customer account user decoy"),
        ("survey", "Page", "id app at kind audience head_end body_end decoy"),
        ("survey", "Csp", "app at kind directives decoy"),
        (
            "plan",
            "",
            "schema tool digest document_sha256 outcome project summary survey accounting decisions files steps",
        ),
        (
            "plan",
            "Summary",
            "attribution frameworks identity ready decide by_hand done not_applicable changed_lines new_lines",
        ),
        ("plan", "Account", "site kind verdict step case reason"),
        ("plan", "Decision", "id prompt why human_only accepts options default answer answered_by"),
        (
            "plan",
            "Step",
            "id title component phase status reason evidence cello_facts needs after edits by_hand acceptance docs",
        ),
        ("plan", "PlannedEdit", "file at text diff"),
        ("plan", "HandWork", "do where text turns_green"),
        ("error", "Told", "id title detail at why help exit"),
    ];
    for (kind, name, fields) in PROMISED {
        let schema: Value = serde_json::from_str(&schema(kind)).unwrap();
        let object = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        for field in fields.split(' ') {
            assert!(object["properties"].get(field).is_some(), "{kind} {name} has no `{field}`");
            let required = list(object, "required");
            assert!(required.contains(&json!(field)), "{kind} {name}: `{field}` may be missing");
        }
    }
}
