//! Golden plans: every folder of `tests/cases/` is surveyed, planned, applied and taken back, and compared with
//! `snapshots/cases/`. See [`golden::Case`] for what a case consists of.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test cases` renews the snapshots; `CASE=name` runs one case only.
#![expect(
    clippy::disallowed_methods,
    reason = "the environment says whether snapshots are renewed, and of which case"
)]

mod golden;
mod hand;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use cello_scaffold::plan::{self, Outcome, Plan, SiteKind, Status, Verdict};
use cello_scaffold::survey::Survey;
use cello_scaffold::target::redact;
use golden::{Case, PERSON, cases, difference, documents, golden, json, markdown_without_new_files};

/// Runs a check on every case and says which of them fail.
fn each(check: impl Fn(&Case)) {
    let failed: Vec<String> = cases()
        .iter()
        .filter(|case| catch_unwind(AssertUnwindSafe(|| check(case))).is_err())
        .map(|case| case.name.clone())
        .collect();
    assert!(failed.is_empty(), "failed: {}; what failed stands above", failed.join(", "));
}

#[test]
fn survey_plan_and_patch_are_as_expected() {
    each(|case| {
        let copy = case.copy();
        let before = copy.sample.tree();
        let (survey, plan) = (copy.survey(), copy.plan());
        copy.apply(&plan);
        let differences: Vec<String> = [
            ("survey.json", json(&survey)),
            ("plan.json", without_repetition(&plan)),
            ("plan.md", markdown_without_new_files(&plan)),
            ("patched.diff", difference(&before, &copy.sample.tree())),
        ]
        .iter()
        .filter_map(|(name, text)| golden(case, name, text).err())
        .collect();
        assert!(
            differences.is_empty(),
            "if that is wanted, UPDATE_SNAPSHOTS=1 renews them\n{}",
            differences.join("\n")
        );
    });
}

/// `plan.json` without what the other snapshots hold, so that a change shows once: the survey, the text of created
/// files (whose hashes stay) and the diffs of single edits.
fn without_repetition(plan: &Plan) -> String {
    let mut value = serde_json::to_value(plan).unwrap();
    value["survey"] = "as in survey.json".into();
    let created: BTreeSet<&str> =
        plan.files.iter().filter(|file| file.before.is_none()).map(|file| file.path.as_str()).collect();
    for file in value["files"].as_array_mut().unwrap() {
        if file["content"].is_string() {
            file["content"] = "as in patched.diff".into();
        }
    }
    for edit in value["steps"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .flat_map(|step| step["edits"].as_array_mut().unwrap().iter_mut().collect::<Vec<_>>())
    {
        if created.contains(edit["file"].as_str().unwrap()) {
            edit["text"] = "as in patched.diff".into();
        }
        edit["diff"] = "see patched.diff".into();
    }
    json(&value)
}

#[test]
fn the_plan_is_the_same_from_every_folder_on_any_number_of_cores_and_with_files_in_any_order() {
    let backwards = |path: &str| path.chars().map(|ch| char::from(255 - (ch as u32 % 256) as u8)).collect();
    let by_their_end = |path: &str| path.chars().rev().collect();
    each(|case| {
        let expected = json(&case.copy().plan());
        let orders: [&dyn Fn(&str) -> String; 3] = [&str::to_string, &backwards, &by_their_end];
        for (threads, order) in ["1", "2", "7"].into_iter().zip(orders) {
            let copy = case.copy_with_files_by(order);
            let mut command = Command::cargo_bin("cello-scaffold").unwrap();
            command.args(["plan", "--stdout", "--format", "json"]).arg(&copy.folder).current_dir("/");
            if let Some(answers) = &case.answers {
                command.arg("--answers").arg(answers).args(["--attest", PERSON]);
            }
            command.env("RAYON_NUM_THREADS", threads).env("LC_ALL", "tr_TR.UTF-8").env("TZ", "Asia/Tokyo");
            let output = command.stdin(Stdio::null()).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert!([Some(0), Some(3)].contains(&output.status.code()), "{told}");
            assert!(output.stdout == expected.as_bytes(), "{} differs with {threads} threads", case.name);
        }
    });
}

#[test]
fn plan_json_is_read_back_as_it_was_written() {
    each(|case| {
        let plan = case.copy().plan();
        let text = json(&plan);
        let read = plan::read(text.as_bytes()).unwrap();
        assert_eq!(read, plan);
        assert_eq!(json(&read), text);
        let survey: Survey = serde_json::from_str(&json(&plan.survey)).unwrap();
        assert_eq!(survey, case.copy().survey());
        assert_eq!(survey, plan.survey);
    });
}

#[test]
fn planning_after_apply_finds_nothing_to_do() {
    each(|case| {
        let copy = case.copy();
        let first = copy.plan();
        copy.apply(&first);
        let after = copy.sample.tree();
        let second = copy.plan();
        let ready: Vec<&str> = ids(&second, Status::Ready);
        assert!(ready.is_empty(), "still ready: {ready:?}");
        assert!(second.files.is_empty());
        let open: Vec<&str> = open(&second);
        let was_open = self::open(&first);
        assert!(open.iter().all(|id| was_open.contains(id)), "asks {open:?} after {was_open:?}");
        let expected = if open.is_empty() { Outcome::NothingToDo } else { Outcome::Decide };
        assert_eq!(second.outcome, expected);
        let by_hand = ids(&second, Status::ByHand);
        let before = ids(&first, Status::ByHand);
        assert!(by_hand.iter().all(|id| before.contains(id)), "{by_hand:?} is by hand, before {before:?}");
        copy.apply(&second);
        assert_eq!(copy.sample.tree(), after);
    });
}

fn ids(plan: &Plan, status: Status) -> Vec<&str> {
    plan.steps.iter().filter(|step| step.status == status).map(|step| step.id.as_str()).collect()
}

fn open(plan: &Plan) -> Vec<&str> {
    let open = plan.decisions.iter().filter(|decision| decision.answer.is_none());
    open.map(|decision| decision.id.as_str()).collect()
}

#[test]
fn undo_restores_every_byte() {
    each(|case| {
        let copy = case.copy();
        let before = copy.sample.tree();
        let plan = copy.plan();
        assert_eq!(copy.sample.tree(), before, "planning changes nothing");
        copy.apply(&plan);
        if !plan.files.is_empty() {
            assert_ne!(copy.sample.tree(), before);
            copy.undo();
        }
        assert!(copy.sample.tree() == before, "undo leaves something behind");
    });
}

#[test]
fn every_site_has_exactly_one_verdict() {
    each(|case| {
        let plan = case.copy().plan();
        let mut found: BTreeMap<SiteKind, Vec<String>> = BTreeMap::new();
        for app in &plan.survey.apps {
            let signups = app.signups.iter().map(|site| site.id.clone());
            found.entry(SiteKind::Signup).or_default().extend(signups);
            let stripe = app.stripe.iter().map(|site| site.id.clone());
            found.entry(SiteKind::Stripe).or_default().extend(stripe);
        }
        found.entry(SiteKind::Page).or_default().extend(plan.survey.pages.iter().map(|page| page.id.clone()));
        for (kind, mut sites) in found {
            let mut judged: Vec<String> = judged(&plan, kind);
            sites.sort();
            judged.sort();
            assert_eq!(judged, sites, "{kind:?}");
        }
        // A policy has no id in the survey, so what counts is how many there are.
        assert_eq!(judged(&plan, SiteKind::Csp).len(), plan.survey.csp.len(), "{:?}", plan.survey.csp);
        for account in &plan.accounting {
            assert!(!account.reason.is_empty(), "{} has no reason", account.site);
            let step = account.step.as_ref().map(|id| {
                let step = plan.steps.iter().find(|step| step.id == *id);
                step.unwrap_or_else(|| panic!("{} names the step {id}, which is none", account.site))
            });
            if account.verdict == Verdict::Edit {
                let step = step.expect("an edit has a step");
                assert_eq!(step.status, Status::Ready, "{} of {}", step.id, account.site);
                assert!(!step.edits.is_empty());
            }
        }
    });
}

fn judged(plan: &Plan, kind: SiteKind) -> Vec<String> {
    let accounts = plan.accounting.iter().filter(|account| account.kind == kind);
    accounts.map(|account| account.site.clone()).collect()
}

#[test]
fn the_counts_add_up() {
    each(|case| {
        let plan = case.copy().plan();
        let summary = &plan.summary;
        for (status, count) in [
            (Status::Ready, summary.ready),
            (Status::Decide, summary.decide),
            (Status::ByHand, summary.by_hand),
            (Status::Done, summary.done),
            (Status::NotApplicable, summary.not_applicable),
        ] {
            assert_eq!(ids(&plan, status).len(), count, "{status:?}");
        }
        let steps: BTreeSet<&str> = plan.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(steps.len(), plan.steps.len(), "ids are unique");
        let decisions: BTreeSet<&str> = plan.decisions.iter().map(|decision| decision.id.as_str()).collect();
        assert_eq!(decisions.len(), plan.decisions.len(), "ids are unique");
        for step in &plan.steps {
            assert_eq!(step.status == Status::Ready, !step.edits.is_empty(), "edits of {}", step.id);
            assert!(!step.reason.is_empty(), "{} has no reason", step.id);
            assert!(
                step.after.iter().all(|id| steps.contains(id.as_str())),
                "{:?} of {}",
                step.after,
                step.id
            );
            let known = step.needs.iter().all(|id| decisions.contains(id.as_str()));
            assert!(known, "{} needs {:?}", step.id, step.needs);
            assert_eq!(step.status == Status::Decide, !step.needs.is_empty(), "decisions of {}", step.id);
        }
        let edited: BTreeSet<&str> =
            plan.steps.iter().flat_map(|step| &step.edits).map(|edit| edit.file.as_str()).collect();
        let files: BTreeSet<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(edited, files);
    });
}

#[test]
fn nothing_shows_where_it_lies_or_a_secret() {
    each(|case| {
        let copy = case.copy();
        let plan = copy.plan();
        let root = copy.sample.root.to_str().unwrap();
        for (name, text) in documents(&copy, &plan) {
            for place in [root, env!("CARGO_MANIFEST_DIR"), "/tmp/", "/home/", "/root/"] {
                assert!(!text.contains(place), "{name} of {} contains {place}", case.name);
            }
            for line in text.lines() {
                assert_eq!(redact(line), line, "a secret in {name} of {}", case.name);
            }
        }
    });
}

#[test]
fn every_snapshot_belongs_to_a_case() {
    if std::env::var_os("CASE").is_some() {
        return;
    }
    let cases: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/cases");
    for entry in fs_err::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(cases.contains(&name), "snapshots/cases/{name} has no case");
    }
}
