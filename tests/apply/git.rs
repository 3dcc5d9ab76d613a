//! What git says of the files of a plan, before anything is written.

use super::*;

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
