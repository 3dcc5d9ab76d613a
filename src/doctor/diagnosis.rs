//! What the doctor says: `cello-doctor/1`. Fields may be added in a minor version; none goes or changes meaning.

use serde::{Deserialize, Serialize};

use crate::plan::Component;
pub use crate::playbook::Severity;
use crate::survey::Tool;
use crate::target::At;

/// The schema this version writes.
pub const SCHEMA: &str = "cello-doctor/1";

/// An examined integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diagnosis {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// The answer in a word.
    pub verdict: Verdict,
    /// Cello's four components, in the words of its health report.
    pub components: Vec<ComponentHealth>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// Cello's QA checklist.
    pub checklist: Vec<Line>,
    /// What could be better, most worthwhile first.
    pub recommendations: Vec<Recommendation>,
    /// Files whose content is not in this, with the reason.
    pub unread: Vec<String>,
}

/// The answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There is no trace of Cello.
    NotIntegrated,
    /// Nothing wrong was found.
    Healthy,
    /// Nothing is broken, but there are warnings.
    Warnings,
    /// Something is broken.
    Broken,
}

/// One of Cello's components, judged from what was examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ComponentHealth {
    /// Which.
    pub component: Component,
    /// `connected`, `connectedWithWarnings` or `notConnected`.
    pub connection_status: ConnectionStatus,
    /// Why.
    pub reason: String,
    /// Its first trace.
    pub at: Option<At>,
}

/// As Cello's own health report says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ConnectionStatus {
    /// In place.
    Connected,
    /// In place, with something to look at.
    ConnectedWithWarnings,
    /// Missing or broken.
    NotConnected,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The part of Cello that suffers.
    pub component: Component,
    /// What is wrong.
    pub title: String,
    /// What it is here.
    pub text: String,
    /// Where; none for what was found by asking another machine.
    pub at: Option<At>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// Ids of the facts about Cello behind it.
    pub cello_facts: Vec<String>,
    /// Pages of those.
    pub docs: Vec<String>,
    /// Lines of the QA checklist it breaks.
    pub qa: Vec<String>,
    /// The step of a plan that puts it right, if one does.
    pub fixed_by: Option<String>,
    /// The same for the same finding, wherever its line moves.
    pub fingerprint: String,
    /// True if the baseline has it: it is shown, and doesn't count.
    pub known: bool,
}

/// A line of the QA checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Line {
    /// Its id.
    pub qa: String,
    /// What must hold.
    pub text: String,
    /// Its part of Cello.
    pub component: Component,
    /// Whether it does.
    pub state: State,
    /// What says so, or what would.
    pub settled_by: Vec<String>,
    /// Why this state.
    pub reason: String,
}

/// States of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It holds, as far as the source, or what was tried, tells.
    Holds,
    /// It doesn't.
    Broken,
    /// Nothing of it was seen in the source.
    NotSeen,
    /// The application has to run for it: `--live`, or a person with a browser.
    NeedsRunning,
    /// It is set in Cello's or Stripe's portal.
    NeedsThePortal,
}

/// Something that would make the programme better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recommendation {
    /// Stable id.
    pub id: String,
    /// What to do.
    pub title: String,
    /// What it brings.
    pub benefit: String,
    /// `minutes`, `an hour` or `a day`.
    pub effort: String,
    /// The command or page to go on with.
    pub command: String,
}

impl Diagnosis {
    /// Findings that count.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.known)
    }

    /// True if something is broken that the baseline doesn't have.
    pub fn has_errors(&self) -> bool {
        self.counting().any(|finding| finding.severity == Severity::Error)
    }
}
