//! The whole plan as one diff, through the real `git apply`.

use std::path::Path;
use std::process::Command;

use cello_scaffold::edit::unified;
use cello_scaffold::plan::{PlannedFile, sha256_hex};
use cello_scaffold::report;

use super::app;
use super::plan::plan;

fn bytes(path: &str) -> Option<Vec<u8>> {
    app::read(path).map(String::into_bytes)
}

/// Writes the originals, lets git apply the diff, and says whether it did.
fn git_apply(folder: &Path, files: &[(&str, Vec<u8>)], diff: &str) -> bool {
    for (path, bytes) in files {
        let file = folder.join(path);
        fs_err::create_dir_all(file.parent().expect("it has a folder")).expect("made");
        fs_err::write(file, bytes).expect("written");
    }
    fs_err::write(folder.join("plan.diff"), diff).expect("written");
    // Without this git would take a repository further up as the place to apply to.
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(folder).output().expect("git is there");
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        output.status.success()
    };
    assert!(git(&["init", "--quiet"]));
    git(&["apply", "--verbose", "plan.diff"])
}

#[test]
fn git_applies_the_diff_to_the_same_bytes() {
    let plan = plan(false);
    let diff = report::diff(&plan, &bytes);
    let folder = tempfile::tempdir().expect("a folder");
    let existing: Vec<(&str, Vec<u8>)> = plan
        .files
        .iter()
        .filter(|file| file.before.is_some())
        .map(|file| (file.path.as_str(), bytes(&file.path).expect("it is there")))
        .collect();
    assert!(git_apply(folder.path(), &existing, &diff));
    for file in &plan.files {
        let now = fs_err::read(folder.path().join(&file.path)).expect("it is there");
        assert_eq!(sha256_hex(&now), file.after, "{}", file.path);
    }
}

/// One file with odd bytes, changed at one place.
fn odd(path: &str, old: &str, new: &str) {
    let mut plan = plan(false);
    plan.files = vec![PlannedFile {
        path: path.into(),
        before: Some(sha256_hex(old.as_bytes())),
        after: sha256_hex(new.as_bytes()),
        content: None,
    }];
    plan.steps.truncate(1);
    let step = &mut plan.steps[0];
    step.edits.truncate(1);
    step.edits[0].file = path.into();
    step.edits[0].at = [0, old.len()];
    step.edits[0].text = new.into();
    step.edits[0].diff = unified(path, Some(old), new);
    let diff = report::diff(&plan, &|_| Some(old.as_bytes().to_vec()));
    let folder = tempfile::tempdir().expect("a folder");
    assert!(git_apply(folder.path(), &[(path, old.as_bytes().to_vec())], &diff), "{diff:?}");
    let now = fs_err::read(folder.path().join(path)).expect("it is there");
    assert_eq!(String::from_utf8_lossy(&now), new);
}

#[test]
fn line_endings_byte_order_marks_and_missing_final_newlines_stay() {
    odd("src/a.rs", "\u{feff}fn a() {}\r\nfn b() {}\r\n", "\u{feff}fn a() {}\r\nfn c() {}\r\nfn b() {}\r\n");
    odd("src/b.rs", "one\ntwo", "one\ntwo\nthree");
    odd("with space/c d.rs", "one\n", "one\ntwo\n");
    odd("src/ä.rs", "eins\n", "eins\nzwei\n");
}

#[test]
fn a_file_that_changed_is_shown_by_its_steps_with_a_remark() {
    let plan = plan(false);
    let diff = report::diff(&plan, &|path| {
        if path == "Cargo.toml" { Some(b"changed".to_vec()) } else { bytes(path) }
    });
    assert!(diff.contains("# Cargo.toml isn't as it was"));
    assert!(diff.contains("+hmac = \"0.12\""));
}

#[test]
fn a_secret_beside_a_change_is_not_handed_on() {
    let old = format!("let key = \"{}_live_51Habcdefgh12345678\";\n", "sk");
    let mut plan = plan(false);
    plan.files.retain(|file| file.path == ".env.example");
    plan.files[0].before = Some(sha256_hex(old.as_bytes()));
    for step in &mut plan.steps {
        for edit in step.edits.iter_mut().filter(|edit| edit.file == ".env.example") {
            edit.at = [0, 0];
        }
    }
    let diff = report::diff(&plan, &|_| Some(old.clone().into_bytes()));
    assert!(diff.contains("sk_live_…") && !diff.contains("51Habc"), "{diff}");
}
