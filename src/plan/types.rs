//! The plan's data types: `cello-plan/1`. Fields may be added in a minor version; none goes or changes meaning.

use serde::{Deserialize, Serialize};

pub use crate::survey::Tool;

use super::step::Step;
use crate::survey::Survey;
use crate::target::At;

/// The schema this version writes and reads.
pub const SCHEMA: &str = "cello-plan/1";

/// A complete plan, as kept in `plan.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Plan {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What made this plan.
    pub tool: Tool,
    /// `sha256:…` over schema, answers, files, steps and subset: what is approved.
    pub digest: String,
    /// `sha256:…` over everything else, so that an edited explanation is noticed too.
    pub document_sha256: String,
    /// What this plan can do as it stands.
    pub outcome: Outcome,
    /// The project it was made for.
    pub project: Project,
    /// Counts for the first screen.
    pub summary: Summary,
    /// What was found in the project.
    pub survey: Survey,
    /// What becomes of every candidate of the survey.
    pub accounting: Vec<Account>,
    /// What a person has to decide, and what they answered.
    pub decisions: Vec<Decision>,
    /// Every file the plan touches.
    pub files: Vec<PlannedFile>,
    /// The steps, in the order a reader takes them.
    pub steps: Vec<Step>,
    /// Ids of the steps kept, where this is a subset of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<Vec<String>>,
}

/// What a plan can do as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// There are edits and nothing is left to decide.
    Ready,
    /// Something has to be decided first; what is ready can be applied meanwhile.
    Decide,
    /// No edits: all is done, or only hand work is left.
    NothingToDo,
}

/// The project a plan was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Project {
    /// Names of the packages surveyed.
    pub packages: Vec<String>,
    /// Its git state, where it has one.
    pub git: Option<Git>,
}

/// State of the git repository around the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Git {
    /// Commit id of HEAD.
    pub head: String,
}

/// Counts for the first screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Where the Stripe Customer is made: `A` (at sign-up), `B` (at purchase), `C` (another gateway), or `unknown`.
    pub attribution: String,
    /// Frameworks with versions, such as `axum 0.8`.
    pub frameworks: Vec<String>,
    /// How the application knows who is signed in, in a phrase.
    pub identity: String,
    /// Number of steps of each status.
    pub ready: usize,
    /// See [`Status::Decide`].
    pub decide: usize,
    /// See [`Status::ByHand`].
    pub by_hand: usize,
    /// See [`Status::Done`].
    pub done: usize,
    /// See [`Status::NotApplicable`].
    pub not_applicable: usize,
    /// Lines of existing files that the ready steps change or add, by kind.
    pub changed_lines: ChangedLines,
    /// Lines in new files.
    pub new_lines: usize,
}

/// Lines changed in or added to existing files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedLines {
    /// In Rust files.
    pub rust: usize,
    /// In page templates.
    pub templates: usize,
    /// In `Cargo.toml` and `Cargo.lock`.
    pub manifests: usize,
    /// Anywhere else.
    pub other: usize,
}

/// What becomes of one candidate of the survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Account {
    /// The candidate's id in the survey.
    pub site: String,
    /// What kind of candidate it is.
    pub kind: SiteKind,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The step that deals with it.
    pub step: Option<String>,
    /// The case it belongs to (`A`, `B`, `C`), for Stripe sites.
    pub case: Option<String>,
    /// Why.
    pub reason: String,
}

/// Kinds of sites which the accounting covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SiteKind {
    /// A way to sign up.
    Signup,
    /// A call to Stripe.
    Stripe,
    /// A page shell.
    Page,
    /// A Content-Security-Policy.
    Csp,
}

/// What becomes of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A step edits it.
    Edit,
    /// Another site's edit, or existing code, takes care of it.
    Covered,
    /// It is something else.
    NotApplicable,
    /// A decision is open.
    Undecided,
    /// A person has to do it, with the text given.
    ByHand,
}

/// A question only a person, or somebody they trust with it, can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Decision {
    /// Stable id, for `--set ID=VALUE`.
    pub id: String,
    /// The question.
    pub prompt: String,
    /// Why it can't be decided from the code.
    pub why: String,
    /// True where an agent may not answer.
    pub human_only: bool,
    /// What an answer looks like.
    pub accepts: Accepts,
    /// The choices, where there are some.
    pub options: Vec<Choice>,
    /// What is taken if a person says so without choosing; never taken by itself.
    pub default: Option<String>,
    /// The answer given.
    pub answer: Option<String>,
    /// Who answered: `flag`, `answers-file`, `terminal` or `attested:NAME`.
    pub answered_by: Option<String>,
}

/// What an answer to a decision looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Accepts {
    /// One of the options' values.
    Option,
    /// A Rust expression.
    Expression,
    /// A path in the project.
    Path,
    /// Any text.
    Text,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Choice {
    /// What to give to `--set`.
    pub value: String,
    /// What it means.
    pub label: String,
    /// What in the code speaks for it.
    pub evidence: Option<At>,
}

/// A file the plan creates or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlannedFile {
    /// Path from the project's root, `/`-separated.
    pub path: String,
    /// `sha256:…` of its bytes when the plan was made; null where no such path exists.
    pub before: Option<String>,
    /// `sha256:…` of its bytes after all edits of this plan.
    pub after: String,
    /// The whole text of a created file; null for an existing one.
    pub content: Option<String>,
}
