//! From edits to the plan's files: hashes before and after, diffs, and neighbouring edits joined into one.

use std::collections::BTreeSet;
use std::ops::Range;

use super::draft::{Draft, FileEdit};
use super::waiting::sheets;
use crate::edit::{Edit, SpliceError, splice, unified};
use crate::plan::{PlannedEdit, PlannedFile, Status, Verdict, sha256_hex};
use crate::target::{Target, redact_lines};

/// Edits of one step that stand within this many lines of each other read better as one.
const NEIGHBOURS: usize = 8;

/// Joins neighbouring edits of each step into one replacement, so that its diff shows the change as a whole. Edits
/// between which another step writes stay apart.
pub fn join_neighbours(target: &Target, drafts: &mut [Draft]) {
    let places: Vec<(usize, String, Range<usize>)> = drafts
        .iter()
        .enumerate()
        .flat_map(|(number, draft)| {
            draft.edits.iter().filter_map(move |edit| Some((number, edit.file.clone(), edit.at.clone()?)))
        })
        .collect();
    // New files keep the order in which a reader takes them.
    let changes = |draft: &Draft| draft.edits.iter().any(|edit| edit.at.is_some());
    for (number, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| changes(draft)) {
        draft.edits.sort_by_key(|edit| {
            let at = edit.at.clone().unwrap_or(0..0);
            (edit.file.clone(), at.start, at.end)
        });
        let mut joined: Vec<FileEdit> = Vec::new();
        for edit in draft.edits.drain(..) {
            let between = joined.last().and_then(|last| gap(target, last, &edit));
            let disturbed = between.as_ref().is_some_and(|between| {
                let within = |at: &Range<usize>| between.start <= at.end && at.start <= between.end;
                places.iter().any(|(other, file, at)| *other != number && *file == edit.file && within(at))
            });
            match (joined.last_mut(), between) {
                (Some(last), Some(between)) if !disturbed => {
                    let kept = target.text(&edit.file).map_or("", |file| &file.text[between]);
                    last.text.push_str(kept);
                    last.text.push_str(&edit.text);
                    let start = last.at.clone().unwrap_or(0..0).start;
                    last.at = edit.at.map(|at| start..at.end);
                }
                _ => joined.push(edit),
            }
        }
        draft.edits = joined;
    }
}

/// Bytes between two edits of one file that are close to each other. They become part of the joined edit's text, so a
/// secret among them keeps the two apart.
fn gap(target: &Target, first: &FileEdit, second: &FileEdit) -> Option<Range<usize>> {
    let (a, b) = (first.at.as_ref()?, second.at.as_ref()?);
    if first.file != second.file || b.start < a.end {
        return None;
    }
    let between = target.text(&first.file)?.text.get(a.end..b.start)?;
    let close = between.matches('\n').count() <= NEIGHBOURS;
    (close && redact_lines(between) == between).then_some(a.end..b.start)
}

/// Two steps that would write the same bytes can't both be ready: the later one becomes hand work, or nothing, if it
/// would do just the same.
pub fn part_overlaps(target: &Target, drafts: &mut [Draft]) {
    for number in 0..drafts.len() {
        let (before, rest) = drafts.split_at_mut(number);
        let Some(draft) = rest.first_mut().filter(|draft| draft.status == Status::Ready) else {
            continue;
        };
        let clash = |edit: &FileEdit| {
            let others =
                before.iter().filter(|other| other.status == Status::Ready).flat_map(|other| &other.edits);
            let mine: Vec<Edit> = others
                .filter(|other| other.file == edit.file)
                .chain([edit])
                .filter_map(|edit| Some(Edit { at: edit.at.clone()?, text: edit.text.clone() }))
                .collect();
            splice(target.text(&edit.file)?.text.as_bytes(), &mine).err()
        };
        let clashes: Vec<_> = draft.edits.iter().filter_map(|edit| Some((edit, clash(edit)?))).collect();
        let Some((edit, _)) = clashes.first() else { continue };
        let same = |clash: &SpliceError| matches!(clash, SpliceError::Duplicate(_));
        let verdict = if clashes.len() == draft.edits.len() && clashes.iter().all(|(_, clash)| same(clash)) {
            draft.status = Status::NotApplicable;
            draft.reason =
                format!("Another step makes the same change in {}, and once is enough.", edit.file);
            Verdict::Covered
        } else {
            draft.status = Status::ByHand;
            draft.reason = format!(
                "Another step changes the same place in {}, so this one is left to a person.",
                edit.file
            );
            draft.by_hand = sheets(target, &draft.edits, "the other step");
            Verdict::ByHand
        };
        draft.edits.clear();
        for account in draft.accounts.iter_mut().filter(|account| account.verdict == Verdict::Edit) {
            account.verdict = verdict;
            account.reason.clone_from(&draft.reason);
        }
    }
}

/// Every file that ready steps touch, with its hashes.
pub fn files(target: &Target, drafts: &[Draft]) -> Vec<PlannedFile> {
    let ready = || drafts.iter().filter(|draft| draft.status == Status::Ready).flat_map(|draft| &draft.edits);
    let paths: BTreeSet<&String> = ready().map(|edit| &edit.file).collect();
    paths
        .into_iter()
        .filter_map(|path| {
            let mine = || ready().filter(move |edit| edit.file == *path);
            if let Some(created) = mine().find(|edit| edit.at.is_none()) {
                return Some(PlannedFile {
                    path: path.clone(),
                    before: None,
                    after: sha256_hex(created.text.as_bytes()),
                    content: Some(created.text.clone()),
                });
            }
            let before = target.text(path)?;
            let edits: Vec<Edit> = mine()
                .filter_map(|edit| Some(Edit { at: edit.at.clone()?, text: edit.text.clone() }))
                .collect();
            let after = splice(before.text.as_bytes(), &edits).ok()?;
            Some(PlannedFile {
                path: path.clone(),
                before: Some(sha256_hex(before.text.as_bytes())),
                after: sha256_hex(&after),
                content: None,
            })
        })
        .collect()
}

pub fn planned(target: &Target, edit: &FileEdit) -> PlannedEdit {
    let Some(at) = &edit.at else {
        return PlannedEdit {
            file: edit.file.clone(),
            at: [0, 0],
            text: edit.text.clone(),
            diff: redact_lines(&unified(&edit.file, None, &edit.text)),
        };
    };
    let original = target.text(&edit.file).map_or("", |file| file.text.as_str());
    let alone = splice(original.as_bytes(), &[Edit { at: at.clone(), text: edit.text.clone() }]);
    let after = alone.ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    PlannedEdit {
        file: edit.file.clone(),
        at: [at.start, at.end],
        text: edit.text.clone(),
        // The lines around a change may hold what nobody else should see; the edit itself stays as it is.
        diff: redact_lines(&unified(&edit.file, Some(original), &after)),
    }
}
