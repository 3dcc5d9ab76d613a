//! What `undo` takes back where files were edited since, and which steps go alone.
#![expect(clippy::disallowed_methods, reason = "the environment says which case is run")]

#[path = "undo/any.rs"]
mod any;
mod golden;
mod hand;
mod seeded;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use cello_scaffold::apply::{self, Allow, ApplyError, Approval, Back, Choice, Folder, Hook, Request, Undone};
use cello_scaffold::cli::Failure;
use cello_scaffold::plan::{Plan, Status};
use golden::{Copy, cases};
use hand::{Part, Place, Sample, bytes, plan};
use seeded::Seeded;

const MAIN: &str =
    "use std::fmt;\n\nfn main() {\n    println!(\"hi\");\n}\n\nfn other() {\n    println!(\"ho\");\n}\n";

/// A module, its declaration, and two lines that stand on both.
fn usual() -> (Sample, Plan) {
    let sample = Sample::new(&[("Cargo.toml", "[package]\n"), ("src/main.rs", MAIN)]);
    let parts = [
        Part("module", &[], vec![("src/deep/cello.rs", Place::New, "pub fn hello() {}\n")]),
        Part("declare", &["module"], vec![("src/main.rs", Place::After("use std::fmt;\n"), "mod cello;\n")]),
        Part(
            "greet",
            &["declare"],
            vec![("src/main.rs", Place::After("fn main() {"), "\n    cello::hello(1);")],
        ),
        Part(
            "other",
            &["declare"],
            vec![("src/main.rs", Place::Instead("println!(\"ho\")"), "println!(\"ho\"), cello::hello(2)")],
        ),
    ];
    let plan = plan(&sample, &parts);
    apply_part(&sample, &plan, Choice::All).unwrap();
    (sample, plan)
}

fn apply_part(sample: &Sample, plan: &Plan, choice: Choice) -> Result<apply::Applied, ApplyError> {
    let part = apply::chosen(plan, &choice, &sample.root)?;
    let request = Request {
        root: &sample.root,
        plan: &bytes(plan),
        choice,
        approval: Approval::Digest(part.digest),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: false,
        test: false,
        cargo: "no-cargo-here".into(),
        hook: &|_| Ok(()),
    };
    apply::apply(request, &mut |_| {})
}

fn undo(sample: &Sample) -> Result<Undone, ApplyError> {
    undo_only(sample, &[], &|_| Ok(()))
}

fn undo_only(sample: &Sample, only: &[&str], hook: Hook) -> Result<Undone, ApplyError> {
    let only: Vec<String> = only.iter().map(ToString::to_string).collect();
    apply::take_back(&Back { root: &sample.root, only: &only, dry_run: false, hook }, &mut |_| {})
}

/// Changes a text that occurs once in the main file.
#[track_caller]
fn edit(sample: &Sample, from: &str, to: &str) {
    let text = String::from_utf8(sample.read("src/main.rs")).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    sample.write("src/main.rs", text.replace(from, to).as_bytes());
}

fn main(sample: &Sample) -> String {
    String::from_utf8(sample.read("src/main.rs")).unwrap()
}

fn kept(undone: &Undone) -> Vec<&str> {
    undone.kept.iter().map(|kept| kept.step.as_str()).collect()
}

#[test]
fn edits_beside_its_own_stay() {
    for (from, to) in [
        ("fn main() {\n", "/// Mine.\npub fn main() {\n"),
        ("    println!(\"hi\");\n", "    mine();\n\n    println!(\"hi\");\n"),
        ("use std::fmt;\n", ""),
        ("    println!(\"hi\");\n", ""),
        ("use std::fmt;\n", "// a\n// b\n\nuse std::fmt;\n"),
        ("fn other() {\n", "fn others() {\n    // more\n"),
    ] {
        let (sample, _) = usual();
        edit(&sample, from, to);
        let undone = undo(&sample).unwrap();
        assert_eq!((undone.outcome.as_str(), undone.left), ("undone", 0), "{from}: {:?}", undone.kept);
        assert_eq!(main(&sample), MAIN.replace(from, to));
        assert!(!sample.path("src/deep").exists());
    }
}

#[test]
fn what_was_edited_itself_is_named_and_keeps_what_it_needs() {
    let (sample, _) = usual();
    edit(&sample, "hello(1)", "hello(3)");
    let undone = undo(&sample).unwrap();
    assert_eq!((undone.outcome.as_str(), undone.left, undone.already), ("partly", 1, false));
    assert_eq!(undone.steps, ["other"]);
    assert_eq!(kept(&undone), ["greet", "declare", "module"]);
    let kept = &undone.kept[0];
    assert_eq!((kept.file.as_deref(), kept.text.as_str()), (Some("src/main.rs"), "    cello::hello(1);"));
    assert!(undone.kept[1].reason.contains("`greet`"));
    let with = MAIN.replace("fn main() {\n", "fn main() {\n    cello::hello(3);\n");
    assert_eq!(main(&sample), with.replace("fmt;\n", "fmt;\nmod cello;\n"));
    // Nothing more goes, until a person takes it out.
    let failure = Failure::from(undo(&sample).unwrap_err());
    assert_eq!((failure.card().id, failure.exit()), ("changed-since", 4));
    assert!(failure.text().contains("src/main.rs: what was put there was edited"), "{}", failure.text());
    edit(&sample, "    cello::hello(3);\n", "");
    let undone = undo(&sample).unwrap();
    assert_eq!((undone.outcome.as_str(), undone.left), ("undone", 0));
    assert_eq!(main(&sample), MAIN);
    assert!(!sample.path("src/deep").exists());
}

#[test]
fn a_created_file_goes_only_as_it_was_made() {
    let (sample, _) = usual();
    sample.write("src/deep/cello.rs", b"pub fn hello(_: u8) {}\n");
    let undone = undo(&sample).unwrap();
    assert_eq!(kept(&undone), ["module"]);
    assert_eq!(undone.kept[0].file.as_deref(), Some("src/deep/cello.rs"));
    assert_eq!(main(&sample), MAIN);
    assert!(sample.path("src/deep/cello.rs").exists());
    std::fs::remove_file(sample.path("src/deep/cello.rs")).unwrap();
    let undone = undo(&sample).unwrap();
    assert!(undone.already && undone.left == 0);
    assert!(!sample.path("src/deep").exists());
}

#[test]
fn what_was_taken_out_by_hand_is_gone() {
    let (sample, _) = usual();
    edit(&sample, "\n    cello::hello(1);", "");
    edit(&sample, "println!(\"ho\"), cello::hello(2)", "println!(\"ho\")");
    edit(&sample, "fn other", "/// Mine.\nfn other");
    let undone = undo(&sample).unwrap();
    assert_eq!((undone.outcome.as_str(), undone.left), ("undone", 0), "{:?}", undone.kept);
    assert_eq!(main(&sample), MAIN.replace("fn other", "/// Mine.\nfn other"));
}

#[test]
fn never_in_another_place() {
    // The same text elsewhere, with surroundings of its own.
    let (sample, _) = usual();
    edit(&sample, "    cello::hello(1);\n", "");
    edit(&sample, "fn main() {\n", "fn main() {\n    mine();\n");
    let elsewhere =
        "\nmod tests {\n    fn a() {\n        b();\n    cello::hello(1);\n        c();\n    }\n}\n";
    let text = main(&sample) + elsewhere;
    sample.write("src/main.rs", text.as_bytes());
    let undone = undo(&sample).unwrap();
    assert_eq!(kept(&undone), ["greet", "declare", "module"]);
    assert!(main(&sample).ends_with(elsewhere));
    // Twice, and nothing tells which is whose.
    let (sample, _) = usual();
    let text = main(&sample);
    sample.write("src/main.rs", (text.clone() + &text).as_bytes());
    let before = sample.tree();
    let result = undo(&sample);
    assert!(matches!(result, Err(ApplyError::ChangedSince { .. })), "{result:?}");
    assert_eq!(sample.tree(), before);
}

#[test]
fn a_file_that_went_is_named() {
    let (sample, _) = usual();
    std::fs::rename(sample.path("src/main.rs"), sample.path("src/moved.rs")).unwrap();
    let before = sample.tree();
    let failure = Failure::from(undo(&sample).unwrap_err());
    assert!(failure.text().contains("moved or removed"), "{}", failure.text());
    assert_eq!(sample.tree(), before);
}

#[test]
fn steps_go_alone_if_nothing_stands_on_them() {
    let (sample, _) = usual();
    let whole = sample.tree();
    let refused = |only: &[&str], id: &str, exit: i32| {
        let failure = Failure::from(undo_only(&sample, only, &|_| Ok(())).unwrap_err());
        assert_eq!((failure.card().id, failure.exit()), (id, exit), "{}", failure.text());
        assert_eq!(sample.tree(), whole);
        failure.text()
    };
    let text = refused(&["module"], "stood-on", 4);
    assert!(text.contains("declare on module; greet on declare; other on declare"), "{text}");
    assert!(text.contains("--only …,declare,greet,other"), "{text}");
    refused(&["declare", "greet"], "stood-on", 4);
    refused(&["greet", "nonsense"], "unknown-step", 2);
    let undone = undo_only(&sample, &["greet"], &|_| Ok(())).unwrap();
    assert_eq!((undone.steps.len(), undone.left), (1, 1));
    assert_eq!(main(&sample), main_with(false, true));
    refused_now(&sample, "greet", "unknown-step");
    undo_only(&sample, &["other", "declare"], &|_| Ok(())).unwrap();
    assert_eq!(main(&sample), MAIN);
    assert!(sample.path("src/deep/cello.rs").exists());
    let undone = undo(&sample).unwrap();
    assert_eq!((undone.steps, undone.left), (vec!["module".to_string()], 0));
    assert!(!sample.path("src/deep").exists());
}

#[track_caller]
fn refused_now(sample: &Sample, step: &str, id: &str) {
    let failure = Failure::from(undo_only(sample, &[step], &|_| Ok(())).unwrap_err());
    assert_eq!(failure.card().id, id);
}

fn main_with(greet: bool, other: bool) -> String {
    let mut text = MAIN.replace("fmt;\n", "fmt;\nmod cello;\n");
    if greet {
        text = text.replace("fn main() {\n", "fn main() {\n    cello::hello(1);\n");
    }
    if other {
        text = text.replace("(\"ho\")", "(\"ho\"), cello::hello(2)");
    }
    text
}

#[test]
fn a_step_goes_alone_from_an_edited_file_and_the_rest_can_follow() {
    let (sample, _) = usual();
    edit(&sample, "fn other() {\n", "/// Mine.\nfn other() {\n");
    undo_only(&sample, &["greet"], &|_| Ok(())).unwrap();
    let mine = |text: &str| text.replace("fn other() {\n", "/// Mine.\nfn other() {\n");
    assert_eq!(main(&sample), mine(&main_with(false, true)));
    undo(&sample).unwrap();
    assert_eq!(main(&sample), mine(MAIN));
}

#[test]
fn steps_of_an_earlier_plan_wait_for_those_of_a_later_one() {
    let (sample, _) = usual();
    let later = plan(
        &sample,
        &[Part("later", &["greet"], vec![("src/main.rs", Place::After("hello(1);\n"), "    later();\n")])],
    );
    // What a plan finds done is in it without edits.
    let mut later = later;
    later.steps.push(hand::step("greet", &[], Vec::new()));
    later.steps[1].status = Status::Done;
    later.summary.done = 1;
    cello_scaffold::plan::seal(&mut later);
    apply_part(&sample, &later, Choice::All).unwrap();
    refused_now(&sample, "greet", "stood-on");
    let both = undo_only(&sample, &["later", "greet"], &|_| Ok(())).unwrap_err();
    assert_eq!(Failure::from(both).card().id, "two-plans");
    // The earlier plan's own step goes from under the later plan's changes.
    let undone = undo_only(&sample, &["other"], &|_| Ok(())).unwrap();
    assert_eq!(undone.left, 2);
    assert_eq!(undo(&sample).unwrap().steps, ["later"]);
    assert_eq!(main(&sample), main_with(true, false));
    undo(&sample).unwrap();
    assert_eq!(main(&sample), MAIN);
}

#[test]
fn a_dry_run_says_it_and_writes_nothing() {
    let (sample, _) = usual();
    let before = sample.tree();
    let only = ["greet".to_string()];
    let back = Back { root: &sample.root, only: &only, dry_run: true, hook: &|_| Ok(()) };
    let undone = apply::take_back(&back, &mut |_| {}).unwrap();
    assert_eq!((undone.outcome.as_str(), undone.left), ("dry-run", 1));
    assert_eq!(undone.files, ["src/main.rs"]);
    assert_eq!(sample.tree(), before);
    assert_eq!(undo(&sample).unwrap().steps.len(), 4);
}

#[test]
fn a_stop_at_any_step_of_a_partial_undo_is_repaired() {
    let (mut old, mut new) = (0, 0);
    for crash in [true, false] {
        for nth in 0.. {
            let (sample, _) = usual();
            let count = Cell::new(0);
            let hook = |_: &str| {
                count.set(count.get() + 1);
                if count.get() <= nth {
                    return Ok(());
                }
                if crash {
                    resume_unwind(Box::new(()));
                }
                Err(io::Error::other("no space left on device"))
            };
            let work = || undo_only(&sample, &["greet", "other"], &hook);
            let finished = matches!(catch_unwind(AssertUnwindSafe(work)), Ok(Ok(_)));
            apply::recover(&Folder::open(&sample.root).unwrap()).unwrap();
            match main(&sample) {
                text if text == main_with(true, true) => old += 1,
                text => {
                    assert_eq!(text, main_with(false, false), "torn after {nth} steps");
                    new += 1;
                }
            }
            // Whatever the state, the record goes with it.
            undo(&sample).unwrap();
            assert_eq!(main(&sample), MAIN, "after {nth} steps");
            if finished {
                break;
            }
        }
    }
    assert!(old > 10 && new > 4, "{old} old, {new} new");
}

#[test]
fn a_migration_that_may_have_run_is_reverted_first() {
    let mut seen = 0;
    for case in cases() {
        let copy = case.copy();
        let plan = copy.plan();
        copy.apply(&plan);
        let migration = plan.steps.iter().find(|step| step.id == "migration" && !step.edits.is_empty());
        let Some(migration) = migration else { continue };
        let undone = undo(&copy.sample).unwrap();
        assert_eq!(undone.first.len(), 1, "{}", case.name);
        let (first, file) = (&undone.first[0], &migration.edits[0].file);
        let name = file.rsplit('/').next().unwrap();
        let version: u64 = name.split('_').next().unwrap().parse().unwrap();
        assert!(first.file == *file && first.text.contains(file.as_str()));
        assert!(first.text.contains("DROP TABLE IF EXISTS cello_signups;"), "{}", first.text);
        let forget = format!("DELETE FROM _sqlx_migrations WHERE version = {version};");
        assert!(first.text.contains(&forget), "{}", first.text);
        let revertible = first.text.contains("`sqlx migrate revert`");
        assert_eq!(revertible, file.ends_with(".up.sql"), "{}", first.text);
        seen += 1;
    }
    assert!(seen > 2 || std::env::var_os("CASE").is_some());
}
