//! What to do after each failure.

use super::failure::Failure;
use crate::apply::ApplyError;
use crate::plan::PlanError;
use crate::target::TargetError;

const AGAIN: &str = "Make a new plan with `cello-scaffold plan`, review it, and approve its digest.";

pub(super) fn help(failure: &Failure) -> String {
    match failure {
        Failure::Usage(_) => "See `cello-scaffold --help`, or `cello-scaffold COMMAND --help`.".into(),
        Failure::UnknownDecision { .. } | Failure::NotAnOption { .. } => {
            "Run `cello-scaffold plan` to see the decisions with their options, then answer with \
             `--set DECISION=VALUE`."
                .into()
        }
        Failure::NotByHand(_) => "`cello-scaffold tick` lists the steps that are.".into(),
        Failure::UnknownId { .. } => "`cello-scaffold explain` lists all there is.".into(),
        Failure::Answers { .. } => {
            "It has to be a JSON object such as {\"decision\": \"value\"}, in UTF-8.".into()
        }
        Failure::Baseline { .. } => {
            "Delete it and run the same command again: a new one is written that accepts what is found then.".into()
        }
        Failure::OutsideRoots { .. } => {
            "Start the server with the folder that holds the whole project: `cello-scaffold mcp PATH`.".into()
        }
        Failure::NoPlan(_) => {
            "Make one with `cello-scaffold plan`, in the project's folder, or name another file.".into()
        }
        Failure::Attest(_) => {
            "Let a person decide, then run the same command with `--attest NAME`; the name is recorded in the plan. \
             Or run `cello-scaffold plan` at a terminal."
                .into()
        }
        Failure::NotAgreed(_) => "Agree at a terminal, or with `--yes`.".into(),
        Failure::NoApp => {
            "Run it in the folder of the web application: `cello-scaffold survey PATH`.".into()
        }
        Failure::Target(error) => target(error),
        Failure::Apply(error) => apply(error),
        Failure::Io { .. } => "Check that it exists, that you may use it, and that the disk is not full.".into(),
        Failure::Remote(_) => "Check the address, the key and what it may do, then run the same command again.".into(),
        Failure::Interrupted => "Run the same command again.".into(),
        Failure::Defect(_) => {
            "Nothing is half-written. Please report this text, with the command you ran, to whoever gave you this program."
                .into()
        }
    }
}

fn target(error: &TargetError) -> String {
    match error {
        TargetError::NotFound { .. } => "Name the project's folder: `cello-scaffold plan PATH`.".into(),
        TargetError::NoManifest { .. } => {
            "Run it in the folder that has the application's Cargo.toml: `cello-scaffold plan PATH`.".into()
        }
        TargetError::Manifest { .. } => {
            "Mend it until `cargo metadata` takes it, then run this again.".into()
        }
        TargetError::NoPackage { .. } => "Name one of them with `--package NAME`.".into(),
        TargetError::Read { .. } => "Check that it exists and that you may read it.".into(),
    }
}

fn apply(error: &ApplyError) -> String {
    match error {
        ApplyError::Plan(error) => plan(error),
        ApplyError::Stale { .. } => format!(
            "{AGAIN} `cello-scaffold diff .cello/previous.json` then shows what is new since this one."
        ),
        ApplyError::Unsafe { file, .. } if file.starts_with(".cello") => {
            "Nothing was written. Move it away, then run the same command again; `cello-scaffold plan --out DIR` writes \
             the plan elsewhere."
                .into()
        }
        ApplyError::Inconsistent { .. } | ApplyError::Unsafe { .. } => format!(
            "Nothing was written. This tool makes no such plan for a project like this. {AGAIN}"
        ),
        ApplyError::ReadOnly { .. } => "Make the file writable, then run `cello-scaffold apply` again.".into(),
        ApplyError::WrongDigest { actual, .. } => format!(
            "Review this plan with `cello-scaffold show`; to approve it, run `cello-scaffold apply --approve {actual}`."
        ),
        ApplyError::NeedsApproval { digest } => format!(
            "Review it with `cello-scaffold show`, then run `cello-scaffold apply --approve {digest}`, with the same \
             --only or --skip. At a terminal, `cello-scaffold apply` asks."
        ),
        ApplyError::Declined { .. } => {
            "Nothing was written. `cello-scaffold apply --only STEP,…` applies a part of it.".into()
        }
        ApplyError::NothingReady { .. } => {
            "Answer them with `cello-scaffold plan --set DECISION=VALUE`, then apply the new plan.".into()
        }
        ApplyError::Dirty { .. } => {
            "Commit or stash them, so that git can show what was added; or pass `--allow-dirty`.".into()
        }
        ApplyError::Staged { .. } => {
            "Commit them, so that git can show what was added; or pass `--allow-staged`.".into()
        }
        ApplyError::NoVcs => {
            "Run `git init` and commit first; or pass `--allow-no-vcs`: `cello-scaffold undo` works without git too."
                .into()
        }
        ApplyError::Git { .. } => {
            "See what `git status` says here; or pass `--allow-no-vcs` if there is no repository.".into()
        }
        ApplyError::Locked => "Wait until it has ended, then run the same command again.".into(),
        ApplyError::Interrupted => {
            "Run `cello-scaffold apply` without `--dry-run`, `plan` or `undo`: each clears up first.".into()
        }
        ApplyError::Torn { .. } => {
            "Save your edit elsewhere, put the file's former content back, and run the same command again.".into()
        }
        ApplyError::NothingApplied => "Name the project's folder: `cello-scaffold undo PATH`.".into(),
        ApplyError::ChangedSince { .. } => {
            "Nothing was written. Put those places back as they were (`git diff` shows them), or take what was applied out \
             by hand; then run `cello-scaffold undo` again."
                .into()
        }
        ApplyError::StoodOn { steps } => {
            let more: Vec<&str> = steps.keys().map(String::as_str).collect();
            format!("Nothing was written. Take them back too: `--only …,{}`.", more.join(","))
        }
        ApplyError::TwoPlans { .. } => {
            "Nothing was written. Take the steps of each plan back with a command of its own, the later plan's first."
                .into()
        }
        ApplyError::Record { .. } => {
            "Nothing was written. Use git to take changes back, then remove `.cello/applied` and `.cello/commit`."
                .into()
        }
        ApplyError::BaselineFails { missing, .. } => super::baseline::help(*missing),
        ApplyError::TooSlow { command, .. } => format!(
            "Nothing was written. Run `{command}` in the project first: what it builds is used again. Or apply without the \
             proof: `--no-verify`."
        ),
        ApplyError::CompileFails { .. } => {
            "Nothing was written. Leave the step named out with `cello-scaffold apply --skip STEP`, or run \
             `cello-scaffold plan --check` for a plan that leaves it to a person. If the step is wrong, please report it."
                .into()
        }
        ApplyError::TestsFail { .. } => {
            "Nothing was written. Apply without `--test` if the tests can't run on this machine; if they are wrong, please \
             report it."
                .into()
        }
        ApplyError::NoScratch { .. } => {
            "Nothing was written. Apply with `--no-verify`, then run `cargo check` yourself; `cello-scaffold undo` \
             takes it back."
                .into()
        }
        ApplyError::CargoMissing { .. } => {
            "Install Rust from https://rustup.rs, or apply without the proof with `--no-verify`.".into()
        }
        ApplyError::Network { .. } => {
            "Run `cargo fetch` where there is a network, then apply again; or apply with `--no-verify`.".into()
        }
        ApplyError::Cancelled => "Run the same command again.".into(),
        ApplyError::Io { .. } => {
            "Nothing was written. Check that you may use it and that the disk is not full, then run it again.".into()
        }
    }
}

fn plan(error: &PlanError) -> String {
    match error {
        PlanError::Open(steps) => format!("Add them: `--only …,{}`.", steps.join(",")),
        PlanError::NoStep(_) => "`cello-scaffold show` lists the plan's steps with their ids.".into(),
        _ => AGAIN.into(),
    }
}
