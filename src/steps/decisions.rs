//! The decisions that steps wait for, with what the survey adds to the playbook's questions.

use super::basis::Basis;
use super::draft::Draft;
use crate::plan::{Accepts, Choice, Decision};
use crate::playbook::{self, Playbook};

/// Every decision that a step waits for or that was answered, by id.
pub fn decisions(basis: &Basis, drafts: &[Draft], open_sites: &[String]) -> Vec<Decision> {
    let mut ids: Vec<String> = drafts.iter().flat_map(|draft| draft.needs.iter().cloned()).collect();
    ids.extend(open_sites.iter().cloned());
    // An answer is kept in the plan, so that it is bound to it.
    ids.extend(basis.answers.keys().filter(|id| Playbook::embedded().question(id).is_some()).cloned());
    ids.sort();
    ids.dedup();
    ids.into_iter().filter_map(|id| decision(basis, &id)).collect()
}

fn decision(basis: &Basis, id: &str) -> Option<Decision> {
    let question = Playbook::embedded().question(id)?;
    let mut options: Vec<Choice> = candidates(basis, id);
    options.extend(question.options.iter().map(|option| Choice {
        value: option.value.clone(),
        label: option.label.clone(),
        evidence: None,
    }));
    let answer = basis
        .answers
        .get(id)
        .filter(|answer| options.is_empty() || options.iter().any(|option| option.value == answer.value));
    Some(Decision {
        id: id.to_string(),
        prompt: question.prompt.clone(),
        why: question.why.clone(),
        human_only: question.human_only,
        accepts: match (question.accepts, options.is_empty()) {
            (_, false) => Accepts::Option,
            (playbook::Accepts::Path, _) => Accepts::Path,
            (playbook::Accepts::Text, _) => Accepts::Text,
            _ => Accepts::Expression,
        },
        options,
        default: None,
        answer: answer.map(|answer| answer.value.clone()),
        answered_by: answer.map(|answer| answer.by.clone()),
    })
}

/// What the survey offers as answers.
fn candidates(basis: &Basis, id: &str) -> Vec<Choice> {
    match id {
        "identity" => basis
            .app
            .identity
            .iter()
            .filter(|site| site.identity.rank > 0)
            .map(|site| Choice {
                value: site.identity.id.clone(),
                label: format!("`{}`: {}", site.identity.type_path, site.identity.reason),
                evidence: Some(site.identity.at.clone()),
            })
            .collect(),
        "person-details" => basis
            .app
            .loaders
            .iter()
            .map(|loader| {
                let function = &basis.target.index.functions[loader.function];
                let text = basis.target.text(&function.file);
                Choice {
                    value: loader.call.clone(),
                    label: format!("Load the person with `{}`", loader.call),
                    evidence: text.map(|text| text.at(function.at.clone())),
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}
