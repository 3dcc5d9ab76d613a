//! What is kept in `.cello`, and how far it is trusted.

use super::*;

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

#[test]
fn a_plan_is_kept_with_its_documents() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let (_, plan) = ask(&sample, &["plan"]);
    let digest = plan["digest"].as_str().unwrap();
    for name in ["plan.json", "plan.md", "plan.html", "handoff.md", "handoff.json"] {
        let text = String::from_utf8(sample.read(&format!(".cello/{name}"))).unwrap();
        assert!(text.contains(digest), "{name} is of another plan");
    }
    for (name, format) in [("plan.md", "markdown"), ("plan.html", "html")] {
        let output = program(&sample, &["show", "--format", format]).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let kept = String::from_utf8(sample.read(&format!(".cello/{name}"))).unwrap();
        assert_eq!(shown.trim_end(), kept.trim_end(), "{name}");
    }
    let git = Command::new("git").arg("-C").arg(&sample.root).args(["status", "--porcelain"]).output();
    assert_eq!(git.unwrap().stdout, b"", "git sees nothing of it");
}

#[test]
fn after_an_apply_no_copy_of_a_file_is_kept() {
    let sample = Sample::of("tests/cases/bookclub/project");
    let (_, plan) = ask(&sample, &["plan"]);
    let digest = plan["digest"].as_str().unwrap();
    let edited: Vec<(&str, Vec<u8>)> = list(&plan, "files")
        .iter()
        .filter(|file| file["before"].is_string())
        .map(|file| file["path"].as_str().unwrap())
        .map(|path| (path, sample.read(path)))
        .collect();
    assert!(edited.len() > 3);
    let (code, told) = ask(&sample, &["apply", "--approve", digest, "--no-verify"]);
    assert_eq!(code, 0, "{told}");
    let mut looked_at = 0;
    for entry in walkdir::WalkDir::new(sample.path(".cello")).into_iter().flatten() {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            for (path, before) in &edited {
                for whole in [before, &sample.read(path)] {
                    let there = bytes.windows(whole.len()).any(|part| part == whole.as_slice());
                    assert!(!there, "{} holds all of {path}", entry.path().display());
                }
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 5, "{looked_at}");
}
