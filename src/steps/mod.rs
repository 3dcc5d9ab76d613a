//! The steps: from facts, anchors and answers to edits, decisions and hand work, each with a reason.
//!
//! A step sees no syntax and touches no disk.

mod draft;

pub use draft::{Draft, FileEdit, SiteVerdict};

// Stand-in below.
use std::collections::BTreeMap;

use crate::plan::{Outcome, Plan, Project, Summary, Tool, seal};
use crate::survey::Findings;
use crate::target::Target;

/// Answers by decision.
pub type Answers = BTreeMap<String, Answer>;

/// An answer to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The value.
    pub value: String,
    /// Who gave it.
    pub by: String,
}

/// Makes a sealed plan.
pub fn make_plan(_target: &Target, findings: &Findings, _answers: &Answers) -> Plan {
    let mut plan = Plan {
        schema: crate::plan::SCHEMA.into(),
        tool: Tool::this(),
        digest: String::new(),
        document_sha256: String::new(),
        outcome: Outcome::NothingToDo,
        project: Project { packages: Vec::new(), git: None },
        summary: Summary::default(),
        survey: findings.survey.clone(),
        accounting: Vec::new(),
        decisions: Vec::new(),
        files: Vec::new(),
        steps: Vec::new(),
        subset: None,
    };
    seal(&mut plan);
    plan
}
