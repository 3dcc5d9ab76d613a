//! What a step decides before it becomes part of a plan.

use std::ops::Range;

use crate::plan::{Evidence, HandWork, SiteKind, Status, Verdict};

/// One step's decision. Title, component, facts, acceptance and pages to read come from the playbook by its `kind`.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Id of its entry in the playbook, such as `signup`.
    pub kind: &'static str,
    /// What tells it from others of its kind, such as `accounts::sign_up`; empty if there is only one.
    pub subject: String,
    /// Whether it can be applied.
    pub status: Status,
    /// Why, in a sentence.
    pub reason: String,
    /// What in the code it rests on.
    pub evidence: Vec<Evidence>,
    /// Ids of the decisions it waits for.
    pub needs: Vec<String>,
    /// Ids of the steps without which it does not compile or work.
    pub after: Vec<String>,
    /// What it changes; only if ready.
    pub edits: Vec<FileEdit>,
    /// What a person does.
    pub by_hand: Vec<HandWork>,
    /// What it says of candidates of the survey.
    pub accounts: Vec<SiteVerdict>,
}

/// A replacement in one file of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// Path from the project's root.
    pub file: String,
    /// Bytes of the file as it is; `None` if the file is created.
    pub at: Option<Range<usize>>,
    /// What takes their place.
    pub text: String,
}

/// What becomes of a candidate.
#[derive(Debug, Clone)]
pub struct SiteVerdict {
    /// The candidate's id.
    pub site: String,
    /// Its kind.
    pub kind: SiteKind,
    /// What becomes of it.
    pub verdict: Verdict,
    /// `A`, `B` or `C` for Stripe sites.
    pub case: Option<&'static str>,
    /// Why.
    pub reason: String,
}

impl Draft {
    /// A draft without edits or evidence yet.
    pub fn new(
        kind: &'static str,
        subject: impl Into<String>,
        status: Status,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            subject: subject.into(),
            status,
            reason: reason.into(),
            evidence: Vec::new(),
            needs: Vec::new(),
            after: Vec::new(),
            edits: Vec::new(),
            by_hand: Vec::new(),
            accounts: Vec::new(),
        }
    }

    /// Its id in the plan: `kind` or `kind:subject`.
    pub fn id(&self) -> String {
        if self.subject.is_empty() {
            self.kind.to_string()
        } else {
            format!("{}:{}", self.kind, self.subject)
        }
    }
}

/// Answers to decisions, by the decision's id.
pub type Answers = std::collections::BTreeMap<String, Answer>;

/// An answer to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The value chosen.
    pub value: String,
    /// Who gave it: `flag`, `answers-file`, `terminal` or `attested:NAME`.
    pub by: String,
}
