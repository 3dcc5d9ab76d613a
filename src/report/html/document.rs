//! What the HTML templates show beyond what the Markdown document has: steps by component, diffs as they are, decisions as a
//! form, and the hand work of all steps as one checklist.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::edit::unified;
use crate::plan::{Component, Plan, PlannedEdit, Status, Step};
use crate::report::lines::{creates, edit_place, place, step_place};
use crate::report::terminal::{packages, quote};
use crate::report::view::{Document, Shown};
use crate::report::{Facts, words};

use super::flow::{Flow, class};
use super::glance::Glance;
use super::question::Question;
use super::sites::{Site, Tally, sites, tallies};

/// The parts of Cello in the order a reader meets them; what the others stand on comes last.
const COMPONENTS: [Component; 5] = [
    Component::Attribution,
    Component::SignupTracking,
    Component::ReferralWidget,
    Component::PurchaseTracking,
    Component::Setup,
];

/// The whole document.
#[derive(Serialize)]
pub struct HtmlDocument {
    text: Document,
    policy: String,
    name: String,
    counts: Vec<Count>,
    size: String,
    glance: Glance,
    flow: Flow,
    groups: Vec<Group>,
    open: Vec<Question>,
    hands: Vec<Hands>,
    tallies: Vec<Tally>,
    accounts: Vec<Site>,
    /// The steps of a part of a plan, for the command.
    only: String,
    digest: String,
    document_sha256: String,
    tool: String,
}

#[derive(Serialize)]
struct Count {
    number: usize,
    word: &'static str,
    means: &'static str,
    class: &'static str,
}

#[derive(Serialize)]
struct Group {
    id: String,
    name: &'static str,
    tally: String,
    steps: Vec<HtmlStep>,
}

#[derive(Serialize)]
struct HtmlStep {
    /// Reason, evidence, facts, checks and hand work, as the Markdown document has them.
    shown: Shown,
    id: String,
    heading: String,
    place: String,
    class: &'static str,
    /// True where no step of the same kind has said it before.
    why: bool,
    /// Unfolded from the start.
    open: bool,
    more: bool,
    changes: Vec<Change>,
    hand: Vec<Work>,
}

#[derive(Serialize)]
struct Change {
    created: bool,
    file: String,
    place: String,
    lines: String,
    diff: String,
    text: String,
}

/// One piece of hand work.
#[derive(Serialize, Clone)]
struct Work {
    key: String,
    todo: String,
    place: String,
    quote: String,
    text: String,
    green: String,
}

#[derive(Serialize)]
struct Hands {
    step: usize,
    title: String,
    id: String,
    reason: String,
    work: Vec<Work>,
}

impl HtmlDocument {
    /// Prepares a plan.
    pub fn of(plan: &Plan, fact: Facts<'_>, policy: String) -> Self {
        let mut shown: Vec<Option<Shown>> = Shown::all(plan, fact).into_iter().map(Some).collect();
        let groups = COMPONENTS
            .into_iter()
            .map(|component| {
                let of_component =
                    plan.steps.iter().enumerate().filter(|(_, step)| step.component == component);
                let mut said: BTreeSet<&str> = BTreeSet::new();
                let steps: Vec<HtmlStep> = of_component
                    .filter_map(|(index, step)| {
                        let first = said.insert(step.why.as_str());
                        Some(html_step(plan, step, first, shown[index].take()?))
                    })
                    .collect();
                group(plan, component, steps)
            })
            .filter(|group| !group.steps.is_empty())
            .collect();
        let open = plan.decisions.iter().filter(|decision| decision.answer.is_none());
        let asked = open.clone().count();
        let asked_word = if asked == 1 { "open decision" } else { "open decisions" };
        let summary = &plan.summary;
        let counts = [
            (asked, asked_word, "yours to answer", Status::Decide),
            (summary.ready, "ready", "approving applies them", Status::Ready),
            (summary.decide, "waiting", "for an answer", Status::Decide),
            (summary.by_hand, "by hand", "with text and place", Status::ByHand),
            (summary.done, "done already", "found in the code", Status::Done),
            (summary.not_applicable, "not needed", "each says why", Status::NotApplicable),
        ];
        Self {
            text: Document::of(plan, fact),
            policy,
            name: packages(plan),
            counts: counts
                .into_iter()
                .filter(|(number, ..)| *number > 0)
                .map(|(number, word, means, status)| Count { number, word, means, class: class(status) })
                .collect(),
            size: if summary.ready > 0 { words::size(summary) } else { String::new() },
            glance: Glance::of(plan),
            flow: Flow::of(plan),
            groups,
            open: open.enumerate().map(|(index, decision)| Question::of(decision, index)).collect(),
            hands: plan.steps.iter().zip(1..).filter_map(|(step, number)| hands(step, number)).collect(),
            tallies: tallies(plan),
            accounts: sites(plan),
            only: plan.subset.as_ref().map_or_else(String::new, |steps| quote(&steps.join(","))),
            digest: plan.digest.clone(),
            document_sha256: plan.document_sha256.clone(),
            tool: format!("{} {}", plan.tool.name, plan.tool.version),
        }
    }
}

fn group(plan: &Plan, component: Component, steps: Vec<HtmlStep>) -> Group {
    let of_status = |status: Status| {
        plan.steps.iter().filter(|step| step.component == component && step.status == status).count()
    };
    let all = [Status::Decide, Status::ByHand, Status::Ready, Status::Done, Status::NotApplicable];
    let tally: Vec<String> = all
        .into_iter()
        .filter(|status| of_status(*status) > 0)
        .map(|status| format!("{} {}", of_status(status), words::status(status)))
        .collect();
    let name = words::component(component);
    Group { id: name.replace(' ', "-"), name, tally: tally.join(", "), steps }
}

fn html_step(plan: &Plan, step: &Step, first: bool, shown: Shown) -> HtmlStep {
    HtmlStep {
        shown,
        id: step.id.clone(),
        heading: step.title.clone(),
        place: step_place(plan, step),
        class: class(step.status),
        why: first && !step.why.is_empty(),
        open: matches!(step.status, Status::Ready | Status::Decide | Status::ByHand),
        more: !(step.cello_facts.is_empty() && step.acceptance.is_empty() && step.docs.is_empty()),
        changes: step.edits.iter().map(|edit| change(plan, edit)).collect(),
        hand: work(step),
    }
}

fn change(plan: &Plan, edit: &PlannedEdit) -> Change {
    let created = creates(plan, edit);
    Change {
        created,
        file: edit.file.clone(),
        place: edit_place(plan, edit),
        lines: words::count(edit.text.lines().count(), "line", "lines"),
        diff: match (created, edit.diff.is_empty()) {
            (true, true) => unified(&edit.file, None, &edit.text),
            _ => edit.diff.clone(),
        },
        text: edit.text.clone(),
    }
}

fn work(step: &Step) -> Vec<Work> {
    step.by_hand
        .iter()
        .enumerate()
        .map(|(index, work)| Work {
            key: format!("{}/{}", step.id, index + 1),
            todo: work.todo.clone(),
            place: work.place.as_ref().map_or_else(String::new, place),
            quote: work.place.as_ref().map_or_else(String::new, |at| at.text.clone()),
            text: work.text.trim_end().to_string(),
            green: work.turns_green.clone().unwrap_or_default(),
        })
        .collect()
}

/// The hand work of a step that is a person's to do.
fn hands(step: &Step, number: usize) -> Option<Hands> {
    (step.status == Status::ByHand).then(|| Hands {
        step: number,
        title: step.title.clone(),
        id: step.id.clone(),
        reason: step.reason.clone(),
        work: work(step),
    })
}
