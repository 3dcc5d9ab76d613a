//! Two plans side by side: what somebody who approved the old one has to look at again.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Decision, Plan, PlannedEdit, Status, Step, Tool};

/// What changed between two plans.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Always `cello-diff/1`.
    pub schema: String,
    /// What compared them.
    pub tool: Tool,
    /// Digest of the old plan.
    pub old: String,
    /// Digest of the new plan.
    pub new: String,
    /// True if the plans are the same in every field.
    pub same: bool,
    /// True if an approval of the old plan is one of the new plan: their digests are equal.
    pub approval_holds: bool,
    /// Steps that differ, in the order of the new plan; those that are gone come last.
    pub steps: Vec<StepChange>,
    /// Number of steps in which nothing differs.
    pub unchanged: usize,
    /// Ids of the steps to review again: new, or with other edits or hand work than before.
    pub review: Vec<String>,
    /// Decisions that differ.
    pub decisions: Vec<Changed>,
    /// Files that differ: in the project since the old plan, or in what becomes of them.
    pub files: Vec<Changed>,
    /// Candidates of the survey with another verdict.
    pub sites: Vec<Changed>,
    /// Other parts of the plan that differ, such as `survey` or `tool`.
    pub other: Vec<String>,
}

/// How a step differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Only the new plan has it.
    Added,
    /// Only the old plan has it.
    Removed,
    /// What it does is different.
    Changed,
    /// It inserts the same text at the same code, which lies elsewhere in the file now.
    Moved,
    /// Only what is said about it is different.
    Reworded,
}

/// A step that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepChange {
    /// Its id.
    pub id: String,
    /// Its title in the new plan, or in the old one where it is gone.
    pub title: String,
    /// How it differs.
    pub change: Kind,
    /// Its status in the old plan.
    pub old_status: Option<Status>,
    /// Its status in the new plan.
    pub new_status: Option<Status>,
    /// Fields that differ.
    pub fields: Vec<String>,
    /// Diffs that are new or different, as the new plan has them; the old ones where the step is gone.
    pub diffs: Vec<String>,
}

/// Something that differs, with a word for what it was and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Changed {
    /// Id or path.
    pub id: String,
    /// In the old plan; null where it had none.
    pub old: Option<String>,
    /// In the new plan; null where it has none.
    pub new: Option<String>,
}

impl Plan {
    /// What changed from this plan to a newer one.
    pub fn compare(&self, new: &Plan) -> Comparison {
        let steps = steps(self, new);
        let differing = steps.iter().filter(|step| step.change != Kind::Removed).count();
        let again = |step: &&StepChange| matches!(step.change, Kind::Added | Kind::Changed);
        Comparison {
            schema: "cello-diff/1".into(),
            tool: Tool::this(),
            old: self.digest.clone(),
            new: new.digest.clone(),
            same: self == new,
            approval_holds: self.digest == new.digest,
            unchanged: new.steps.len() - differing,
            review: steps.iter().filter(again).map(|step| step.id.clone()).collect(),
            steps,
            decisions: named(&self.decisions, &new.decisions, |decision| {
                (decision.id.clone(), answer(decision))
            }),
            files: named(&self.files, &new.files, |file| {
                let before = file.before.as_deref().unwrap_or("nothing");
                (file.path.clone(), format!("{before} to {}", file.after))
            }),
            sites: named(&self.accounting, &new.accounting, |account| {
                (account.site.clone(), word(&json!(account.verdict)))
            }),
            other: other(self, new),
        }
    }
}

fn steps(old: &Plan, new: &Plan) -> Vec<StepChange> {
    let before: BTreeMap<&str, &Step> = old.steps.iter().map(|step| (step.id.as_str(), step)).collect();
    let mut changes: Vec<StepChange> = new
        .steps
        .iter()
        .filter_map(|step| match before.get(step.id.as_str()) {
            None => Some(alone(step, Kind::Added)),
            Some(old) if *old == step => None,
            Some(old) => Some(changed(old, step)),
        })
        .collect();
    let gone = old.steps.iter().filter(|step| new.steps.iter().all(|other| other.id != step.id));
    changes.extend(gone.map(|step| alone(step, Kind::Removed)));
    changes
}

fn alone(step: &Step, change: Kind) -> StepChange {
    let status = Some(step.status);
    let (old_status, new_status) = if change == Kind::Added { (None, status) } else { (status, None) };
    StepChange {
        id: step.id.clone(),
        title: step.title.clone(),
        change,
        old_status,
        new_status,
        fields: Vec::new(),
        diffs: step.edits.iter().map(|edit| edit.diff.clone()).collect(),
    }
}

fn changed(old: &Step, new: &Step) -> StepChange {
    let fields = fields(&json!(old), &json!(new));
    let is = |name: &str| fields.iter().any(|field| field == name);
    // Where an edit lies in the file is no matter for review, what it does to which lines is.
    let same_work = old.edits.len() == new.edits.len()
        && old.edits.iter().zip(&new.edits).all(|(old, new)| work(old) == work(new));
    let change = if !same_work || is("status") || is("by_hand") || is("after") {
        Kind::Changed
    } else if is("edits") {
        Kind::Moved
    } else {
        Kind::Reworded
    };
    let known = |edit: &&PlannedEdit| old.edits.iter().all(|other| work(other) != work(edit));
    StepChange {
        id: new.id.clone(),
        title: new.title.clone(),
        change,
        old_status: Some(old.status),
        new_status: Some(new.status),
        fields,
        diffs: new.edits.iter().filter(known).map(|edit| edit.diff.clone()).collect(),
    }
}

/// What an edit does, wherever it lies: the file, its text, and the lines it adds and takes away.
fn work(edit: &PlannedEdit) -> (&str, &str, usize, Vec<&str>) {
    let lines = edit.diff.lines().filter(|line| line.starts_with(['+', '-']));
    (&edit.file, &edit.text, edit.at[1].saturating_sub(edit.at[0]), lines.collect())
}

/// Names of the fields that differ.
fn fields(old: &Value, new: &Value) -> Vec<String> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return Vec::new();
    };
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect()
}

/// Parts of a plan that no list above tells of.
fn other(old: &Plan, new: &Plan) -> Vec<String> {
    const TOLD: [&str; 6] = ["digest", "document_sha256", "steps", "decisions", "files", "accounting"];
    let mut names = fields(&json!(old), &json!(new));
    names.retain(|name| !TOLD.contains(&name.as_str()));
    let order = |plan: &Plan| plan.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
    let (mut before, mut after) = (order(old), order(new));
    before.retain(|id| new.steps.iter().any(|step| step.id == *id));
    after.retain(|id| old.steps.iter().any(|step| step.id == *id));
    if before != after {
        names.push("order of the steps".into());
    }
    names
}

/// Entries of two lists by name, as far as they differ; in the order of their names.
fn named<T>(old: &[T], new: &[T], entry: impl Fn(&T) -> (String, String)) -> Vec<Changed> {
    let mut all: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
    for (name, value) in old.iter().map(&entry) {
        all.entry(name).or_default().0 = Some(value);
    }
    for (name, value) in new.iter().map(&entry) {
        all.entry(name).or_default().1 = Some(value);
    }
    all.retain(|_, (old, new)| old != new);
    all.into_iter().map(|(id, (old, new))| Changed { id, old, new }).collect()
}

fn answer(decision: &Decision) -> String {
    decision.answer.clone().unwrap_or_else(|| "open".into())
}

/// An enum as the plan spells it.
fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}
