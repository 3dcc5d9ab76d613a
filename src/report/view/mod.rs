//! What the templates show, as Markdown: every value prepared and escaped, so that the templates only put them in order.

mod found;
mod privacy;
mod sites;
mod steps;

use serde::Serialize;

use crate::plan::{Decision, Outcome, Plan, Status};
use crate::target::At;

use super::escape::{code, fenced, prose};
use super::lines::{place, step_place};
use super::terminal::{approve_command, attested, decide_command, packages};
use super::{Facts, words};
use found::{found, left_alone, outside, warnings};
use privacy::PrivacyView;
use sites::{Site, Tally};
pub use steps::Shown;

/// The whole document.
#[derive(Serialize)]
pub struct Document {
    title: String,
    summary: String,
    attested: Vec<String>,
    nothing: bool,
    ready: bool,
    open_before: bool,
    approve: String,
    decisions: Vec<Asked>,
    answered: Vec<String>,
    steps: Vec<Shown>,
    by_hand: Vec<String>,
    kinds: Vec<Tally>,
    sites: Vec<Site>,
    found: Vec<String>,
    left_alone: Vec<String>,
    outside: Vec<String>,
    warnings: Vec<String>,
    privacy: PrivacyView,
    tool: String,
    digest: String,
    document_sha256: String,
}

#[derive(Serialize)]
struct Asked {
    id: String,
    prompt: String,
    why: String,
    human_only: bool,
    options: Vec<String>,
    default: String,
    commands: String,
}

impl Document {
    /// Prepares a plan.
    pub fn of(plan: &Plan, fact: Facts<'_>) -> Self {
        let (answered, open): (Vec<&Decision>, Vec<&Decision>) =
            plan.decisions.iter().partition(|decision| decision.answer.is_some());
        Self {
            title: prose(&packages(plan)),
            summary: summary(plan),
            attested: attested(plan).map(given).collect(),
            nothing: plan.outcome == Outcome::NothingToDo,
            ready: plan.summary.ready > 0,
            open_before: plan.outcome == Outcome::Decide,
            approve: fenced("sh", &approve_command(plan)),
            decisions: open.into_iter().map(asked).collect(),
            answered: answered.into_iter().map(given).collect(),
            steps: Shown::all(plan, fact),
            by_hand: by_hand(plan),
            kinds: Tally::all(plan),
            sites: Site::all(plan),
            found: found(&plan.survey),
            left_alone: left_alone(&plan.survey),
            outside: outside(&plan.survey),
            warnings: warnings(&plan.survey),
            privacy: PrivacyView::of(plan, fact),
            tool: prose(&format!("{} {}", plan.tool.name, plan.tool.version)),
            digest: code(&plan.digest),
            document_sha256: code(&plan.document_sha256),
        }
    }
}

/// What a person or an agent has to do, with where to look.
fn by_hand(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter().filter(|step| step.status == Status::ByHand);
    steps
        .map(|step| match step_place(plan, step) {
            place if place.is_empty() => prose(&step.title),
            place => format!("{} ({})", prose(&step.title), code(&place)),
        })
        .collect()
}

/// `path:line` with the line's text, where that is more than the opening of a literal.
fn quoted(at: &At) -> String {
    let says = at.text.chars().filter(|ch| ch.is_alphanumeric()).count() > 1;
    let text = if says { code(&at.text) } else { String::new() };
    let gap = if text.is_empty() { "" } else { " " };
    format!("{}{gap}{text}", code(&place(at)))
}

/// Several pieces of code in words: `a`, `b` and `c`.
fn codes(items: &[String]) -> String {
    words::list(&items.iter().map(|item| code(item)).collect::<Vec<_>>())
}

fn summary(plan: &Plan) -> String {
    let summary = &plan.summary;
    let what = if plan.outcome == Outcome::NothingToDo {
        "There is nothing left to apply of Cello user referrals in"
    } else {
        "This plan brings Cello user referrals to"
    };
    let project = match plan.project.packages.as_slice() {
        [] => packages(plan),
        names => codes(names),
    };
    let mut text = format!("{what} {project}");
    if !summary.frameworks.is_empty() {
        text.push_str(&format!(", a web application on {}", prose(&words::list(&summary.frameworks))));
    }
    text.push_str(". ");
    match summary.identity.as_str() {
        "" => {}
        "unknown" => text.push_str("How it knows who is signed in could not be told from the code. "),
        identity => text.push_str(&format!("It knows who is signed in by {}. ", code(identity))),
    }
    text.push_str(words::case(&summary.attribution).1);
    let total = words::count(plan.steps.len(), "step", "steps");
    text.push_str(&format!(" There are {total}: {}.", words::tally(summary)));
    if summary.ready > 0 {
        text.push_str(&format!(" Size of the change: {}.", words::size(summary)));
    }
    if let Some(subset) = &plan.subset {
        text.push_str(&format!(" It is a part of a larger plan, namely {}.", codes(subset)));
    }
    text
}

fn asked(decision: &Decision) -> Asked {
    let options = decision
        .options
        .iter()
        .map(|choice| {
            let evidence =
                choice.evidence.as_ref().map_or_else(String::new, |at| format!(", see {}", quoted(at)));
            format!("{}: {}{evidence}", code(&choice.value), prose(&choice.label))
        })
        .collect();
    let mut commands: Vec<String> =
        decision.options.iter().map(|choice| decide_command(decision, &choice.value)).collect();
    if commands.is_empty() {
        commands.push(decide_command(decision, words::placeholder(decision.accepts)));
    }
    Asked {
        id: code(&decision.id),
        prompt: prose(&decision.prompt),
        why: prose(&decision.why),
        human_only: decision.human_only,
        options,
        default: decision.default.as_deref().map_or_else(String::new, code),
        commands: fenced("sh", &commands.join("\n")),
    }
}

fn given(decision: &Decision) -> String {
    let answer = decision.answer.as_deref().map_or_else(String::new, code);
    let by = decision.answered_by.as_deref().map_or_else(String::new, |by| format!(" (by {})", prose(by)));
    format!("{} {answer}{by}", prose(&decision.prompt))
}
