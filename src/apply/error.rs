//! Everything that can stop an apply or an undo. In each of these cases nothing was written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::baseline::Missing;
use super::blame::Blamed;
use crate::plan::PlanError;

/// Why nothing was applied, or taken back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The plan can't be trusted, or not be cut to the steps chosen.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The hashes are right, yet the plan contradicts itself.
    #[error("{file}: {why}")]
    Inconsistent {
        /// The file, or step, in question.
        file: String,
        /// What does not fit.
        why: String,
    },
    /// A file isn't what the plan was made from.
    #[error("{file} {what} ({})", list(.steps))]
    Stale {
        /// Path from the root.
        file: String,
        /// Steps that would change it.
        steps: Vec<String>,
        /// How it differs.
        what: String,
    },
    /// A path that the plan may not touch.
    #[error("{file}: {why}")]
    Unsafe {
        /// As the plan has it.
        file: String,
        /// Which rule it breaks.
        why: String,
    },
    /// A file of the plan is read-only.
    #[error("{file} is read-only")]
    ReadOnly {
        /// Path from the root.
        file: String,
    },
    /// The digest approved is another plan's.
    #[error("approved was {given}, but this plan's digest is {actual}")]
    WrongDigest {
        /// As given.
        given: String,
        /// Of the plan at hand.
        actual: String,
    },
    /// Nobody approved the plan.
    #[error("the plan {digest} is not approved")]
    NeedsApproval {
        /// Of the plan at hand.
        digest: String,
    },
    /// A person said no.
    #[error("the plan {digest} was declined")]
    Declined {
        /// Of the plan at hand.
        digest: String,
    },
    /// No step is ready, since decisions are open.
    #[error("no step of this plan is ready; open decisions: {}", .decisions.join(", "))]
    NothingReady {
        /// Ids of the open decisions.
        decisions: Vec<String>,
    },
    /// Files of the plan have changes that git does not know.
    #[error("files of the plan have uncommitted changes: {}", .files.join(", "))]
    Dirty {
        /// Paths from the root.
        files: Vec<String>,
    },
    /// Files of the plan have staged changes.
    #[error("files of the plan have staged changes: {}", .files.join(", "))]
    Staged {
        /// Paths from the root.
        files: Vec<String>,
    },
    /// The project isn't in a git repository.
    #[error("the project is not under version control by git")]
    NoVcs,
    /// git is there but does not answer.
    #[error("git does not tell the state of the project: {detail}")]
    Git {
        /// What it says.
        detail: String,
    },
    /// Another apply, undo or plan is at work here.
    #[error("another cello-scaffold is at work in this project")]
    Locked,
    /// A commit was interrupted, and this command may not repair it.
    #[error("an earlier apply or undo was interrupted and is not cleared up yet")]
    Interrupted,
    /// A commit was interrupted, and somebody edited a file of it since.
    #[error("{file} was edited after an apply or undo was interrupted; {backup}")]
    Torn {
        /// Path from the root.
        file: String,
        /// Where its former bytes are.
        backup: String,
    },
    /// There is nothing to undo.
    #[error("nothing was applied here, or all of it was taken back")]
    NothingApplied,
    /// All of it was edited after it was applied.
    #[error("after {digest} was applied, all that could be taken back was changed:\n{}", .what.join("\n"))]
    ChangedSince {
        /// The plan applied.
        digest: String,
        /// Each file and what is different there.
        what: Vec<String>,
    },
    /// Steps that would stay stand on steps that are to be taken back.
    #[error("other applied steps stand on those: {}", stood_on(.steps))]
    StoodOn {
        /// Each step that would stay, with those it stands on.
        steps: BTreeMap<String, Vec<String>>,
    },
    /// Steps to take back were applied by different plans.
    #[error("`{one}` and `{other}` were applied by different plans")]
    TwoPlans {
        /// A step of one of them.
        one: String,
        /// A step of another.
        other: String,
    },
    /// The records in `.cello` can't be used.
    #[error("{file} can't be used: {detail}")]
    Record {
        /// Path from the root.
        file: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The project does not compile as it is.
    #[error("the project does not compile as it is, without the plan")]
    BaselineFails {
        /// Command that failed.
        command: String,
        /// The compiler's errors, or cargo's own words.
        errors: Vec<String>,
        /// What it lacks here, as far as they tell.
        missing: Missing,
    },
    /// The project would not compile with the plan.
    #[error("with the plan, the project would not compile")]
    CompileFails {
        /// Command that failed.
        command: String,
        /// The compiler's errors, each with the steps that caused it.
        errors: Vec<Blamed>,
    },
    /// The plan's own tests fail in the copy.
    #[error("`{command}` fails in the copy:\n{output}")]
    TestsFail {
        /// Command that failed.
        command: String,
        /// What it wrote.
        output: String,
    },
    /// No scratch copy can be made.
    #[error("no scratch copy of the project can be made: {detail}")]
    NoScratch {
        /// Why.
        detail: String,
    },
    /// There is no cargo.
    #[error("cargo is not there: {detail}")]
    CargoMissing {
        /// What was tried.
        detail: String,
    },
    /// cargo needs the network and has none.
    #[error("cargo can't fetch what it needs: {detail}")]
    Network {
        /// What it says.
        detail: String,
    },
    /// Compiling took longer than it may.
    #[error("`{command}` was ended after {minutes} minutes")]
    TooSlow {
        /// Command that was ended.
        command: String,
        /// How long it may take.
        minutes: u64,
    },
    /// A person ended the compiler.
    #[error("the compiler was interrupted; nothing was written")]
    Cancelled,
    /// The machine failed.
    #[error("{path} can't be {doing}: {source}")]
    Io {
        /// Past participle: `read`, `written`, …
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn list(ids: &[String]) -> String {
    match ids {
        [] => "no step".into(),
        [one] => format!("step {one}"),
        many => format!("steps {}", many.join(", ")),
    }
}

fn stood_on(steps: &BTreeMap<String, Vec<String>>) -> String {
    let told = steps.iter().map(|(step, below)| format!("{step} on {}", below.join(" and ")));
    told.collect::<Vec<_>>().join("; ")
}

/// Turns an error of the machine into ours: `.map_err(io("read", &path))`.
pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ApplyError {
    let path = path.to_path_buf();
    move |source| ApplyError::Io { doing, path, source }
}
