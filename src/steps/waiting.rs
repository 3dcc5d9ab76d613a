//! What follows from what: a step is ready only if those it needs are.

use std::collections::BTreeMap;

use super::draft::{Draft, FileEdit};
use crate::plan::{HandWork, Status, Verdict};
use crate::target::Target;

/// Steps that only serve the module: without it, they would leave a half-made integration.
const SERVES_THE_MODULE: [&str; 5] = ["dependency", "lockfile", "migration", "csp", "environment"];

/// A step that needs another which is not ready can't be ready either: it becomes what that one is, with its text.
pub fn wait_for_others(target: &Target, drafts: &mut [Draft]) {
    loop {
        let standing: BTreeMap<String, (Status, Vec<String>)> =
            drafts.iter().map(|draft| (draft.id(), (draft.status, draft.needs.clone()))).collect();
        let mut changed = false;
        for draft in drafts.iter_mut().filter(|draft| draft.status == Status::Ready) {
            // What nobody plans is there already.
            draft.after.retain(|id| standing.contains_key(id));
            let serves = SERVES_THE_MODULE.contains(&draft.kind).then(|| "module".to_string());
            let blocker = draft.after.iter().chain(&serves).find(|id| {
                standing.get(*id).is_some_and(|(status, _)| matches!(status, Status::Decide | Status::ByHand))
            });
            let Some(blocker) = blocker.cloned() else { continue };
            let (status, needs) = standing[&blocker].clone();
            draft.status = status;
            draft.needs = needs;
            draft.by_hand = sheets(target, &draft.edits, &blocker);
            draft.edits.clear();
            draft.reason = format!("{} It waits for `{blocker}`.", draft.reason);
            let verdict = if status == Status::Decide { Verdict::Undecided } else { Verdict::ByHand };
            for account in draft.accounts.iter_mut().filter(|account| account.verdict == Verdict::Edit) {
                account.verdict = verdict;
                account.reason = format!("it waits for `{blocker}`");
            }
            changed = true;
        }
        if !changed {
            break;
        }
    }
    for draft in drafts.iter_mut() {
        if draft.status != Status::Ready {
            draft.after.clear();
        }
    }
}

/// Where the module is written by hand, what rests on it is put in by hand as well: it may look different.
pub fn leave_to_hand(target: &Target, drafts: &mut [Draft]) {
    const ON_THE_MODULE: [&str; 6] =
        ["signup", "customer-metadata", "migration", "capture-layer", "routes", "store-handle"];
    let rests = |draft: &&mut Draft| draft.status == Status::Ready && ON_THE_MODULE.contains(&draft.kind);
    for draft in drafts.iter_mut().filter(rests) {
        draft.status = Status::ByHand;
        draft.by_hand = sheets(target, &draft.edits, "module");
        draft.edits.clear();
        draft.reason =
            format!("{} The module is written by hand, so this is left to whoever wrote it.", draft.reason);
        for account in draft.accounts.iter_mut().filter(|account| account.verdict == Verdict::Edit) {
            account.verdict = Verdict::ByHand;
            account.reason = "the module is written by hand, so this is as well".into();
        }
    }
}

/// The text of edits that can't be applied yet, for whoever does it by hand, with the line at which it would go in.
pub fn sheets(target: &Target, edits: &[FileEdit], blocker: &str) -> Vec<HandWork> {
    let place = |edit: &FileEdit| Some(target.text(&edit.file)?.line_at(edit.at.as_ref()?.start));
    edits
        .iter()
        .filter(|edit| !edit.text.is_empty())
        .map(|edit| HandWork {
            todo: format!("Once `{blocker}` is done, put this into {}.", edit.file),
            place: place(edit),
            text: edit.text.trim().to_string(),
            turns_green: None,
        })
        .collect()
}
