//! What `apply` and `undo` do to a project, and above all what they don't.

mod hand;

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
fn a_plan_changed_by_hand_is_refused_wherever_it_was_changed() {
    let (sample, plan) = usual();
    let before = sample.tree();
    let text = String::from_utf8(bytes(&plan)).unwrap();
    for (from, to) in [
        ("// new", "// mew"),
        ("\"after\": \"sha256:", "\"after\": \"sha256:0"),
        ("\"title\": \"greet\"", "\"title\": \"harmless\""),
        ("\"reason\": \"A test needs it.\"", "\"reason\": \"Trust me.\""),
        ("src/main.rs", "src/lib.rs"),
        ("\"status\": \"ready\"", "\"status\": \"done\""),
        ("\"packages\": [", "\"packages\": [\"other\","),
        ("\"outcome\": \"ready\"", "\"outcome\": \"nothing-to-do\""),
        ("\"phase\": 1", "\"phase\": 1, \"extra\": true"),
        ("\"steps\": [", "\"more\": {}, \"steps\": ["),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        refused(&sample, &before, run(&sample, changed.as_bytes(), how(&plan)), "plan-edited", 4);
    }
    for (garbage, id) in [
        ("", "plan-malformed"),
        ("{", "plan-malformed"),
        ("[]", "plan-schema"),
        ("{\"schema\":\"cello-plan/2\"}", "plan-schema"),
        ("{\"schema\":\"terraform\"}", "plan-schema"),
        ("{\"schema\":\"cello-plan/1\"}", "plan-edited"),
    ] {
        refused(&sample, &before, run(&sample, garbage.as_bytes(), how(&plan)), id, 4);
    }
}

/// Applies a plan that was changed and sealed again, as somebody bent on harm would.
#[track_caller]
fn resealed(change: impl Fn(&mut Plan), id: &str) {
    let (sample, mut plan) = usual();
    let before = sample.tree();
    change(&mut plan);
    seal(&mut plan);
    refused(&sample, &before, apply_all(&sample, &plan), id, 4);
}

#[test]
fn a_plan_that_contradicts_itself_is_refused_though_its_hashes_are_right() {
    resealed(|plan| plan.steps[1].edits[0].text.push('!'), "plan-inconsistent");
    resealed(|plan| plan.steps[1].status = Status::ByHand, "plan-inconsistent");
    resealed(|plan| plan.files[0].content = None, "plan-inconsistent");
    resealed(|plan| plan.files[0].content = Some("x".into()), "plan-inconsistent");
    resealed(|plan| plan.files.push(plan.files[1].clone()), "plan-inconsistent");
    resealed(|plan| plan.files.truncate(1), "plan-inconsistent");
    resealed(|plan| plan.steps[1].edits[0].at = [9999, 9999], "plan-inconsistent");
    resealed(|plan| plan.steps[2].edits[0].at = [0, 40], "plan-inconsistent");
    resealed(|plan| plan.steps[2].id = "declare".into(), "plan-inconsistent");
}

#[test]
fn paths_out_of_the_project_are_refused() {
    for path in
        ["../outside.rs", "/tmp/cello-outside.rs", "src/../../x", ".git/hooks/pre-commit", ".cello/x", "a\\b"]
    {
        resealed(
            |plan| {
                plan.files[0].path = path.into();
                plan.steps[0].edits[0].file = path.into();
            },
            "unsafe-path",
        );
    }
}

#[cfg(unix)]
#[test]
fn links_and_things_that_are_no_plain_files_are_refused() {
    use std::os::unix::fs::symlink;
    let elsewhere = Sample::new(&[("main.rs", MAIN)]);
    let swap = |thing: &dyn Fn(&Sample), id: &str, exit: i32| {
        let (sample, plan) = usual();
        fs::rename(sample.path("src"), sample.path("old")).unwrap();
        thing(&sample);
        let before = sample.tree();
        refused(&sample, &before, apply_all(&sample, &plan), id, exit);
    };
    let main = |sample: &Sample| {
        fs::create_dir(sample.path("src")).unwrap();
        sample.path("src/main.rs")
    };
    // The content is right, only the way there isn't.
    swap(&|sample| symlink(&elsewhere.root, sample.path("src")).unwrap(), "unsafe-path", 4);
    swap(&|sample| symlink(sample.path("old"), sample.path("src")).unwrap(), "unsafe-path", 4);
    swap(&|sample| symlink(sample.path("old/main.rs"), main(sample)).unwrap(), "unsafe-path", 4);
    swap(&|sample| fs::hard_link(sample.path("old/main.rs"), main(sample)).unwrap(), "unsafe-path", 4);
    swap(&|sample| fs::create_dir(main(sample)).unwrap(), "unsafe-path", 4);
    swap(
        &|sample| {
            let path = main(sample);
            fs::copy(sample.path("old/main.rs"), &path).unwrap();
            let mut permissions = fs::metadata(&path).unwrap().permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&path, permissions).unwrap();
        },
        "read-only",
        7,
    );
    assert_eq!(elsewhere.read("main.rs"), MAIN.as_bytes());

    let (sample, plan) = usual();
    symlink(&elsewhere.root, sample.path(".cello")).unwrap();
    let before = sample.tree();
    refused(&sample, &before, apply_all(&sample, &plan), "unsafe-path", 4);
    assert_eq!(fs::read_dir(&elsewhere.root).unwrap().count(), 1);
}

/// Between the last look at a file and the write, somebody puts a link where its folder was.
#[cfg(unix)]
#[test]
fn a_folder_swapped_for_a_link_in_the_last_moment_is_not_followed() {
    for name in ["stage a file", "put a file in place"] {
        let elsewhere = Sample::new(&[("main.rs", MAIN)]);
        let (sample, plan) = usual();
        let swapped = Cell::new(false);
        let hook = |step: &str| {
            if step == name && !swapped.replace(true) {
                fs::rename(sample.path("src"), sample.path("old"))?;
                std::os::unix::fs::symlink(&elsewhere.root, sample.path("src"))?;
            }
            Ok(())
        };
        let before = elsewhere.tree();
        let failure =
            Failure::from(run(&sample, &bytes(&plan), How { hook: &hook, ..how(&plan) }).unwrap_err());
        assert!([4, 7].contains(&failure.exit()), "{}", failure.text());
        assert_eq!(elsewhere.tree(), before, "nothing is written through the link");
        // Once the folder is back, what was written before is taken back.
        fs::remove_file(sample.path("src")).unwrap();
        fs::rename(sample.path("old"), sample.path("src")).unwrap();
        let folder = Folder::open(&sample.root).unwrap();
        apply::recover(&folder).unwrap();
        drop(folder);
        let (fresh, _) = usual();
        assert_eq!(sample.tree(), fresh.tree());
    }
}

#[test]
fn a_tree_that_is_not_the_plans_is_refused() {
    let (sample, plan) = usual();
    sample.write("src/main.rs", b"fn main() {}\n");
    let before = sample.tree();
    let result = apply_all(&sample, &plan);
    let text = result.as_ref().unwrap_err().to_string();
    assert!(text.contains("src/main.rs") && text.contains("declare, greet"), "{text}");
    refused(&sample, &before, result, "stale", 4);

    fs::remove_file(sample.path("src/main.rs")).unwrap();
    let before = sample.tree();
    refused(&sample, &before, apply_all(&sample, &plan), "stale", 4);

    for path in ["src/deep/er/cello.rs", "src/deep/er/CELLO.rs", "src/Deep/x.rs", "SRC/Deep/er/cello.rs"] {
        let (sample, plan) = usual();
        sample.write(path, b"mine");
        let before = sample.tree();
        let result = apply_all(&sample, &plan);
        if path.starts_with("SRC") {
            // `src` is there in its right case too.
            assert!(result.is_ok());
        } else {
            refused(&sample, &before, result, "stale", 4);
        }
    }

    let (sample, plan) = usual();
    apply_all(&sample, &plan).unwrap();
    let before = sample.tree();
    refused(&sample, &before, apply_all(&sample, &plan), "stale", 4);
}

#[test]
fn nothing_is_written_without_approval_of_exactly_this_plan() {
    let (sample, plan) = usual();
    let before = sample.tree();
    for (approve, id, exit) in [
        (None, "approval-needed", 3),
        (Some(plan.digest[..30].to_string()), "wrong-digest", 4),
        (Some(plan.document_sha256.clone()), "wrong-digest", 4),
        (Some(String::new()), "wrong-digest", 4),
    ] {
        let how = How { approve, ..how(&plan) };
        refused(&sample, &before, run(&sample, &bytes(&plan), how), id, exit);
    }
    let how = How { dry_run: true, approve: None, ..how(&plan) };
    assert_eq!(run(&sample, &bytes(&plan), how).unwrap().outcome, "dry-run");
    assert_eq!(sample.tree(), before);
    let asked = Cell::new(0);
    for yes in [false, true] {
        let mut ask = |_: &Plan| {
            asked.set(asked.get() + 1);
            yes
        };
        let request = Request {
            root: &sample.root,
            plan: &bytes(&plan),
            choice: Choice::All,
            approval: Approval::Ask(&mut ask),
            allow: Allow { no_vcs: true, ..Allow::default() },
            dry_run: false,
            verify: false,
            test: false,
            cargo: "cargo".into(),
            hook: &|_| Ok(()),
        };
        let result = apply::apply(request, &mut |_| {});
        if yes {
            result.unwrap();
        } else {
            refused(&sample, &before, result, "declined", 3);
        }
    }
    assert_eq!(asked.get(), 2);
}

#[test]
fn a_part_of_a_plan_is_closed_and_has_a_digest_of_its_own() {
    let (sample, plan) = usual();
    let before = sample.tree();
    let only = |ids: &[&str]| Choice::Only(ids.iter().map(ToString::to_string).collect());
    let skip = |id: &str| Choice::Skip(vec![id.into()]);
    let part = |choice: Choice, approve: &Plan| {
        let how = How { choice, ..how(approve) };
        run(&sample, &bytes(&plan), how)
    };
    refused(&sample, &before, part(only(&["greet"]), &plan), "subset-open", 4);
    let text = part(only(&["greet"]), &plan).unwrap_err().to_string();
    assert!(text.ends_with("module, declare"), "{text}");
    refused(&sample, &before, part(skip("module"), &plan), "subset-open", 4);
    refused(&sample, &before, part(only(&["nonsense"]), &plan), "unknown-step", 2);
    refused(&sample, &before, part(skip("nonsense"), &plan), "unknown-step", 2);
    // The whole plan's digest does not approve a part of it.
    refused(&sample, &before, part(skip("greet"), &plan), "wrong-digest", 4);

    let choice = only(&["declare", "module"]);
    let subset = apply::chosen(&plan, &choice, &sample.root).unwrap();
    assert_eq!(subset, apply::chosen(&plan, &skip("greet"), &sample.root).unwrap());
    assert_eq!(subset.subset.as_deref(), Some(&["module".to_string(), "declare".into()][..]));
    assert_eq!(
        (subset.summary.ready, subset.summary.changed_lines.rust, subset.summary.new_lines),
        (2, 1, 1)
    );
    part(choice, &subset).unwrap();
    let text = String::from_utf8(sample.read("src/main.rs")).unwrap();
    assert_eq!(text, MAIN.replace("{\n", "{\n    // new\n"));
    undo(&sample).unwrap();
    assert_eq!(sample.tree(), before);
    // A saved part is a plan like any other.
    apply_all(&sample, &subset).unwrap();
}

#[test]
fn a_step_that_is_done_need_not_be_chosen() {
    let (sample, mut plan) = usual();
    plan.steps[0].status = Status::Done;
    plan.steps[0].edits.clear();
    fill(&sample, &mut plan);
    let choice = Choice::Only(vec!["declare".into()]);
    assert!(apply::chosen(&plan, &choice, &sample.root).is_ok());
}

#[test]
fn git_guards_the_files_of_the_plan_and_mentions_others() {
    let files =
        [("Cargo.toml", "[package]\n"), ("src/main.rs", MAIN), ("a b.txt", "x"), (".gitignore", "*.env\n")];
    let sample = Sample::committed(&files);
    let strict = |plan: &Plan| How { allow: Allow::default(), ..how(plan) };
    // Uncommitted changes elsewhere are not ours to mind.
    sample.write("a b.txt", b"y");
    sample.write("new folder/z", b"");
    let made = plan(&sample, &usual_parts());
    run(&sample, &bytes(&made), strict(&made)).unwrap();
    undo(&sample).unwrap();

    sample.write("src/main.rs", MAIN.replace("hi", "ho").as_bytes());
    let parts =
        || vec![Part("one", &[], vec![("src/main.rs", Place::After("fn main() {\n"), "    // new\n")])];
    let made = plan(&sample, &parts());
    let before = sample.tree();
    refused(&sample, &before, run(&sample, &bytes(&made), strict(&made)), "dirty", 4);
    sample.git(&["add", "src/main.rs"]);
    refused(&sample, &before, run(&sample, &bytes(&made), strict(&made)), "staged", 4);
    let allow = Allow { staged: true, ..Allow::default() };
    run(&sample, &bytes(&made), How { allow, ..how(&made) }).unwrap();
    let text = sample.read("src/main.rs");
    let again =
        plan(&sample, &[Part("two", &[], vec![("src/main.rs", Place::After("// new\n"), "    //\n")])]);
    let allow = Allow { dirty: true, ..Allow::default() };
    let refusal = run(&sample, &bytes(&again), How { allow, ..how(&again) });
    assert!(matches!(refusal, Err(ApplyError::Staged { .. })), "each guard has its own switch");
    assert_eq!(sample.read("src/main.rs"), text);

    let (sample, plan) = usual();
    let before = sample.tree();
    refused(&sample, &before, run(&sample, &bytes(&plan), strict(&plan)), "no-vcs", 4);
}

#[test]
fn git_is_understood_in_worktrees_subfolders_and_ignored_files() {
    let files =
        [("app/Cargo.toml", "[package]\n"), ("app/src/main.rs", MAIN), (".gitignore", "*.env\n/ignored\n")];
    let outer = Sample::committed(&files);
    outer.git(&["worktree", "add", "-q", "--detach", "tree"]);
    let remarks = |root: &str, path: &str| {
        let change = apply::Change { path: path.into(), before: Some(Vec::new()), after: Some(Vec::new()) };
        apply::guard(&outer.path(root), &[change], Allow::default())
    };
    assert!(remarks("tree/app", "src/main.rs").unwrap().is_empty());
    outer.write("tree/app/src/main.rs", b"");
    assert!(matches!(remarks("tree/app", "src/main.rs"), Err(ApplyError::Dirty { .. })));
    assert_eq!(remarks("app", "src/main.rs").unwrap().len(), 1, "the worktree is another path");
    outer.write("app/x.env", b"");
    assert!(remarks("app", "x.env").unwrap()[1].contains("x.env"), "git does not keep it");
    outer.write("ignored/Cargo.toml", b"");
    assert!(matches!(remarks("ignored", "Cargo.toml"), Err(ApplyError::NoVcs)));
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

/// Runs with a hook that fails at the nth durable step: with an error, or by a panic that no code cleans up after.
fn failing<T>(
    nth: usize,
    crash: bool,
    work: impl FnOnce(Hook) -> Result<T, ApplyError>,
) -> Option<Result<T, ApplyError>> {
    let count = Cell::new(0);
    let hook = |_: &str| {
        count.set(count.get() + 1);
        if count.get() <= nth {
            return Ok(());
        }
        if crash {
            // A panic without its message: there are hundreds of them.
            resume_unwind(Box::new(()));
        }
        Err(io::Error::other("no space left on device"))
    };
    catch_unwind(AssertUnwindSafe(|| work(&hook))).ok()
}

/// Every state that a stop at any durable step leaves is the old or the new one after recovery.
fn stopped_everywhere(
    prepare: &dyn Fn(&Sample, &Plan),
    work: &dyn Fn(&Sample, &Plan, Hook) -> Result<(), ApplyError>,
) {
    let (mut old, mut new) = (0, 0);
    for crash in [true, false] {
        for nth in 0.. {
            let (sample, plan) = usual();
            prepare(&sample, &plan);
            let before = sample.tree();
            let result = failing(nth, crash, |hook| work(&sample, &plan, hook));
            let finished = matches!(result, Some(Ok(())));
            if let Some(Err(error)) = &result {
                assert!(matches!(error, ApplyError::Io { .. }), "{error}");
                assert_eq!(Failure::from(result.unwrap().unwrap_err()).exit(), 7);
            }
            let folder = Folder::open(&sample.root).unwrap();
            let recovery = apply::recover(&folder).unwrap();
            assert_eq!(apply::recover(&folder).unwrap(), Recovery::Nothing);
            drop(folder);
            let after = sample.tree();
            if after == before {
                assert!(!finished);
                old += 1;
            } else {
                let (fresh, plan) = usual();
                prepare(&fresh, &plan);
                work(&fresh, &plan, &|_| Ok(())).unwrap();
                assert_eq!(after, fresh.tree(), "torn after {nth} steps, {recovery:?}");
                new += 1;
            }
            assert!(!sample.path(".cello/commit").exists());
            if finished {
                break;
            }
        }
    }
    assert!(old > 20 && new > 4, "{old} old, {new} new");
}

#[test]
fn a_stop_at_any_step_of_an_apply_is_repaired() {
    stopped_everywhere(&|_, _| {}, &|sample, plan, hook| {
        let how = How { hook, ..how(plan) };
        run(sample, &bytes(plan), how).map(drop)
    });
}

#[test]
fn a_stop_at_any_step_of_an_undo_is_repaired() {
    stopped_everywhere(&|sample, plan| drop(apply_all(sample, plan).unwrap()), &|sample, _, hook| {
        apply::undo(&sample.root, &mut |_| {}, hook).map(drop)
    });
}

#[test]
fn an_interrupted_apply_can_be_undone_or_repeated() {
    for nth in 0.. {
        let (sample, plan) = usual();
        let before = sample.tree();
        let result = failing(nth, true, |hook| {
            let how = How { hook, ..how(&plan) };
            run(&sample, &bytes(&plan), how)
        });
        // The next command that writes clears up by itself.
        match undo(&sample) {
            Ok(_) => {}
            Err(ApplyError::NothingApplied) => assert!(result.is_none()),
            Err(error) => panic!("{error}"),
        }
        assert_eq!(sample.tree(), before, "after {nth} steps");
        apply_all(&sample, &plan).unwrap();
        if result.is_some() {
            break;
        }
    }
}

#[test]
fn a_file_edited_after_an_interruption_is_never_overwritten() {
    let mut torn = 0;
    for nth in 0.. {
        let (sample, plan) = usual();
        let result = failing(nth, true, |hook| {
            let how = How { hook, ..how(&plan) };
            run(&sample, &bytes(&plan), how)
        });
        if result.is_some() {
            break;
        }
        sample.write("src/main.rs", b"mine");
        let folder = Folder::open(&sample.root).unwrap();
        match apply::recover(&folder) {
            Ok(_) => {}
            Err(ApplyError::Torn { file, .. }) => {
                assert_eq!(file, "src/main.rs");
                torn += 1;
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(sample.read("src/main.rs"), b"mine");
    }
    assert!(torn > 0);
}

#[test]
fn a_file_edited_during_an_apply_stops_it_and_is_kept() {
    let (sample, plan) = usual();
    let edit_at = |wanted: &'static str| {
        let root = sample.root.clone();
        move |name: &str| {
            if name == wanted && root.join("src/deep").exists() {
                fs::write(root.join("src/main.rs"), "mine")?;
            }
            Ok(())
        }
    };
    for name in ["stage a file", "put a file in place"] {
        sample.write("src/main.rs", MAIN.as_bytes());
        let hook = edit_at(name);
        let result = run(&sample, &bytes(&plan), How { hook: &hook, ..how(&plan) });
        assert!(matches!(result, Err(ApplyError::Stale { .. })), "{result:?}");
        assert_eq!(sample.read("src/main.rs"), b"mine");
        assert!(!sample.path("src/deep").exists(), "the rest was taken back");
    }
}

#[test]
fn records_from_elsewhere_can_not_lead_out_of_the_project() {
    let (sample, plan) = usual();
    let journal = |path: &str| {
        format!(
            r#"{{"phase":"committing","finish":{{"push":"{}"}},"folders":[],"entries":
            [{{"path":"{path}","before":null,"after":"sha256:0","mode":null}}]}}"#,
            plan.digest
        )
    };
    for bad in [journal("../../etc/passwd"), journal(".git/config"), "{".into()] {
        sample.write(".cello/commit/journal.json", bad.as_bytes());
        let before = sample.tree();
        let result = apply_all(&sample, &plan);
        let failure = Failure::from(result.unwrap_err());
        assert_eq!(failure.exit(), 4);
        assert_eq!(sample.tree(), before);
    }
    fs::remove_dir_all(sample.path(".cello/commit")).unwrap();
    sample.write(".cello/applied/stack.json", b"[\"sha256:../../..\"]");
    assert!(matches!(undo(&sample), Err(ApplyError::Record { .. })));
}

const CRATE: &str = "[package]\nname = \"tiny\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";

#[test]
fn what_does_not_compile_is_never_written() {
    let files = [
        ("Cargo.toml", CRATE),
        ("src/main.rs", MAIN),
        ("src/target/mod.rs", "pub const A: u8 = 1;\n"),
        ("tests/t.rs", "#[test]\nfn t() {}\n"),
    ];
    let sample = Sample::new(&files);
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let bad = plan(
        &sample,
        &[
            Part("good", &[], vec![("src/cello.rs", Place::New, "pub fn f() {}\n")]),
            Part(
                "bad",
                &[],
                vec![(
                    "src/main.rs",
                    Place::Instead("println!(\"hi\")"),
                    "let key = \"sk_live_abcdefgh12345\"; nothing()",
                )],
            ),
        ],
    );
    let before = sample.tree();
    let result = run(&sample, &bytes(&bad), verified(&bad));
    let Err(ApplyError::CompileFails { errors, command }) = &result else {
        panic!("{result:?}");
    };
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((errors[0].steps.as_slice(), errors[0].nearby), (&["bad".to_string()][..], false));
    assert!(errors[0].error.contains("nothing") && !errors[0].error.contains("abcdefgh"));
    assert!(command.contains("--all-targets --offline"), "{command}");
    refused(&sample, &before, result, "compile-fails", 5);

    let text = "pub fn f() {}\n";
    let parts = [Part(
        "good",
        &[],
        vec![
            ("src/cello.rs", Place::New, text),
            ("src/main.rs", Place::Instead("println!(\"hi\")"), "cello::f(); println!(\"{}\", target::A)"),
            ("src/main.rs", Place::After("\");\n}\n"), "mod cello;\nmod target;\n"),
        ],
    )];
    let good = plan(&sample, &parts);
    // A test that did not compile before is no reason against the plan.
    sample.write("tests/t.rs", b"fn t( {");
    let applied = run(&sample, &bytes(&good), verified(&good)).unwrap();
    assert_eq!(applied.proof.unwrap().targets, "default");
    undo(&sample).unwrap();

    sample.write("src/lib.rs", b"not rust");
    let before = sample.tree();
    let result = run(&sample, &bytes(&good), verified(&good));
    refused(&sample, &before, result, "baseline-fails", 5);
    let how = How { cargo: "no-such-cargo", ..verified(&good) };
    refused(&sample, &before, run(&sample, &bytes(&good), how), "cargo-missing", 7);
    assert!(apply_all(&sample, &good).unwrap().proof.is_none());
}

#[test]
fn the_lock_file_changes_only_if_the_plan_says_so() {
    let sample = Sample::new(&[
        ("Cargo.toml", CRATE),
        ("src/main.rs", MAIN),
        ("helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"0.1.0\"\n"),
        ("helper/src/lib.rs", ""),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n"),
    ]);
    let text = "[dependencies]\nhelper = { path = \"helper\" }\n";
    let parts = [Part("dependency", &[], vec![("Cargo.toml", Place::Instead("[workspace]\n"), text)])];
    let mut plan = plan(&sample, &parts);
    let before = sample.tree();
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let result = run(&sample, &bytes(&plan), verified(&plan));
    let Err(ApplyError::CompileFails { errors, .. }) = &result else { panic!("{result:?}") };
    assert!(errors[0].error.contains("--locked") && errors[0].steps.is_empty(), "{errors:?}");
    assert!(!errors[0].error.contains("cello-scaffold-"), "the copy's place is nobody's business");
    refused(&sample, &before, result, "compile-fails", 5);

    let mut lockfile = hand::step("lockfile", &[], Vec::new());
    lockfile.status = Status::ByHand;
    plan.steps.push(lockfile);
    hand::count(&mut plan);
    seal(&mut plan);
    // Also when that step is left out of the part that is applied.
    let choice = Choice::Skip(vec!["lockfile".into()]);
    let part = apply::chosen(&plan, &choice, &sample.root).unwrap();
    let how = How { choice, approve: Some(part.digest), ..verified(&plan) };
    let applied = run(&sample, &bytes(&plan), how).unwrap();
    assert!(!applied.proof.unwrap().command.contains("--locked"));
    assert_eq!(sample.tree()["Cargo.lock"], before["Cargo.lock"], "cargo only changed the copy's");
}

#[test]
fn packages_that_depend_on_the_change_are_compiled_and_no_others() {
    let package = |name: &str, dependencies: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n[dependencies]\n{dependencies}")
    };
    let sample = Sample::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"core\", \"app\", \"broken\"]\nresolver = \"2\"\n"),
        ("core/Cargo.toml", &package("core-lib", "")),
        ("core/src/lib.rs", "pub struct User { pub id: u8 }\n"),
        ("app/Cargo.toml", &package("app", "core-lib = { path = \"../core\" }\n")),
        ("app/src/main.rs", "fn main() { core_lib::User { id: 1 }; }\n"),
        ("broken/Cargo.toml", &package("broken", "")),
        ("broken/src/lib.rs", "not rust"),
    ]);
    let add = |field: &str| {
        let place = Place::Instead("pub id: u8");
        plan(&sample, &[Part("field", &[], vec![("core/src/lib.rs", place, field)])])
    };
    let verified = |plan: &Plan| How { verify: true, ..how(plan) };
    let before = sample.tree();
    let breaking = add("pub id: u8, pub ucc: u8");
    let result = run(&sample, &bytes(&breaking), verified(&breaking));
    refused(&sample, &before, result, "compile-fails", 5);
    let fine = add("pub id: u16");
    run(&sample, &bytes(&fine), verified(&fine)).unwrap();
}

#[test]
fn tests_of_the_new_module_are_run_if_asked_for() {
    let sample = Sample::new(&[("Cargo.toml", CRATE), ("src/main.rs", MAIN)]);
    let with = |test: &str| {
        let module = format!("#[test]\nfn holds() {{\n    assert!({test});\n}}\n");
        let parts = [Part(
            "module",
            &[],
            vec![
                ("src/cello.rs", Place::New, module.as_str()),
                ("src/main.rs", Place::After("\");\n}\n"), "mod cello;\n"),
            ],
        )];
        plan(&sample, &parts)
    };
    let before = sample.tree();
    let how = |plan: &Plan| How { verify: true, test: true, ..how(plan) };
    let wrong = with("1 == 2");
    refused(&sample, &before, run(&sample, &bytes(&wrong), how(&wrong)), "tests-fail", 5);
    let right = with("1 == 1");
    let applied = run(&sample, &bytes(&right), how(&right)).unwrap();
    assert_eq!(applied.proof.unwrap().tests, Some(1));
}

#[cfg(unix)]
#[test]
fn path_dependencies_around_the_project_are_found_from_the_copy() {
    let outer = Sample::new(&[
        (
            "libs/Cargo.toml",
            "[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nedition = \"2021\"\n",
        ),
        (
            "libs/one/Cargo.toml",
            "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition.workspace = true\n[dependencies]\ntwo = { path = \"../two\" }\n",
        ),
        ("libs/one/src/lib.rs", "pub use two::two;\n"),
        ("libs/two/Cargo.toml", "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition.workspace = true\n"),
        ("libs/two/src/lib.rs", "pub fn two() {}\n"),
        ("app/Cargo.toml", &format!("{CRATE}[dependencies]\none = {{ path = \"../libs/one\" }}\n")),
        ("app/src/main.rs", MAIN),
        (".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"from_above\"]\n"),
    ]);
    let root = outer.path("app");
    let inner = |text: &str| {
        plan(&outer, &[Part("one", &[], vec![("app/src/main.rs", Place::Instead("println!(\"hi\")"), text)])])
    };
    let made = inner("#[cfg(not(from_above))] compile_error!(); one::two()");
    let mut made = made;
    made.files[0].path = "src/main.rs".into();
    made.steps[0].edits[0].file = "src/main.rs".into();
    seal(&mut made);
    let request = Request {
        root: &root,
        plan: &bytes(&made),
        choice: Choice::All,
        approval: Approval::Digest(made.digest.clone()),
        allow: Allow { no_vcs: true, ..Allow::default() },
        dry_run: false,
        verify: true,
        test: false,
        cargo: "cargo".into(),
        hook: &|_| Ok(()),
    };
    let applied = apply::apply(request, &mut |_| {}).unwrap();
    assert_eq!(applied.proof.unwrap().targets, "all");
}
