//! What a person writes where the line that notes a sign-up can't be put in by rule: the call, and as much of the place as
//! is known.

use super::basis::Basis;
use super::draft::Draft;
use super::signup::{call, creation};
use super::store::notes_aside;
use super::store_handle::is_kept;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::{AnchorKind, Note, SignupSite};

/// A place that is known, in an application whose module is written by hand.
pub fn seen_by_hand(
    basis: &Basis,
    site: &SignupSite,
    notes: &[Note],
    reason: &str,
    evidence: Vec<Evidence>,
) -> Draft {
    let mut draft = Draft::new("signup", site.signup.symbol.clone(), Status::ByHand, reason);
    draft.evidence = evidence;
    draft.by_hand = notes
        .iter()
        .map(|note| HandWork {
            todo: format!("Put this right after `{}` has succeeded.", creation(note)),
            place: Some(note.anchor.at.clone()),
            text: match &note.anchor.kind {
                AnchorKind::Inspect { name, .. } => format!(".inspect(|{name}| {})", call(basis, note)),
                _ if notes_aside(note.db.backend) => format!("{};", call(basis, note)),
                _ => format!("{}.await;", call(basis, note)),
            },
            turns_green: Some("qa-28".into()),
        })
        .collect();
    draft
}

/// A place that can't be decided.
pub fn by_hand(basis: &Basis, site: &SignupSite, reason: &str, evidence: Vec<Evidence>) -> Draft {
    let mut draft = Draft::new(
        "signup",
        site.signup.symbol.clone(),
        Status::ByHand,
        format!("The place for the line can't be decided: {}.", reason.trim_end_matches('.')),
    );
    draft.evidence = evidence;
    draft.by_hand.push(HandWork {
        todo: "Call this once, where a new user has surely been stored (after the commit, if there is a transaction), \
               and only then; with WHAT, which must be the same text as in the token."
            .replace("WHAT", if is_kept(basis) { "the user's id" } else { "your database pool and the user's id" }),
        place: Some(site.signup.create_site.clone().unwrap_or_else(|| site.signup.at.clone())),
        text: format!(
            "{}::signed_up({}user_id){}",
            basis.module_path(&basis.app.krate),
            if is_kept(basis) { "" } else { "&pool, " },
            if basis.app.pool.as_ref().is_some_and(|pool| notes_aside(pool.backend)) { ";" } else { ".await;" },
        ),
        turns_green: Some("qa-28".into()),
    });
    draft
}
