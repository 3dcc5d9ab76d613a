//! One of each failure: together they are the whole catalogue, and each says what, where, why and what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::cards::CARDS;
use super::explain::explain;
use super::failure::Failure;
use crate::apply::{ApplyError, Missing};
use crate::plan::PlanError;
use crate::target::TargetError;

fn io() -> io::Error {
    io::Error::from(io::ErrorKind::PermissionDenied)
}

fn some(text: &str) -> String {
    text.into()
}

fn list() -> Vec<String> {
    vec![some("one"), some("two")]
}

fn of_the_command_line() -> Vec<Failure> {
    vec![
        Failure::Usage(some("no such flag")),
        Failure::UnknownDecision { id: some("who"), known: list() },
        Failure::NotAnOption { id: some("payer"), value: some("cat"), options: list() },
        Failure::UnknownId { id: some("tokn"), alike: Vec::new() },
        Failure::Answers { path: "answers.json".into(), detail: some("no object") },
        Failure::Baseline { path: "baseline.json".into(), detail: some("no object") },
        Failure::NotByHand(some("module")),
        Failure::OutsideRoots { path: "/etc".into(), roots: vec!["/srv".into()] },
        Failure::NoPlan(".cello/plan.json".into()),
        Failure::Attest(list()),
        Failure::NotAgreed(some("Make the endpoint?")),
        Failure::NoApp,
        Failure::Target(TargetError::NotFound { path: "nowhere".into() }),
        Failure::Target(TargetError::NoManifest { path: "here".into(), elsewhere: list() }),
        Failure::Target(TargetError::Manifest { path: "Cargo.toml".into(), detail: some("line 1") }),
        Failure::Target(TargetError::NoPackage { name: some("web"), known: list() }),
        Failure::Target(TargetError::Read { path: "src".into(), source: io() }),
        Failure::Io { doing: "written", path: "plan.json".into(), source: io() },
        Failure::Remote(some("no answer")),
        Failure::Interrupted,
        Failure::Defect(some("index out of bounds")),
    ]
}

fn of_the_plan() -> Vec<Failure> {
    let malformed = serde_json::from_str::<u8>("{").unwrap_err();
    let plan = [
        PlanError::Malformed(malformed),
        PlanError::Schema(some("cello-plan/9")),
        PlanError::Edited("digest"),
        PlanError::Open(list()),
        PlanError::NoStep(some("modul")),
        PlanError::Edits(some("src/main.rs changed since the plan was made")),
    ];
    plan.map(|error| Failure::Apply(error.into())).into()
}

fn of_an_apply() -> Vec<Failure> {
    let (file, command, detail) = (some("src/main.rs"), some("cargo check"), some("it says so"));
    let digest = format!("sha256:{}", "0".repeat(64));
    let mut errors = vec![
        ApplyError::Inconsistent { file: file.clone(), why: some("its diff shows something else") },
        ApplyError::Stale { file: file.clone(), steps: list(), what: some("changed") },
        ApplyError::Unsafe { file: file.clone(), why: some("it is a link") },
        ApplyError::ReadOnly { file: file.clone() },
        ApplyError::WrongDigest { given: digest.clone(), actual: digest.clone() },
        ApplyError::NeedsApproval { digest: digest.clone() },
        ApplyError::Declined { digest: digest.clone() },
        ApplyError::NothingReady { decisions: list() },
        ApplyError::Dirty { files: list() },
        ApplyError::Staged { files: list() },
        ApplyError::NoVcs,
        ApplyError::Git { detail: detail.clone() },
        ApplyError::Locked,
        ApplyError::Interrupted,
        ApplyError::Torn { file: file.clone(), backup: some("its bytes are in .cello") },
        ApplyError::NothingApplied,
        ApplyError::ChangedSince { digest, what: list() },
        ApplyError::StoodOn { steps: BTreeMap::from([(some("routes"), list())]) },
        ApplyError::TwoPlans { one: some("routes"), other: some("module") },
        ApplyError::Record { file, detail: detail.clone() },
        ApplyError::CompileFails { command: command.clone(), errors: Vec::new() },
        ApplyError::TestsFail { command: command.clone(), output: some("1 failed") },
        ApplyError::NoScratch { detail: detail.clone() },
        ApplyError::CargoMissing { detail: detail.clone() },
        ApplyError::Network { detail },
        ApplyError::TooSlow { command: command.clone(), minutes: 30 },
        ApplyError::Cancelled,
        ApplyError::Io { doing: "read", path: "src".into(), source: io() },
    ];
    use Missing::{Code, Database, Dependency, Generated, Native, Toolchain};
    errors.extend(
        [Database, Native, Toolchain, Dependency, Generated, Code].map(|missing| ApplyError::BaselineFails {
            command: command.clone(),
            errors: list(),
            missing,
        }),
    );
    errors.into_iter().map(Failure::Apply).collect()
}

#[test]
fn the_catalogue_is_complete_and_each_failure_says_all_there_is_to_say() {
    let all: Vec<Failure> =
        [of_the_command_line(), of_the_plan(), of_an_apply()].into_iter().flatten().collect();
    let mut seen = BTreeSet::new();
    for failure in &all {
        let (card, told, text) = (failure.card(), failure.json().error, failure.text());
        seen.insert(card.id);
        assert_eq!((told.id.as_str(), told.title.as_str(), told.exit), (card.id, card.title, card.exit));
        for part in [&told.title, &told.detail, &told.why, &told.help] {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(part.len() > 3 && words(&text).contains(&words(part)), "{part} is not in {text}");
            assert!(!part.contains("  ") && !part.contains(" /issues"), "{}: {part}", card.id);
        }
        assert!(
            text.contains(&format!("[{}]", card.id)) && text.contains(&format!("exit code {}", card.exit))
        );
        for place in &told.at {
            assert!(told.detail.contains(place.as_str()), "{}: {place} is not told", card.id);
        }
        let page = explain(Some(card.id)).expect("it has a page").entries;
        let page = page.iter().find(|entry| entry.kind == "error").expect("the page is of the error");
        assert!(page.text.contains(&card.why.to_string()), "{}", card.id);
        assert!(page.text.contains(&format!("Exit code {}.", card.exit)), "{}", card.id);
    }
    let known: BTreeSet<&str> = CARDS.iter().map(|card| card.id).collect();
    assert_eq!(seen, known);
    let with_place = all.iter().filter(|failure| !failure.json().error.at.is_empty()).count();
    assert!(with_place > 14, "{with_place}");
}
