//! A piece of the integration that was taken out again, or never put in: the next plan offers it again or says that it
//! is missing, and repeats nothing that is there.
#![expect(clippy::disallowed_methods, reason = "the environment says which case is run")]

mod golden;
mod hand;

use std::collections::BTreeMap;
use std::ops::Range;

use cello_scaffold::plan::{self, Plan, PlannedEdit, Status, Step};
use golden::{Copy, cases, difference};

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It was planned again, and after that everything is as it was with it.
    Completed,
    /// It was planned again in another way that is as good.
    Otherwise,
    /// A person is told, or asked.
    Told,
    /// What is left is as good: its step is done without it.
    NotMissed,
}

/// A piece by what it does: an edit of a file that was there, or a file that was made.
struct Piece<'a> {
    step: &'a Step,
    edit: &'a PlannedEdit,
    /// Where it stands after the apply.
    now: Range<usize>,
}

/// Files whose piece is put in another way than before, or not missed, and that is as good.
const OTHERWISE: [(&str, Outcome); 3] = [
    // The root's entry has what the step needs by now, so the package's asks for it by itself.
    ("crates/core/Cargo.toml", Outcome::Otherwise),
    // A database that ran the first one goes on; the new one does nothing there, because it says `IF NOT EXISTS`.
    ("migrations/0002_cello_signups.up.sql", Outcome::Otherwise),
    // The table is there; whoever reverts by hand writes the line.
    ("migrations/0002_cello_signups.down.sql", Outcome::NotMissed),
];

#[test]
fn a_piece_that_was_taken_out_is_offered_again() {
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for case in cases() {
        let copy = case.copy();
        let plan = copy.plan();
        if plan.files.is_empty() {
            continue;
        }
        let before = copy.sample.tree();
        copy.apply(&plan);
        let whole = copy.sample.tree();
        for piece in pieces(&plan) {
            let changed = case.copy();
            changed.apply(&plan);
            take_out(&changed, &piece, before.get(&piece.edit.file).map(|(bytes, _)| bytes.as_slice()));
            match judge(&changed, &piece, &whole) {
                Ok(outcome) => *counts.entry(outcome).or_insert(0) += 1,
                Err(problem) => wrong.push(format!(
                    "{}: without {:?} of {} in {}: {problem}",
                    case.name,
                    brief(&piece.edit.text),
                    piece.step.id,
                    piece.edit.file
                )),
            }
        }
    }
    println!("{counts:?}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn brief(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

/// All edits of all ready steps, each where it stands after the apply.
fn pieces(plan: &Plan) -> Vec<Piece<'_>> {
    let ready = plan.steps.iter().filter(|step| step.status == Status::Ready);
    let all: Vec<(&Step, &PlannedEdit)> =
        ready.flat_map(|step| step.edits.iter().map(move |edit| (step, edit))).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&number| (&all[number].1.file, all[number].1.at));
    let mut pieces = Vec::new();
    let (mut file, mut moved) = ("", 0isize);
    for number in order {
        let (step, edit) = all[number];
        if edit.file != file {
            (file, moved) = (&edit.file, 0);
        }
        let [start, end] = edit.at;
        let now = start.checked_add_signed(moved).unwrap();
        pieces.push(Piece { step, edit, now: now..now + edit.text.len() });
        moved += edit.text.len() as isize - (end - start) as isize;
    }
    pieces
}

fn take_out(copy: &Copy, piece: &Piece<'_>, before: Option<&[u8]>) {
    let path = &piece.edit.file;
    let Some(before) = before else {
        return std::fs::remove_file(copy.sample.path(path)).unwrap();
    };
    let mut bytes = copy.sample.read(path);
    let [start, end] = piece.edit.at;
    assert_eq!(&bytes[piece.now.clone()], piece.edit.text.as_bytes());
    bytes.splice(piece.now.clone(), before[start..end].iter().copied());
    copy.sample.write(path, &bytes);
}

fn judge(copy: &Copy, piece: &Piece<'_>, whole: &hand::Tree) -> Result<Outcome, String> {
    let left = copy.sample.tree();
    let again = copy.plan();
    let step = again.steps.iter().find(|step| step.id == piece.step.id);
    let step = step.ok_or("its step is gone")?;
    copy.apply(&again);
    let now = copy.sample.tree();
    if now == *whole {
        return Ok(Outcome::Completed);
    }
    let told = matches!(step.status, Status::ByHand | Status::Decide);
    if now == left && told {
        return Ok(Outcome::Told);
    }
    let otherwise = OTHERWISE.iter().find(|(file, _)| *file == piece.edit.file);
    if let Some((_, outcome)) = otherwise
        && (now == left) == (*outcome == Outcome::NotMissed)
        && copy.plan().outcome == plan::Outcome::NothingToDo
    {
        return Ok(*outcome);
    }
    let both = whole.iter().filter(|(name, _)| now.contains_key(*name));
    let both = both.map(|(name, file)| (name.clone(), file.clone())).collect();
    Err(format!("its step is {:?}: {}\n{}", step.status, step.reason, difference(&both, &now)))
}
