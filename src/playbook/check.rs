//! What must hold for look-ups to work: ids are unique within their kind, references lead somewhere.

use std::collections::BTreeSet;

use super::error::PlaybookError;
use super::{Playbook, QaLine};

/// The ids of one kind.
struct Ids<'a> {
    kind: &'static str,
    known: BTreeSet<&'a str>,
}

impl<'a> Ids<'a> {
    fn of(kind: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<Self, PlaybookError> {
        let mut known = BTreeSet::new();
        for id in ids {
            if !known.insert(id.as_str()) {
                let id = id.clone();
                return Err(PlaybookError::DuplicateId { kind, id });
            }
        }
        Ok(Self { kind, known })
    }

    fn contain<'b>(
        &self,
        from: &str,
        named: impl IntoIterator<Item = &'b String>,
    ) -> Result<(), PlaybookError> {
        match named.into_iter().find(|id| !self.known.contains(id.as_str())) {
            None => Ok(()),
            Some(id) => {
                Err(PlaybookError::Dangling { from: from.to_string(), kind: self.kind, id: id.clone() })
            }
        }
    }
}

pub(super) fn all(playbook: &Playbook) -> Result<(), PlaybookError> {
    let facts = Ids::of("fact", playbook.facts.iter().map(|fact| &fact.id))?;
    let conflicts = Ids::of("conflict", playbook.conflicts.iter().map(|c| &c.id))?;
    let questions = Ids::of("question", playbook.questions.iter().map(|q| &q.id))?;
    let steps = Ids::of("step", playbook.steps.iter().map(|step| &step.id))?;
    let qa = Ids::of("qa", playbook.qa.iter().map(|line| &line.id))?;
    Ids::of("rule", playbook.rules.iter().map(|rule| &rule.id))?;
    for fact in &playbook.facts {
        conflicts.contain(&format!("fact {}", fact.id), &fact.conflicts)?;
    }
    for question in &playbook.questions {
        facts.contain(&format!("question {}", question.id), &question.facts)?;
    }
    Ids::of("topic", playbook.topics.iter().map(|topic| &topic.id))?;
    for topic in &playbook.topics {
        let from = format!("topic {}", topic.id);
        facts.contain(&from, &topic.facts)?;
        steps.contain(&from, &topic.steps)?;
        questions.contain(&from, &topic.questions)?;
    }
    for step in &playbook.steps {
        let from = format!("step {}", step.id);
        facts.contain(&from, &step.facts)?;
        questions.contain(&from, &step.asks)?;
        qa.contain(&from, &step.qa)?;
        facts.contain(&from, step.hand.iter().filter_map(|work| work.list.as_ref()))?;
        let greens = step.hand.iter();
        qa.contain(&from, greens.filter_map(|work| work.turns_green.as_ref()))?;
    }
    for line in &playbook.qa {
        let by_steps = line.settled_by.iter().filter(|by| *by != QaLine::PORTAL);
        steps.contain(&format!("qa {}", line.id), by_steps)?;
    }
    for rule in &playbook.rules {
        let from = format!("rule {}", rule.id);
        facts.contain(&from, &rule.facts)?;
        qa.contain(&from, &rule.qa)?;
        steps.contain(&from, &rule.step)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::{DataFile, DataFiles};

    #[test]
    fn malformed_data_is_refused_by_name() {
        let with = |text| DataFiles {
            questions: DataFile { path: "plans/questions.toml", text },
            ..DataFiles::EMBEDDED
        };
        let known = r#"id = "payer"
    prompt = "?"
    why = "."
    human_only = true
    accepts = "option"
    "#;

        let unknown_field = format!("[[question]]\n{known}colour = \"red\"\n");
        let error = Playbook::read(&with(&unknown_field)).unwrap_err();
        assert!(matches!(error, PlaybookError::Malformed { .. }), "{error}");
        assert!(error.to_string().contains("plans/questions.toml"));

        let twice = format!("[[question]]\n{known}[[question]]\n{known}");
        let error = Playbook::read(&with(&twice)).unwrap_err();
        assert!(matches!(error, PlaybookError::DuplicateId { kind: "question", id } if id == "payer"));

        let dangling = format!("[[question]]\n{known}facts = [\"token-hs513\"]\n");
        let error = Playbook::read(&with(&dangling)).unwrap_err();
        assert_eq!(error.to_string(), "question payer names the fact `token-hs513`, which doesn't exist");
    }
}
