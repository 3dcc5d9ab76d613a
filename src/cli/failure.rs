//! Every way a command can fail, with what a person or program is told: id, title, detail, help and exit code.

use std::path::PathBuf;

use super::cards::*;
use crate::apply::ApplyError;
use crate::plan::PlanError;
use crate::target::TargetError;

/// Why a command failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The command line can't be understood.
    Usage(String),
    /// An answer names a decision that the plan does not have.
    UnknownDecision {
        /// As given.
        id: String,
        /// Those the plan has.
        known: Vec<String>,
    },
    /// An answer is none of a decision's options.
    NotAnOption {
        /// The decision.
        id: String,
        /// As given.
        value: String,
        /// What can be given.
        options: Vec<String>,
    },
    /// `explain` knows nothing of this name.
    UnknownId {
        /// As given.
        id: String,
        /// What is spelled alike.
        alike: Vec<String>,
    },
    /// The answers file can't be understood.
    Answers {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The doctor's baseline can't be understood.
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A step that a plan does itself, or does not need, was ticked.
    NotByHand(String),
    /// A tool call reaches out of the server's folders.
    OutsideRoots {
        /// Where it leads.
        path: PathBuf,
        /// Where it may lead.
        roots: Vec<PathBuf>,
    },
    /// There is no plan file.
    NoPlan(PathBuf),
    /// An answer that only a person may give came by flag, without a name.
    Attest(Vec<String>),
    /// A change to another machine that nobody has agreed to.
    NotAgreed(String),
    /// No package depends on a web framework.
    NoApp,
    /// The target can't be opened.
    Target(TargetError),
    /// Nothing was applied, or taken back.
    Apply(ApplyError),
    /// A file that isn't the target's can't be read or written.
    Io {
        /// Past participle: `read`, `written`, …
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another machine gave no answer, or refused.
    Remote(String),
    /// A person ended the program.
    Interrupted,
    /// The program is wrong.
    Defect(String),
}

/// Compiler errors shown at most: the first few say what is wrong.
const SHOWN: usize = 20;

impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        Self::Target(error)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self::Apply(error)
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::Apply(error.into())
    }
}

impl Failure {
    /// Its kind.
    pub fn card(&self) -> Card {
        match self {
            Self::Usage(_) => USAGE,
            Self::UnknownDecision { .. } => UNKNOWN_DECISION,
            Self::NotAnOption { .. } => NOT_AN_OPTION,
            Self::UnknownId { .. } => UNKNOWN_ID,
            Self::NotByHand(_) => NOT_BY_HAND,
            Self::Answers { .. } => ANSWERS,
            Self::Baseline { .. } => DOCTOR_BASELINE,
            Self::OutsideRoots { .. } => OUTSIDE_ROOTS,
            Self::NoPlan(_) => NO_PLAN,
            Self::Attest(_) => ATTEST,
            Self::NotAgreed(_) => NOT_AGREED,
            Self::NoApp => NO_APP,
            Self::Target(error) => target_card(error),
            Self::Apply(error) => apply_card(error),
            Self::Io { .. } => IO,
            Self::Remote(_) => REMOTE,
            Self::Interrupted => INTERRUPTED,
            Self::Defect(_) => DEFECT,
        }
    }

    /// What happened here, and where.
    pub fn detail(&self) -> String {
        match self {
            Self::Usage(text) | Self::Remote(text) | Self::Defect(text) => text.clone(),
            Self::UnknownDecision { id, known } => {
                format!("`{id}` is none of this plan's decisions: {}", listed(known))
            }
            Self::NotByHand(id) => format!("`{id}` is no hand work in this plan"),
            Self::UnknownId { id, alike } if alike.is_empty() => format!("`{id}`"),
            Self::UnknownId { id, alike } => format!("`{id}`; spelled alike: {}", listed(alike)),
            Self::NotAnOption { id, value, options } => {
                format!("`{id}` can't be `{value}`, only one of: {}", listed(options))
            }
            Self::Answers { path, detail } | Self::Baseline { path, detail } => {
                format!("{}: {detail}", path.display())
            }
            Self::OutsideRoots { path, roots } => {
                let roots: Vec<String> = roots.iter().map(|root| root.display().to_string()).collect();
                format!("{} is in none of: {}", path.display(), listed(&roots))
            }
            Self::NoPlan(path) => format!("{} does not exist", path.display()),
            Self::Attest(ids) => {
                format!("answered by flag, without a person's name: {}", listed(ids))
            }
            Self::NotAgreed(question) => question.clone(),
            Self::NoApp => "no package here depends on a web framework that this tool knows".into(),
            Self::Target(error) => error.to_string(),
            Self::Apply(error) => apply_detail(error),
            Self::Io { doing, path, source } => format!("{} can't be {doing}: {source}", path.display()),
            Self::Interrupted => "nothing is half-written".into(),
        }
    }

    /// What to do next.
    pub fn help(&self) -> String {
        super::help::help(self)
    }

    /// Exit code.
    pub fn exit(&self) -> i32 {
        self.card().exit
    }
}

fn target_card(error: &TargetError) -> Card {
    match error {
        TargetError::NotFound { .. } => NO_PROJECT,
        TargetError::NoManifest { .. } => NO_MANIFEST,
        TargetError::Manifest { .. } => MANIFEST,
        TargetError::NoPackage { .. } => UNKNOWN_PACKAGE,
        TargetError::Read { .. } => IO,
    }
}

fn apply_card(error: &ApplyError) -> Card {
    match error {
        ApplyError::Plan(PlanError::Malformed(_)) => MALFORMED,
        ApplyError::Plan(PlanError::Schema(_)) => SCHEMA,
        ApplyError::Plan(PlanError::Edited(_)) => EDITED,
        ApplyError::Plan(PlanError::Open(_)) => OPEN_SUBSET,
        ApplyError::Plan(PlanError::NoStep(_)) => UNKNOWN_STEP,
        ApplyError::Plan(PlanError::Edits(_)) | ApplyError::Stale { .. } => STALE,
        ApplyError::Inconsistent { .. } => INCONSISTENT,
        ApplyError::Unsafe { .. } => UNSAFE,
        ApplyError::ReadOnly { .. } => READ_ONLY,
        ApplyError::WrongDigest { .. } => WRONG_DIGEST,
        ApplyError::NeedsApproval { .. } => APPROVAL,
        ApplyError::Declined { .. } => DECLINED,
        ApplyError::NothingReady { .. } => NOTHING_READY,
        ApplyError::Dirty { .. } => DIRTY,
        ApplyError::Staged { .. } => STAGED,
        ApplyError::NoVcs => NO_VCS,
        ApplyError::Git { .. } => GIT,
        ApplyError::Locked => LOCKED,
        ApplyError::Interrupted => UNFINISHED,
        ApplyError::Torn { .. } => TORN,
        ApplyError::NothingApplied => NOTHING_APPLIED,
        ApplyError::ChangedSince { .. } => CHANGED_SINCE,
        ApplyError::StoodOn { .. } => STOOD_ON,
        ApplyError::TwoPlans { .. } => TWO_PLANS,
        ApplyError::Record { .. } => RECORD,
        ApplyError::BaselineFails { missing, .. } => super::baseline::card(*missing),
        ApplyError::TooSlow { .. } => TOO_SLOW,
        ApplyError::CompileFails { .. } => COMPILE,
        ApplyError::TestsFail { .. } => TESTS,
        ApplyError::NoScratch { .. } => NO_SCRATCH,
        ApplyError::CargoMissing { .. } => CARGO,
        ApplyError::Network { .. } => NETWORK,
        ApplyError::Cancelled => INTERRUPTED,
        ApplyError::Io { .. } => IO,
    }
}

fn apply_detail(error: &ApplyError) -> String {
    let (command, errors) = match error {
        ApplyError::BaselineFails { command, errors, .. } => (command, errors.clone()),
        ApplyError::CompileFails { command, errors } => {
            (command, errors.iter().map(ToString::to_string).collect())
        }
        other => return other.to_string(),
    };
    let shown = errors.len().min(SHOWN);
    let more = match errors.len() - shown {
        0 => String::new(),
        more => format!("\n\nand {more} more"),
    };
    format!("`{command}` fails:\n\n{}{more}", errors[..shown].join("\n\n"))
}

fn listed(items: &[String]) -> String {
    if items.is_empty() { "(none)".into() } else { items.join(", ") }
}
