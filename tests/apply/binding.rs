//! What binds an apply to the plan that was approved, and keeps it inside of the project.

use super::*;

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
