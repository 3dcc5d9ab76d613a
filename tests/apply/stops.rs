//! Applies and undoes that end in the middle, or meet with an edit, and what is left then.

use super::*;

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
