//! Planning after the project changed: the same edits where their places went, a question, or a hand step; never
//! another place. Every sample application and golden case is changed in every way of [`mutate::Class`].
#![expect(clippy::disallowed_methods, reason = "the environment says which case is run")]

#[path = "drift/mutate.rs"]
mod mutate;
#[path = "drift/pieces.rs"]
mod pieces;

mod golden;
mod hand;

use std::collections::{BTreeMap, BTreeSet};

use cello_scaffold::plan::{Plan, PlannedEdit, Status, Step};
use golden::{Case, cases};
use mutate::{Class, Mutant, Texts, function, mutants};

/// What became of an edit that was planned before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It is planned where its place went.
    Same,
    /// The same step edits the same function with another text.
    Adapted,
    /// It waits for a decision.
    Asked,
    /// A person does it.
    ByHand,
    /// Its step is not needed or not there any more.
    Dropped,
    /// It would be made in another place.
    Elsewhere,
}

/// What may become of an edit after a mutation.
fn allowed(class: Class, step: &str) -> &'static [Outcome] {
    use Outcome::{Adapted, Asked, ByHand, Dropped, Same};
    match class {
        Class::DeleteLine | Class::DeleteFunction | Class::DeleteFile => {
            &[Same, Adapted, Asked, ByHand, Dropped]
        }
        // The settings are written in the style of the lines around them.
        _ if step == "environment" => &[Same, Adapted],
        // `include_str!("page.html")` does not follow the file it stands in.
        Class::MoveFile if step == "page-script" => &[Same, ByHand],
        Class::LinesAbove | Class::LineEnds | Class::Reindent | Class::Reorder | Class::MoveFile => &[Same],
        Class::Rename | Class::CommentNearby | Class::StatementNearby => &[Same],
    }
}

#[test]
fn a_plan_follows_its_places_or_says_that_it_can_not() {
    let mut counts: BTreeMap<(Class, Outcome), usize> = BTreeMap::new();
    let (mut tried, mut wrong) = (0, Vec::new());
    for case in cases() {
        let (texts, plan) = (texts(&case), case.copy().plan());
        for mutant in mutants(&texts, &plan) {
            tried += 1;
            let again = planned(&case, &texts, &mutant);
            for (step, edit) in edits(&plan).filter(|(_, edit)| texts.contains_key(&edit.file)) {
                let outcome = judge(&texts, &plan, &again, &mutant, step, edit);
                *counts.entry((mutant.class, outcome)).or_default() += 1;
                if !allowed(mutant.class, kind(step)).contains(&outcome) {
                    let reason = again.steps.iter().find(|other| other.id == step.id);
                    let reason = reason.map_or("", |step| step.reason.as_str());
                    wrong.push(format!(
                        "{}, {:?} of {}: {} in {} is {outcome:?}: {reason}",
                        case.name, mutant.class, mutant.what, step.id, edit.file
                    ));
                }
            }
        }
    }
    println!("{tried} mutated trees");
    for ((class, outcome), count) in &counts {
        println!("{class:?}: {outcome:?} {count}");
    }
    let elsewhere = wrong.iter().filter(|text| text.contains("is Elsewhere")).count();
    assert!(wrong.is_empty(), "{} wrong, {elsewhere} elsewhere:\n{}", wrong.len(), wrong.join("\n"));
}

/// The files of a case that are text.
fn texts(case: &Case) -> Texts {
    let tree = case.copy().sample.tree();
    let files = tree.into_iter().filter(|(path, _)| !path.ends_with('/'));
    files.filter_map(|(path, (bytes, _))| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

fn planned(case: &Case, texts: &Texts, mutant: &Mutant) -> Plan {
    let copy = case.copy();
    for path in mutant.changed.keys() {
        std::fs::remove_file(copy.sample.path(path)).unwrap();
    }
    for (path, pieces) in &mutant.changed {
        if let Some(pieces) = pieces {
            copy.sample.write(&pieces.path, pieces.text(&texts[path]).as_bytes());
        }
    }
    copy.plan()
}

fn edits(plan: &Plan) -> impl Iterator<Item = (&Step, &PlannedEdit)> {
    let ready = plan.steps.iter().filter(|step| step.status == Status::Ready);
    ready.flat_map(|step| step.edits.iter().map(move |edit| (step, edit)))
}

fn kind(step: &Step) -> &str {
    step.id.split(':').next().unwrap_or_default()
}

/// What an edit says, however it is laid out, and whatever of a mutation it takes along.
fn said(edit: &PlannedEdit, renamed: Option<&(String, String)>) -> String {
    let mut text = edit.text.replace("// Mine.", "").replace("let _mine = 1 + 1;", "");
    if let Some((name, other)) = renamed {
        let mut words: Vec<&str> = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let changed: Vec<String> = words
            .drain(..)
            .map(|word| match word.strip_prefix(name.as_str()) {
                Some(rest) if rest.chars().count() <= 1 && !rest.starts_with(char::is_alphanumeric) => {
                    format!("{other}{rest}")
                }
                _ => word.to_string(),
            })
            .collect();
        text = changed.concat();
    }
    text.split_whitespace().collect()
}

fn judge(
    texts: &Texts,
    plan: &Plan,
    again: &Plan,
    mutant: &Mutant,
    step: &Step,
    edit: &PlannedEdit,
) -> Outcome {
    let same_kind = || edits(again).filter(|(other, _)| kind(other) == kind(step));
    let renamed = mutant.renamed.as_ref();
    // Where an edit of the plan before is found again.
    let at_place = |before: &PlannedEdit, now: &PlannedEdit| match mutant.changed.get(&before.file) {
        None => before.file == now.file && before.at == now.at,
        Some(None) => false,
        Some(Some(pieces)) => {
            pieces.path == now.file
                && pieces.is_place(before.at[0], now.at[0])
                && pieces.is_place(before.at[1], now.at[1])
        }
    };
    // A word in a text literal is not the function's name.
    let texts_before = [said(edit, renamed), said(edit, None)];
    if same_kind().any(|(_, now)| texts_before.contains(&said(now, None)) && at_place(edit, now)) {
        return Outcome::Same;
    }
    // In the function that it was in, if that is left.
    let home = |before: &PlannedEdit, now: &PlannedEdit| {
        let old = texts.get(&before.file)?;
        let name = function(old, before.at[0]).map(|(name, _)| name);
        let pieces = mutant.changed.get(&before.file);
        let (path, new) = match pieces {
            None => (before.file.clone(), old.clone()),
            Some(None) => return None,
            Some(Some(pieces)) => (pieces.path.clone(), pieces.text(old)),
        };
        if path != now.file {
            return None;
        }
        match (name, function(&new, now.at[0])) {
            (Some(name), Some((other, _))) => {
                Some(other == name || renamed.is_some_and(|(from, to)| *from == name && *to == other))
            }
            // Outside of functions the file is the place, as for what is no code.
            (name, other) => Some(name.is_none() && other.is_none()),
        }
    };
    let known: BTreeSet<usize> = same_kind()
        .enumerate()
        .filter(|(_, (_, now))| {
            edits(plan).any(|(other, before)| {
                kind(other) == kind(step) && (at_place(before, now) || home(before, now) == Some(true))
            })
        })
        .map(|(number, _)| number)
        .collect();
    // What is not code has no functions: the file is its place.
    let in_file = |now: &PlannedEdit| {
        !edit.file.ends_with(".rs")
            && mutant.changed.get(&edit.file).is_none_or(Option::is_some)
            && now.file == edit.file
    };
    let stray = same_kind()
        .enumerate()
        .any(|(number, (_, now))| texts.contains_key(&now.file) && !known.contains(&number) && !in_file(now));
    if stray {
        return Outcome::Elsewhere;
    }
    let here = same_kind().any(|(_, now)| home(edit, now) == Some(true) || in_file(now));
    if here {
        return Outcome::Adapted;
    }
    let statuses: BTreeSet<&str> = again
        .steps
        .iter()
        .filter(|other| kind(other) == kind(step))
        .map(|other| match other.status {
            Status::Decide => "decide",
            Status::ByHand => "by-hand",
            _ => "",
        })
        .collect();
    match () {
        () if statuses.contains("decide") => Outcome::Asked,
        () if statuses.contains("by-hand") => Outcome::ByHand,
        () => Outcome::Dropped,
    }
}
