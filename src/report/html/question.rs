//! Open decisions as a form: each option with what in the code speaks for it.

use serde::Serialize;

use crate::plan::{Accepts, Decision};
use crate::report::lines::place;
use crate::report::terminal::decide_command;
use crate::report::words;

/// A decision as a part of the form.
#[derive(Serialize)]
pub struct Question {
    id: String,
    field: String,
    prompt: String,
    why: String,
    human_only: bool,
    options: Vec<Choice>,
    free: bool,
    only_free: bool,
    placeholder: &'static str,
    command: String,
}

#[derive(Serialize)]
struct Choice {
    field: String,
    value: String,
    label: String,
    place: String,
    quote: String,
    proposed: bool,
}

impl Question {
    /// Of a decision; `index` tells its fields from others'.
    pub fn of(decision: &Decision, index: usize) -> Self {
        let free = decision.accepts != Accepts::Option;
        Self {
            id: decision.id.clone(),
            field: format!("decision-{}", index + 1),
            prompt: decision.prompt.clone(),
            why: decision.why.clone(),
            human_only: decision.human_only,
            options: decision
                .options
                .iter()
                .zip(1..)
                .map(|(choice, number)| Choice {
                    field: format!("decision-{}-{number}", index + 1),
                    value: choice.value.clone(),
                    label: choice.label.clone(),
                    place: choice.evidence.as_ref().map_or_else(String::new, place),
                    quote: choice.evidence.as_ref().map_or_else(String::new, |at| at.text.clone()),
                    proposed: decision.default.as_ref() == Some(&choice.value),
                })
                .collect(),
            free,
            only_free: free && decision.options.is_empty(),
            placeholder: words::placeholder(decision.accepts),
            command: decide_command(
                decision,
                decision.options.first().map_or(words::placeholder(decision.accepts), |choice| &choice.value),
            ),
        }
    }
}
