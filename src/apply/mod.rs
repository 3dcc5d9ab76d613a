//! Writes exactly an approved plan, proven in a scratch copy first, all or nothing; and takes it back.
//!
//! The only part of the program that writes to the target. It can't plan: what it writes is computed from the plan's
//! edits and the files' bytes, and both have to match the plan's hashes.

mod baseline;
mod beneath;
pub mod blame;
mod cargo;
mod check;
mod checker;
mod commit;
mod compile;
mod confine;
mod consistent;
mod durable;
mod error;
mod features;
mod folder;
mod guards;
mod hunks;
mod left;
mod migrated;
mod record;
mod run;
mod scratch;
mod stale;
mod taken;
mod types;
mod undo;
mod unstage;
mod workspace;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde::Serialize;

pub use baseline::Missing;
pub use blame::Blamed;
pub use check::{Change, changes};
pub use checker::FrontEndProof;
pub use commit::hold;
pub use compile::{Job, Proof, prove};
pub use durable::Hook;
pub use error::ApplyError;
pub use folder::{Folder, is_interrupted, make as make_folder, own as own_folder};
pub use guards::{Allow, guard};
pub use migrated::First;
pub use record::Record;
pub use taken::{Kept, Undone};
pub use undo::{Back, take_back, undo};
pub use unstage::{Recovery, recover};

use crate::plan::{self, Outcome, Plan, Status, Tool};

/// Ends a compilation and removes its copy of the project. For a handler of interrupts, which ends the program then.
pub fn abandon() {
    cargo::stop();
    scratch::abandon();
}

/// Takes remarks for people while the work goes on.
pub type Tell<'a> = &'a mut dyn FnMut(&str);

/// Which steps of a plan to apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Choice {
    /// All that are ready.
    #[default]
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Skip(Vec<String>),
}

/// How the plan gets approved.
pub enum Approval<'a> {
    /// By naming its digest.
    Digest(String),
    /// By asking a person, who is shown the plan.
    Ask(&'a mut dyn FnMut(&Plan) -> bool),
    /// Not at all.
    None,
}

/// What to apply, where, and how.
pub struct Request<'a> {
    /// The project's root.
    pub root: &'a Path,
    /// The bytes of `plan.json`.
    pub plan: &'a [u8],
    /// Steps to apply.
    pub choice: Choice,
    /// Who approves.
    pub approval: Approval<'a>,
    /// Guards switched off.
    pub allow: Allow,
    /// Do everything but write.
    pub dry_run: bool,
    /// Compile a patched copy first.
    pub verify: bool,
    /// Run the tests of the plan's own modules, too.
    pub test: bool,
    /// Program to run as cargo.
    pub cargo: OsString,
    /// Called before every durable step.
    pub hook: Hook<'a>,
}

/// What was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Applied {
    /// Always `cello-apply/1`.
    pub schema: String,
    /// What applied it.
    pub tool: Tool,
    /// Digest of the plan, or of the part of it that was chosen.
    pub digest: String,
    /// `applied`, `dry-run` or `nothing-to-do`.
    pub outcome: String,
    /// Steps applied.
    pub steps: Vec<String>,
    /// Files written.
    pub files: Vec<Written>,
    /// How it was proven to compile; null where it was not.
    pub proof: Option<Proof>,
}

/// One file written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Written {
    /// Path from the root.
    pub path: String,
    /// True if it did not exist.
    pub created: bool,
    /// `sha256:…` of its new bytes.
    pub after: String,
}

/// Applies a plan.
///
/// # Errors
/// If anything is not as the plan, its approval or the guards ask; then nothing was written.
pub fn apply(request: Request, tell: Tell) -> Result<Applied, ApplyError> {
    let whole = plan::read(request.plan)?;
    // What is compared with it later is free of links too.
    let root = &fs::canonicalize(request.root).map_err(error::io("read", request.root))?;
    if whole.files.is_empty() {
        return nothing(&whole);
    }
    // The lock comes before the first look at the tree, so that nobody of us changes it in between.
    let folder = if request.dry_run {
        if is_interrupted(root)? {
            return Err(ApplyError::Interrupted);
        }
        None
    } else {
        let folder = Folder::open(root)?;
        clear_up(&folder, tell)?;
        Some(folder)
    };
    let plan = chosen(&whole, &request.choice, root)?;
    if plan.files.is_empty() {
        return nothing(&plan);
    }
    let changes = changes(root, &plan)?;
    approve(&plan, request.approval, request.dry_run)?;
    for remark in guard(root, &changes, request.allow)? {
        tell(&remark);
    }
    let proof = if request.verify {
        let job = Job {
            root,
            plan: &plan,
            changes: &changes,
            lock_changes: lock_changes(&whole),
            test: request.test,
            cargo: &request.cargo,
        };
        Some(prove(&job, tell)?)
    } else {
        tell("Not compiled before writing, as asked for (--no-verify).");
        None
    };
    if let Some(folder) = &folder {
        let record = Record::new(root, &plan, &changes)?;
        let finish = commit::Finish::Push(plan.digest.clone());
        commit::commit(folder, &changes, Some(&record), finish, request.hook)?;
    }
    let outcome = if request.dry_run { "dry-run" } else { "applied" };
    Ok(report(&plan, outcome, proof))
}

/// The plan, or the part of it that was chosen.
///
/// # Errors
/// If the part isn't closed, a step does not exist, or a file isn't what the plan was made from.
pub fn chosen(whole: &Plan, choice: &Choice, root: &Path) -> Result<Plan, ApplyError> {
    let keep: Vec<String> = match choice {
        Choice::All => return Ok(whole.clone()),
        Choice::Only(ids) => ids.clone(),
        Choice::Skip(ids) => {
            let known = |id: &&String| whole.steps.iter().any(|step| step.id == **id);
            if let Some(stranger) = ids.iter().find(|id| !known(id)) {
                return Err(plan::PlanError::NoStep(stranger.clone()).into());
            }
            let steps = whole.steps.iter().filter(|step| !ids.contains(&step.id));
            steps.map(|step| step.id.clone()).collect()
        }
    };
    Ok(plan::subset(whole, &keep, &|path| original(root, path))?)
}

/// A file's bytes now; `None` where there is none that a plan may touch.
pub fn original(root: &Path, path: &str) -> Option<Vec<u8>> {
    confine::read(root, path).ok().flatten().map(|(bytes, _)| bytes)
}

fn approve(plan: &Plan, approval: Approval, dry_run: bool) -> Result<(), ApplyError> {
    match approval {
        Approval::Digest(given) if given == plan.digest => Ok(()),
        Approval::Digest(given) => Err(ApplyError::WrongDigest { given, actual: plan.digest.clone() }),
        // Nothing gets written, so there is nothing to approve.
        _ if dry_run => Ok(()),
        Approval::Ask(ask) => {
            if ask(plan) {
                return Ok(());
            }
            Err(ApplyError::Declined { digest: plan.digest.clone() })
        }
        Approval::None => Err(ApplyError::NeedsApproval { digest: plan.digest.clone() }),
    }
}

/// A plan without edits: fine, unless it only waits for answers.
fn nothing(plan: &Plan) -> Result<Applied, ApplyError> {
    if plan.outcome != Outcome::Decide {
        return Ok(report(plan, "nothing-to-do", None));
    }
    let open = plan.decisions.iter().filter(|decision| decision.answer.is_none());
    Err(ApplyError::NothingReady { decisions: open.map(|decision| decision.id.clone()).collect() })
}

/// True if the plan leaves it to cargo to bring `Cargo.lock` up to date.
pub fn lock_changes(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| step.id == "lockfile" && step.status == Status::ByHand)
}

fn clear_up(folder: &Folder, tell: Tell) -> Result<(), ApplyError> {
    match recover(folder)? {
        Recovery::Nothing => {}
        Recovery::RolledBack => tell("An earlier run was interrupted; what it had written was taken back."),
        Recovery::Completed => {
            tell("An earlier run was interrupted after its last file; its records are complete now.")
        }
    }
    Ok(())
}

/// Ids of the steps that have edits.
fn ready(plan: &Plan) -> Vec<String> {
    let ready = plan.steps.iter().filter(|step| step.status == Status::Ready);
    ready.map(|step| step.id.clone()).collect()
}

fn report(plan: &Plan, outcome: &str, proof: Option<Proof>) -> Applied {
    let files = plan.files.iter().map(|file| Written {
        path: file.path.clone(),
        created: file.before.is_none(),
        after: file.after.clone(),
    });
    Applied {
        schema: "cello-apply/1".into(),
        tool: Tool::this(),
        digest: plan.digest.clone(),
        outcome: outcome.into(),
        steps: ready(plan),
        files: files.collect(),
        proof,
    }
}
