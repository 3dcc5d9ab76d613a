//! Two plans side by side: what changed between them, and what of it has to be reviewed again.

mod hand;

use std::path::Path;
use std::process::{Command, Output};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::edit::{Edit, splice, unified};
use cello_scaffold::plan::{Kind, Plan, Status, seal};
use hand::{Part, Place, Sample, bytes, plan};
use serde_json::Value;

const MAIN: &str = "// one\n// two\n// three\n// four\nfn main() {\n    run();\n}\n\nfn other() {}\n";

fn sample() -> Sample {
    Sample::new(&[("Cargo.toml", "[package]\nname = \"tiny\"\n"), ("src/main.rs", MAIN)])
}

/// A plan whose edits have their diffs, as those of the tool have.
fn made(sample: &Sample, parts: &[Part]) -> Plan {
    let mut plan = plan(sample, parts);
    for edit in plan.steps.iter_mut().flat_map(|step| &mut step.edits) {
        let old = std::fs::read_to_string(sample.path(&edit.file)).ok();
        let one = Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() };
        let new = splice(old.as_deref().unwrap_or_default().as_bytes(), &[one]).unwrap();
        edit.diff = unified(&edit.file, old.as_deref(), &String::from_utf8(new).unwrap());
    }
    seal(&mut plan);
    plan
}

fn usual(sample: &Sample, text: &str) -> Plan {
    made(
        sample,
        &[
            Part("module", &[], vec![("src/cello.rs", Place::New, "pub fn hello() {}\n")]),
            Part("call", &["module"], vec![("src/main.rs", Place::After("run();\n"), text)]),
        ],
    )
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("cello-scaffold").unwrap().current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn the_same_plan_twice_has_no_differences() {
    let sample = sample();
    let plan = usual(&sample, "    hello();\n");
    sample.save(&plan);
    sample.write("old.json", &bytes(&plan));
    let output = run(&sample.root, &["diff", "old.json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stdout, b"The plans are the same.\n");
    let output = run(&sample.root, &["diff", "old.json", ".cello/plan.json", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &answer["same"], &answer["unchanged"]),
        (Some(0), &true.into(), &2.into())
    );
    assert_eq!(answer["schema"], "cello-diff/1");
}

#[test]
fn what_moved_need_not_be_reviewed_and_what_changed_has_to() {
    let sample = sample();
    let old = usual(&sample, "    hello();\n");
    sample.write("src/main.rs", format!("// new line\n{MAIN}").as_bytes());
    let moved = usual(&sample, "    hello();\n");
    let comparison = old.compare(&moved);
    assert!(!comparison.same && !comparison.approval_holds);
    assert!(comparison.review.is_empty(), "{comparison:#?}");
    assert_eq!((comparison.steps.len(), comparison.steps[0].change), (1, Kind::Moved));
    assert_eq!(comparison.files.len(), 1);

    let changed = usual(&sample, "    goodbye();\n");
    let comparison = old.compare(&changed);
    assert_eq!(comparison.review, ["call"]);
    assert_eq!(comparison.steps[0].change, Kind::Changed);
    assert!(comparison.steps[0].diffs[0].contains("+    goodbye();"));

    sample.write("old.json", &bytes(&old));
    sample.save(&changed);
    let output = run(&sample.root, &["diff", "old.json"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for words in [
        "To review again: 1 step",
        "changed    call",
        "1 step as before",
        "+    goodbye();",
        "changed in the project",
    ] {
        assert!(told.contains(words), "`{words}` is missing: {told}");
    }
    assert!(!told.contains("pub fn hello"), "what did not change is not shown again");
}

#[test]
fn steps_come_go_change_their_status_and_their_words() {
    let sample = sample();
    let old = usual(&sample, "    hello();\n");
    let mut new = made(
        &sample,
        &[
            Part("module", &[], vec![("src/cello.rs", Place::New, "pub fn hello() {}\n")]),
            Part("page", &[], vec![("src/main.rs", Place::After("// one\n"), "// page\n")]),
        ],
    );
    new.steps[0].reason = "In other words.".into();
    new.summary.attribution = "A".into();
    seal(&mut new);
    let comparison = old.compare(&new);
    let kinds: Vec<(&str, Kind)> =
        comparison.steps.iter().map(|step| (step.id.as_str(), step.change)).collect();
    assert_eq!(kinds, [("module", Kind::Reworded), ("page", Kind::Added), ("call", Kind::Removed)]);
    assert_eq!(comparison.review, ["page"]);
    assert_eq!(comparison.other, ["summary"]);
    assert_eq!(comparison.unchanged, 0);

    let mut done = old.clone();
    done.steps[0].status = Status::Done;
    done.steps[0].edits.clear();
    hand::fill(&sample, &mut done);
    let comparison = old.compare(&done);
    assert_eq!(comparison.review, ["module"]);
    assert_eq!(comparison.steps[0].old_status, Some(Status::Ready));
    assert_eq!(comparison.steps[0].new_status, Some(Status::Done));

    let mut order = old.clone();
    order.steps.swap(0, 1);
    seal(&mut order);
    assert_eq!(old.compare(&order).other, ["order of the steps"]);
}

#[test]
fn a_plan_that_was_edited_is_compared_with_a_warning_and_no_plan_is_not() {
    let sample = sample();
    let plan = usual(&sample, "    hello();\n");
    let text = String::from_utf8(bytes(&plan)).unwrap();
    sample.write("old.json", text.as_bytes());
    sample.write("new.json", text.replace("hello();", "harm();").as_bytes());
    let output = run(&sample.root, &["diff", "old.json", "new.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("was changed after it was made"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("+    harm();"));
    sample.write("none.json", b"{}");
    for (other, code, id) in [
        ("none.json", 4, "plan-schema"),
        ("nowhere.json", 2, "no-plan"),
        ("src", 7, "io"),
        ("/dev/zero", 7, "io"),
    ] {
        let output = run(&sample.root, &["diff", "old.json", other, "--format", "json"]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), answer["error"]["id"].as_str()), (Some(code), Some(id)), "{other}");
    }
}

#[test]
fn a_stale_plan_says_what_differs_and_how_to_go_on() {
    let sample = sample();
    let plan = usual(&sample, "    hello();\n");
    sample.save(&plan);
    let refusal = |text: String| {
        sample.write("src/main.rs", text.as_bytes());
        let arguments = ["apply", "--no-verify", "--allow-no-vcs", "--approve", &plan.digest];
        let output = run(&sample.root, &arguments);
        assert_eq!(output.status.code(), Some(4));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("src/main.rs") && told.contains("step call"), "{told}");
        assert_eq!(told.matches("`cello-scaffold plan`").count(), 1, "one command: {told}");
        told
    };
    let told = refusal(MAIN.replace("run();", "start();"));
    assert!(told.contains("line 6, near what call edits, was `run();` and is `start();`"), "{told}");
    let told = refusal(format!("// more\n{MAIN}"));
    assert!(told.contains("was at line 4 and is at 5"), "{told}");
    let told = refusal(MAIN.replace("// one", "// uno"));
    assert!(told.contains("not near what the steps edit"), "{told}");
    let told = refusal(MAIN.replace("run();", "start(\"sk_live_4eC39HqLyjWDarjtT1zdp7dc\");"));
    assert!(!told.contains("4eC39"), "{told}");
    let told = refusal("fn main() {\n".into());
    assert!(told.contains("is gone"), "{told}");
    // `show` shows it all the same, and one from elsewhere without its project.
    let output = run(&sample.root, &["show", "--format", "diff"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("+    hello();"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("until a new plan is made"));
    let elsewhere = Sample::new(&[]);
    elsewhere.write("foreign.json", &bytes(&plan));
    for format in ["human", "markdown", "diff", "json"] {
        let output = run(&elsewhere.root, &["show", "foreign.json", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("Its project isn't here"));
    }
}
