//! A plan's steps: `steps` of `cello-plan/1`, with the same promise as the rest of it.

use serde::{Deserialize, Serialize};

use crate::target::At;

/// One reviewable change at one site, or one piece of hand work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// Stable id: `kind` or `kind:symbol-path[#n]`.
    pub id: String,
    /// What it does, in a phrase.
    pub title: String,
    /// The part of Cello it serves.
    pub component: Component,
    /// 1: needed; 2: recommended.
    pub phase: u8,
    /// Whether it can be applied.
    pub status: Status,
    /// What it is for, as the playbook says it of every application.
    #[serde(default)]
    pub why: String,
    /// Why it has this status here, in a sentence.
    pub reason: String,
    /// What in the code it rests on.
    pub evidence: Vec<Evidence>,
    /// Ids of the Cello facts it rests on.
    pub cello_facts: Vec<String>,
    /// Ids of the decisions it waits for.
    pub needs: Vec<String>,
    /// Ids of the steps without which it does not compile or work.
    pub after: Vec<String>,
    /// What it changes; empty unless ready.
    pub edits: Vec<PlannedEdit>,
    /// What a person does.
    pub by_hand: Vec<HandWork>,
    /// How to tell that it worked.
    pub acceptance: Vec<Acceptance>,
    /// Pages to read.
    pub docs: Vec<Doc>,
}

/// Whether a step can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Evidence supports it; it has edits.
    Ready,
    /// It waits for a decision.
    Decide,
    /// A person does it, with the text given.
    ByHand,
    /// It is there already.
    Done,
    /// This application does not need it.
    NotApplicable,
}

/// The part of Cello a step serves; the first four are the components of Cello's own health report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// cello.js and its token endpoint.
    ReferralWidget,
    /// cello-attribution.js and the code a visitor carries.
    Attribution,
    /// Telling Cello of a sign-up.
    SignupTracking,
    /// Stripe's Customers, and the webhook from Stripe to Cello.
    PurchaseTracking,
    /// What the others stand on.
    Setup,
}

/// A place in the code and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Where.
    pub at: At,
    /// What it shows.
    pub fact: String,
}

/// A replacement of a byte range. All edits of a plan apply to the original bytes at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlannedEdit {
    /// Path from the project's root.
    pub file: String,
    /// First byte and the one after the last, in the file whose hash is `before`; `[0, 0]` in a new file.
    pub at: [usize; 2],
    /// What takes the range's place.
    pub text: String,
    /// Unified diff of this edit alone, for reading only.
    pub diff: String,
}

/// Something a person does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HandWork {
    /// What to do.
    #[serde(rename = "do")]
    pub todo: String,
    /// Where, if it is a place in the code.
    #[serde(rename = "where")]
    pub place: Option<At>,
    /// The exact text to insert, or empty.
    pub text: String,
    /// The line of the QA checklist that holds afterwards.
    pub turns_green: Option<String>,
}

/// How to tell that a step worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Acceptance {
    /// Id in the QA checklist.
    pub qa: String,
    /// The line of the checklist.
    pub text: String,
    /// What settles it.
    pub how: How,
}

/// What settles a line of the QA checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Reading the source.
    Static,
    /// Compiling.
    Compile,
    /// The running application.
    Running,
    /// Cello's or Stripe's portal.
    Portal,
}

/// A page of documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Doc {
    /// Its address.
    pub url: String,
    /// When it was read, `YYYY-MM` or `YYYY-MM-DD`.
    pub read: String,
}
