//! Plan, apply and undo with the real program on a real application.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::pagewatch::patched;
use crate::project::{Project, Tree};

/// What of a tree isn't the same in another one.
fn differences(one: &Tree, other: &Tree) -> BTreeSet<PathBuf> {
    let paths = one.keys().chain(other.keys());
    paths.filter(|path| one.get(*path) != other.get(*path)).cloned().collect()
}

#[test]
fn apply_writes_what_the_plan_lists_and_proves_it() {
    let patched = patched();
    assert_eq!(patched.plan["outcome"], "ready");
    assert_eq!(patched.applied["outcome"], "applied");
    assert_eq!(patched.applied["digest"], *patched.digest);
    let command = patched.applied["proof"]["command"].as_str().expect("it was compiled");
    assert!(command.starts_with("cargo check") && command.contains("--all-targets"), "{command}");

    let listed = patched.plan["files"].as_array().expect("files").iter();
    let listed: BTreeSet<PathBuf> =
        listed.map(|file| file["path"].as_str().expect("a path").into()).collect();
    assert_eq!(differences(&patched.before, &patched.after), listed);
    // What was there stays: few lines change at all, and only where something is added to them.
    let text = |tree: &Tree, file: &PathBuf| String::from_utf8(tree[file].0.clone()).expect("text");
    let mut gone = Vec::new();
    for file in listed.iter().filter(|file| patched.before.contains_key(*file)) {
        let after = text(&patched.after, file);
        let before = text(&patched.before, file);
        gone.extend(
            before.lines().filter(|line| !after.lines().any(|other| other == *line)).map(str::to_string),
        );
    }
    assert!(gone.len() <= 12, "{gone:#?}");
}

#[test]
fn every_site_is_accounted_for() {
    let plan = &patched().plan;
    let accounting = plan["accounting"].as_array().expect("an accounting");
    let app = &plan["survey"]["apps"][0];
    let lists = [&app["signups"], &app["stripe"], &plan["survey"]["pages"], &plan["survey"]["csp"]];
    for site in lists.into_iter().flat_map(|list| list.as_array().expect("a list")) {
        // Policies are known by their file.
        let file = site["at"]["file"].as_str().expect("a place");
        let id = site["id"].as_str().map_or(format!("csp:{file}"), str::to_string);
        let lines: Vec<_> = accounting.iter().filter(|line| line["site"] == *id).collect();
        assert_eq!(lines.len(), 1, "{id}");
        assert!(lines[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{}", lines[0]);
    }
    let open = |line: &&serde_json::Value| line["verdict"] == "undecided" || line["verdict"] == "by-hand";
    assert_eq!(accounting.iter().filter(open).collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
    let text = plan.to_string();
    let root = patched().project.root.display().to_string();
    assert!(!text.contains(&root), "the plan knows where it was made");
}

#[test]
fn the_result_passes_the_applications_own_tests_and_its_new_ones() {
    let output = patched().project.cargo(&["test", "--locked"]);
    for own in ["signup_", "cello::protocol::tests::token_is_hs512_with_string_ids_and_a_current_iat"] {
        assert!(output.contains(own), "{own} did not run:\n{output}");
    }
    patched().project.cargo(&["fmt", "--check"]);
}

#[test]
fn there_and_back_again_byte_for_byte() {
    let project = Project::of("pagewatch", "there-and-back");
    let before = project.tree();
    let (_, digest) = project.plan(&[]);
    assert_eq!(digest, patched().digest, "the same plan in another folder");
    assert_eq!(project.tree(), before, "planning writes nothing but its own folder");
    assert_eq!(project.git(&["status", "--porcelain"]), "", "nor anything git would see");

    let run = project.tool(&["apply", "--approve", "sha256:0000"]);
    assert_eq!(run.code, Some(4), "{}", run.json);
    assert_eq!(project.tree(), before, "another digest approves nothing");

    // Compiled before, in `patched`.
    let apply = ["apply", "--approve", &*digest, "--no-verify"];
    project.tool_succeeds(&apply);
    assert_eq!(differences(&project.tree(), &patched().after), BTreeSet::new());
    let (plan, _) = project.plan(&[]);
    assert_eq!(plan["outcome"], "nothing-to-do", "{:#}", plan["summary"]);
    assert_eq!(plan["files"], serde_json::json!([]));

    project.tool_succeeds(&["undo"]);
    assert_eq!(differences(&project.tree(), &before), BTreeSet::new());
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    let (plan, again) = project.plan(&[]);
    assert_eq!((&*again, &plan["outcome"]), (&*digest, &serde_json::json!("ready")));
    project.tool_succeeds(&apply);
    assert_eq!(differences(&project.tree(), &patched().after), BTreeSet::new());
}

#[test]
fn a_plan_gone_stale_is_refused_and_nothing_written() {
    let project = Project::of("pagewatch", "stale");
    let (plan, digest) = project.plan(&[]);
    let files = plan["files"].as_array().expect("files");
    let changed = files.iter().find(|file| !file["before"].is_null()).expect("a file that is edited");
    let path = project.root.join(changed["path"].as_str().expect("a path"));
    let mut text = std::fs::read(&path).expect("the file");
    text.push(b'\n');
    std::fs::write(&path, text).expect("the file");
    project.git(&["commit", "--quiet", "--all", "--message=Meanwhile"]);
    let before = project.tree();
    let run = project.tool(&["apply", "--approve", &digest, "--no-verify"]);
    assert_eq!(run.code, Some(4), "{}", run.json);
    assert_eq!(project.tree(), before);
}
