//! What `apply` and `undo` do to a project, and above all what they don't.

#[path = "apply/binding.rs"]
mod binding;
#[path = "apply/compiling.rs"]
mod compiling;
#[path = "apply/git.rs"]
mod git;
mod hand;
#[path = "apply/stops.rs"]
mod stops;

use std::cell::Cell;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use cello_scaffold::apply::{
    self, Allow, Applied, ApplyError, Approval, Choice, Folder, Hook, Recovery, Request, Undone,
};
use cello_scaffold::cli::Failure;
use cello_scaffold::plan::{Plan, Status, seal};
use hand::{Part, Place, Sample, bytes, fill, plan};

/// How a test applies: by default approved, without git, without compiling.
struct How<'a> {
    choice: Choice,
    approve: Option<String>,
    allow: Allow,
    dry_run: bool,
    verify: bool,
    test: bool,
    cargo: &'a str,
    hook: Hook<'a>,
}

fn how(plan: &Plan) -> How<'static> {
    How {
        choice: Choice::All,
        approve: Some(plan.digest.clone()),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: false,
        test: false,
        cargo: "cargo",
        hook: &|_| Ok(()),
    }
}

fn run(sample: &Sample, plan: &[u8], how: How) -> Result<Applied, ApplyError> {
    let request = Request {
        root: &sample.root,
        plan,
        choice: how.choice,
        approval: how.approve.map_or(Approval::None, Approval::Digest),
        allow: how.allow,
        dry_run: how.dry_run,
        verify: how.verify,
        test: how.test,
        cargo: how.cargo.into(),
        hook: how.hook,
    };
    apply::apply(request, &mut |_| {})
}

fn apply_all(sample: &Sample, plan: &Plan) -> Result<Applied, ApplyError> {
    run(sample, &bytes(plan), how(plan))
}

fn undo(sample: &Sample) -> Result<Undone, ApplyError> {
    apply::undo(&sample.root, &mut |_| {}, &|_| Ok(()))
}

/// Asserts that a run was refused with this id and exit code, and that the project is as it was.
#[track_caller]
fn refused(sample: &Sample, before: &hand::Tree, result: Result<Applied, ApplyError>, id: &str, exit: i32) {
    let failure = Failure::from(result.expect_err("it has to be refused"));
    let text = failure.text();
    assert_eq!((failure.card().id, failure.exit()), (id, exit), "{text}");
    assert!(!failure.help().is_empty());
    assert_eq!(&sample.tree(), before, "something was written");
}

const MAIN: &str = "fn main() {\n    println!(\"hi\");\n}\n";

/// A project and a plan with a change and a new file in a new folder.
fn usual() -> (Sample, Plan) {
    let sample = Sample::new(&[("Cargo.toml", "[package]\n"), ("src/main.rs", MAIN)]);
    let plan = plan(&sample, &usual_parts());
    (sample, plan)
}

fn usual_parts() -> Vec<Part<'static>> {
    vec![
        Part("module", &[], vec![("src/deep/er/cello.rs", Place::New, "pub fn hello() {}\n")]),
        Part("declare", &["module"], vec![("src/main.rs", Place::After("fn main() {\n"), "    // new\n")]),
        Part("greet", &["declare"], vec![("src/main.rs", Place::Instead("\"hi\""), "\"hello\"")]),
    ]
}

#[test]
fn only_the_edits_change_a_byte() {
    let sample = Sample::new(&[("src/crlf.rs", "\u{feff}// é\r\nfn a() {}\r\n// end")]);
    sample.write("latin.txt", b"caf\xe9 = {}\nx");
    #[cfg(unix)]
    fs::set_permissions(sample.path("latin.txt"), std::os::unix::fs::PermissionsExt::from_mode(0o751))
        .unwrap();
    let before = sample.tree();
    let plan = plan(
        &sample,
        &[
            Part("one", &[], vec![("src/crlf.rs", Place::Instead("fn a() {}"), "fn b() {}\r\nfn c() {}")]),
            Part("two", &[], vec![("src/crlf.rs", Place::After("// end"), "!")]),
            Part("three", &[], vec![("latin.txt", Place::Instead("{}"), "{ a: 1 }")]),
        ],
    );
    apply_all(&sample, &plan).unwrap();
    let after = sample.tree();
    let crlf = "\u{feff}// é\r\nfn b() {}\r\nfn c() {}\r\n// end!";
    assert_eq!(after["src/crlf.rs"].0, crlf.as_bytes());
    assert_eq!(after["latin.txt"].0, b"caf\xe9 = { a: 1 }\nx");
    assert_eq!(after["latin.txt"].1, before["latin.txt"].1, "the mode stays");
    assert_eq!(after.len(), before.len(), "nothing is left beside the files");
    undo(&sample).unwrap();
    assert_eq!(sample.tree(), before);
}

#[test]
fn undo_removes_created_files_and_folders_but_not_what_others_put_there() {
    let (sample, plan) = usual();
    let before = sample.tree();
    let applied = apply_all(&sample, &plan).unwrap();
    assert_eq!(applied.steps, ["module", "declare", "greet"]);
    assert_eq!(sample.read("src/deep/er/cello.rs"), b"pub fn hello() {}\n");
    let undone = undo(&sample).unwrap();
    assert_eq!((undone.left, undone.already), (0, false));
    assert_eq!(sample.tree(), before);

    apply_all(&sample, &plan).unwrap();
    sample.write("src/deep/mine.rs", b"");
    undo(&sample).unwrap();
    assert!(sample.path("src/deep/mine.rs").exists());
    assert!(!sample.path("src/deep/er").exists());
    assert!(matches!(undo(&sample), Err(ApplyError::NothingApplied)));
}

#[test]
fn applied_plans_are_a_stack() {
    let (sample, first) = usual();
    let zero = sample.tree();
    apply_all(&sample, &first).unwrap();
    let one = sample.tree();
    let second = plan(
        &sample,
        &[Part("more", &[], vec![("src/main.rs", Place::After("// new\n"), "    // newer\n")])],
    );
    apply_all(&sample, &second).unwrap();
    assert_eq!(undo(&sample).unwrap().left, 1);
    assert_eq!(sample.tree(), one);
    assert_eq!(undo(&sample).unwrap().left, 0);
    assert_eq!(sample.tree(), zero);
}

#[test]
fn undo_notices_when_there_is_nothing_to_do() {
    let (sample, plan) = usual();
    let before = sample.tree();
    apply_all(&sample, &plan).unwrap();
    sample.write("src/main.rs", MAIN.as_bytes());
    fs::remove_dir_all(sample.path("src/deep")).unwrap();
    assert!(undo(&sample).unwrap().already);
    assert_eq!(sample.tree(), before);
    // The same plan, taken back by other means, is applied again and stands once in the stack.
    apply_all(&sample, &plan).unwrap();
    sample.write("src/main.rs", MAIN.as_bytes());
    fs::remove_dir_all(sample.path("src/deep")).unwrap();
    apply_all(&sample, &plan).unwrap();
    assert_eq!(undo(&sample).unwrap().left, 0);
}

#[test]
fn only_one_works_in_a_project_at_a_time() {
    let (sample, plan) = usual();
    let before = sample.tree();
    let held = Folder::open(&sample.root).unwrap();
    refused(&sample, &before, apply_all(&sample, &plan), "locked", 4);
    assert!(matches!(undo(&sample), Err(ApplyError::Locked)));
    drop(held);
    apply_all(&sample, &plan).unwrap();
}
