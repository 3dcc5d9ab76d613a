//! The playbook: what integrating Cello takes, as data with sources.
//!
//! It knows the steps of a plan, the facts behind every literal they insert, where Cello's documentation disagrees with
//! itself, the decisions that a plan may ask for, and Cello's QA checklist. It knows nothing of any one application and
//! holds no logic for one: a survey says what is there, a step decides, the playbook says what for and on whose word.
//!
//! The data lives in `plans/` and is compiled into the binary, so that a plan needs no file beside it.

mod check;
mod conflicts;
mod error;
mod facts;
mod files;
mod prose;
mod qa;
mod questions;
mod rules;
mod steps;
mod topics;

use std::sync::LazyLock;

pub use conflicts::{Conflict, Side};
pub use error::PlaybookError;
pub use facts::{Confidence, Fact, Source};
pub use files::{DataFile, DataFiles};
pub use qa::{How, Origin, QaLine};
pub use questions::{Accepts, Choice, Question};
pub use rules::{Pattern, Rule, Sample, SampleKind, Severity};
pub use steps::{Component, Doc, HandWork, Step};
pub use topics::Topic;

/// Everything in `plans/`, read and checked: ids are unique within their kind, and every reference leads somewhere.
#[derive(Debug, Clone)]
pub struct Playbook {
    facts: Vec<Fact>,
    conflicts: Vec<Conflict>,
    questions: Vec<Question>,
    steps: Vec<Step>,
    qa: Vec<QaLine>,
    rules: Vec<Rule>,
    topics: Vec<Topic>,
}

impl Playbook {
    /// The playbook compiled into this binary.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Playbook> = LazyLock::new(|| {
            Playbook::read(&DataFiles::EMBEDDED)
                .expect("the embedded playbook is well formed, as tests/playbook.rs proves")
        });
        &EMBEDDED
    }

    /// Reads and checks a playbook from the text of its files.
    ///
    /// # Errors
    ///
    /// A file that isn't what its types say, an id used twice, or a reference to something that doesn't exist.
    pub fn read(files: &DataFiles<'_>) -> Result<Self, PlaybookError> {
        let playbook = Self {
            facts: facts::read(files.facts)?,
            conflicts: conflicts::read(&files.conflicts)?,
            questions: questions::read(&files.questions)?,
            steps: steps::read(files.steps)?,
            qa: qa::read(&files.qa)?,
            rules: rules::read(files.rules)?,
            topics: topics::read(&files.topics)?,
        };
        check::all(&playbook)?;
        Ok(playbook)
    }

    /// All facts, by file and then in the order written.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// All disagreements of Cello's documentation.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// All decisions that a plan may ask for.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// All steps, in the order in which a plan lists them.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Cello's QA checklist, in its order.
    pub fn qa(&self) -> &[QaLine] {
        &self.qa
    }

    /// All rules of the doctor, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// All topics.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The fact with this id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// The disagreement with this id.
    pub fn conflict(&self, id: &str) -> Option<&Conflict> {
        self.conflicts.iter().find(|conflict| conflict.id == id)
    }

    /// The question with this id; `signup:auth::register` finds `signup`, which is asked once per site.
    pub fn question(&self, id: &str) -> Option<&Question> {
        let (base, site) = split_site(id);
        self.questions
            .iter()
            .find(|question| question.id == base)
            .filter(|question| site.is_none() || question.each.is_some())
    }

    /// The step with this id; `dependency:hmac` finds `dependency`, of which a plan has one per crate.
    pub fn step(&self, id: &str) -> Option<&Step> {
        let (base, site) = split_site(id);
        self.steps.iter().find(|step| step.id == base).filter(|step| site.is_none() || step.each.is_some())
    }

    /// The line of the QA checklist with this id.
    pub fn qa_line(&self, id: &str) -> Option<&QaLine> {
        self.qa.iter().find(|line| line.id == id)
    }

    /// The facts that vouch for this literal, spelled exactly so.
    pub fn facts_with_value<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.values.iter().any(|known| known == value))
    }

    /// What a person is to do, in full: the text, then the values of the fact it lists, one per line.
    pub fn hand_text(&self, work: &HandWork) -> String {
        let values = work.list.as_deref().and_then(|id| self.fact(id)).map_or(&[][..], |fact| &fact.values);
        let mut text = work.text.clone();
        for value in values {
            text.push_str("\n- ");
            text.push_str(value);
        }
        text
    }
}

/// `signup:auth::register` is `signup` at the site `auth::register`.
fn split_site(id: &str) -> (&str, Option<&str>) {
    match id.split_once(':') {
        Some((base, site)) => (base, Some(site)),
        None => (id, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_up_knows_sites() {
        let playbook = Playbook::embedded();
        let step = |id: &str| playbook.step(id).map(|step| step.id.as_str());
        assert_eq!(step("dependency:hmac"), Some("dependency"));
        assert_eq!(step("signup:routes::auth::register#2"), Some("signup"));
        assert_eq!(step("lockfile"), Some("lockfile"));
        assert_eq!(step("lockfile:other"), None);
        assert_eq!(step("signups"), None);
        assert!(playbook.question("signup:auth::register").is_some());
        assert!(playbook.question("payer:someone").is_none());
        assert!(playbook.fact("token-hs512").is_some());
        assert!(playbook.conflict("nothing").is_none());
        assert!(playbook.qa_line("qa-41").is_none());
        let vouching: Vec<_> =
            playbook.facts_with_value("ReferralUpdated").map(|fact| fact.id.as_str()).collect();
        assert_eq!(vouching, ["events-envelope"]);
    }
}
