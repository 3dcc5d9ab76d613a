//! What git says before a file is changed, in repositories of all shapes. Each guard looks at the files of the plan alone, and
//! has a switch of its own.

mod hand;

use std::process::Command;

use cello_scaffold::apply::Allow;
use cello_scaffold::apply::{ApplyError, Change, guard};
use hand::Sample;

const NONE: Allow = Allow { dirty: false, staged: false, no_vcs: false };

/// Asks about files of a plan: existing ones, unless they end in `.new`.
fn ask(sample: &Sample, root: &str, files: &[&str], allow: Allow) -> Result<Vec<String>, ApplyError> {
    let change = |path: &&str| Change {
        path: path.trim_end_matches(".new").to_string(),
        before: (!path.ends_with(".new")).then(Vec::new),
        after: Some(Vec::new()),
    };
    let changes: Vec<Change> = files.iter().map(change).collect();
    guard(&sample.path(root), &changes, allow)
}

#[track_caller]
fn dirty(result: Result<Vec<String>, ApplyError>, expected: &[&str]) {
    match result {
        Err(ApplyError::Dirty { files }) => assert_eq!(files, expected),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn staged(result: Result<Vec<String>, ApplyError>, expected: &[&str]) {
    match result {
        Err(ApplyError::Staged { files }) => assert_eq!(files, expected),
        other => panic!("{other:?}"),
    }
}

/// A git command that may differ in what is allowed from version to version.
fn git(sample: &Sample, arguments: &[&str]) {
    let mut all =
        vec!["-c", "protocol.file.allow=always", "-c", "user.name=t", "-c", "user.email=t@example.org"];
    all.extend(arguments);
    sample.git(&all);
}

/// Names as people have them.
const NAMES: [&str; 6] =
    ["a b.rs", "größe.rs", "日本.rs", "quote\"and'.rs", "-dash.rs", "semi;colon&[glob]*.rs"];

#[test]
fn any_name_is_found_dirty_or_staged() {
    for name in NAMES {
        let path = format!("src/{name}");
        let sample = Sample::committed(&[("Cargo.toml", ""), (&path, "one\n"), ("src/b.rs", "")]);
        assert!(ask(&sample, "", &[&path], NONE).unwrap().is_empty(), "{name}");
        sample.write(&path, b"two\n");
        dirty(ask(&sample, "", &[&path, "src/b.rs"], NONE), &[&path]);
        assert_eq!(
            ask(&sample, "", &["src/b.rs"], NONE).unwrap().len(),
            1,
            "another file is mentioned: {name}"
        );
        sample.git(&["add", "-A"]);
        staged(ask(&sample, "", &[&path, "src/b.rs"], NONE), &[&path]);
        assert!(ask(&sample, "", &[&path], Allow { staged: true, ..NONE }).is_ok());
    }
}

#[test]
fn each_guard_has_a_switch_of_its_own() {
    let sample = Sample::committed(&[("Cargo.toml", ""), ("a", "1"), ("b", "1")]);
    sample.write("a", b"2");
    sample.git(&["add", "a"]);
    sample.write("a", b"3");
    sample.write("b", b"2");
    let files = ["a", "b"];
    dirty(ask(&sample, "", &files, NONE), &["a", "b"]);
    dirty(ask(&sample, "", &files, Allow { staged: true, no_vcs: true, ..NONE }), &["a", "b"]);
    staged(ask(&sample, "", &files, Allow { dirty: true, no_vcs: true, ..NONE }), &["a"]);
    assert!(ask(&sample, "", &files, Allow { dirty: true, staged: true, ..NONE }).is_ok());
    let bare = Sample::new(&[("Cargo.toml", "")]);
    let all_others = Allow { dirty: true, staged: true, no_vcs: false };
    assert!(matches!(ask(&bare, "", &["Cargo.toml"], all_others), Err(ApplyError::NoVcs)));
    assert!(ask(&bare, "", &["Cargo.toml"], Allow { no_vcs: true, ..NONE }).is_ok());
}

#[test]
fn a_rename_counts_for_both_names() {
    let sample = Sample::committed(&[("Cargo.toml", ""), ("old näme.rs", "some text\nof lines\n")]);
    sample.git(&["mv", "old näme.rs", "new name.rs"]);
    staged(ask(&sample, "", &["new name.rs"], NONE), &["new name.rs"]);
    staged(ask(&sample, "", &["old näme.rs"], NONE), &["old näme.rs"]);
    sample.write("new name.rs", b"some text\nof lines\nand more\n");
    dirty(ask(&sample, "", &["new name.rs"], NONE), &["new name.rs"]);
    assert!(ask(&sample, "", &["Cargo.toml"], NONE).is_ok());
}

#[test]
fn what_is_deleted_in_conflict_or_new_counts() {
    let sample = Sample::committed(&[("Cargo.toml", ""), ("a.rs", "1\n"), ("b.rs", "1\n")]);
    fs_err::remove_file(sample.path("b.rs")).unwrap();
    dirty(ask(&sample, "", &["b.rs"], NONE), &["b.rs"]);
    sample.git(&["checkout", "-q", "b.rs"]);

    sample.git(&["checkout", "-qb", "other"]);
    sample.write("a.rs", b"2\n");
    sample.commit();
    sample.git(&["checkout", "-q", "-"]);
    sample.write("a.rs", b"3\n");
    sample.commit();
    let merge = Command::new("git")
        .arg("-C")
        .arg(&sample.root)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "merge", "-q", "other"])
        .output();
    assert!(!merge.unwrap().status.success(), "it is a conflict");
    dirty(ask(&sample, "", &["a.rs"], NONE), &["a.rs"]);

    // Not known to git at all, by itself and in a folder of such files; a file that is yet to be made is none.
    let sample = Sample::committed(&[("Cargo.toml", "")]);
    sample.write("new.rs", b"");
    sample.write("deep/er/new.rs", b"");
    dirty(ask(&sample, "", &["new.rs"], NONE), &["new.rs"]);
    dirty(ask(&sample, "", &["deep/er/new.rs"], NONE), &["deep/er/new.rs"]);
    assert!(ask(&sample, "", &["deep/er/made.rs.new"], NONE).is_ok());
}

#[test]
fn a_repository_without_a_commit_guards_too() {
    let sample = Sample::new(&[("Cargo.toml", ""), ("a.rs", "")]);
    sample.git(&["init", "-q"]);
    dirty(ask(&sample, "", &["a.rs"], NONE), &["a.rs"]);
    sample.git(&["add", "-A"]);
    staged(ask(&sample, "", &["a.rs"], NONE), &["a.rs"]);
}

#[test]
fn a_worktree_is_a_repository_of_its_own_state() {
    let sample = Sample::committed(&[("app/Cargo.toml", ""), ("app/src/a.rs", "")]);
    sample.git(&["worktree", "add", "-q", "--detach", "other tree"]);
    sample.write("app/src/a.rs", b"changed");
    dirty(ask(&sample, "app", &["src/a.rs"], NONE), &["src/a.rs"]);
    assert!(ask(&sample, "other tree/app", &["src/a.rs"], NONE).unwrap().is_empty());
    sample.write("other tree/app/src/a.rs", b"changed there");
    dirty(ask(&sample, "other tree/app", &["src/a.rs"], NONE), &["src/a.rs"]);
}

#[test]
fn a_submodule_is_asked_from_inside_and_from_outside() {
    let library = Sample::committed(&[("Cargo.toml", ""), ("src/lib.rs", "")]);
    let sample = Sample::committed(&[("Cargo.toml", ""), ("src/main.rs", "")]);
    git(&sample, &["submodule", "--quiet", "add", library.root.to_str().unwrap(), "vendor/my lib"]);
    sample.commit();
    // The project is the submodule.
    assert!(ask(&sample, "vendor/my lib", &["src/lib.rs"], NONE).unwrap().is_empty());
    // The project is around it, and the plan reaches into it.
    let inside = "vendor/my lib/src/lib.rs";
    assert_eq!(ask(&sample, "", &[inside], NONE).unwrap(), [""; 0]);
    sample.write(inside, b"changed");
    dirty(ask(&sample, "vendor/my lib", &["src/lib.rs"], NONE), &["src/lib.rs"]);
    dirty(ask(&sample, "", &[inside], NONE), &[inside]);
    assert_eq!(ask(&sample, "", &["src/main.rs"], NONE).unwrap().len(), 1, "mentioned, not in the way");
}

#[test]
fn settings_of_a_repository_change_nothing_and_start_nothing() {
    let sample = Sample::committed(&[("Cargo.toml", ""), ("größe.rs", "1")]);
    let ran = sample.path("ran");
    for (name, value) in [
        ("core.fsmonitor", format!("touch {}; false", ran.display())),
        ("core.quotePath", "true".into()),
        ("status.relativePaths", "true".into()),
        ("status.showUntrackedFiles", "no".into()),
        ("status.renames", "copies".into()),
        ("color.status", "always".into()),
        ("color.ui", "always".into()),
    ] {
        sample.git(&["config", name, &value]);
    }
    sample.write("größe.rs", b"2");
    dirty(ask(&sample, "", &["größe.rs"], NONE), &["größe.rs"]);
    sample.write("new.rs", b"");
    dirty(ask(&sample, "", &["new.rs"], NONE), &["new.rs"]);
    assert!(!ran.exists());
}

#[test]
fn what_git_is_told_not_to_look_at_is_looked_at() {
    let sample = Sample::committed(&[("Cargo.toml", ""), ("a.rs", "1"), ("b.rs", "1")]);
    sample.git(&["update-index", "--assume-unchanged", "a.rs"]);
    sample.git(&["update-index", "--skip-worktree", "b.rs"]);
    sample.write("a.rs", b"2");
    sample.write("b.rs", b"2");
    dirty(ask(&sample, "", &["a.rs", "b.rs"], NONE), &["a.rs", "b.rs"]);
}
