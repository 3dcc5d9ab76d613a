//! A front end on another origin, whose browsers may not load the script: a CORS layer covers the application's other
//! routes, and not the place of the script's.
//!
//! Near misses: a front end on the application's own origin; an application without a CORS layer, whose proxy may do it.

use super::basis::Basis;
use super::draft::Draft;
use super::waiting::sheets;
use crate::plan::{Evidence, HandWork, Status, Verdict};
use crate::survey::Router;
use crate::survey::frontend::FrontEnd;
use crate::target::{At, Target};

/// The CORS layer that covers other routes and not those of the module.
pub fn cors_elsewhere<'s>(basis: &'s Basis, routers: &'s [Router]) -> Option<&'s At> {
    let Some(ready) = basis.ready() else {
        return basis.app.cors_elsewhere.as_ref();
    };
    // A place may be listed as the function around it.
    let within = |router: &Router, at: &At| {
        router.at.file == at.file && router.at.bytes[0] <= at.bytes[0] && at.bytes[1] <= router.at.bytes[1]
    };
    let covers = |at: &At| routers.iter().any(|router| within(router, at) && router.cors.is_some());
    let token = basis.below().map(|below| &below.slot.at);
    let open = [&ready.application.at].into_iter().chain(token).any(|at| !covers(at));
    routers.iter().find(|router| open && router.cors.is_some()).map(|router| &router.at)
}

/// Leaves such front ends to a person, with the text and what the routes need.
pub fn leave_outside_cors(
    target: &Target,
    drafts: &mut [Draft],
    front_ends: &[FrontEnd],
    layer: Option<&At>,
    routes: &str,
) {
    let Some(layer) = layer else {
        return;
    };
    let is_elsewhere = |draft: &Draft| {
        let own = |front: &&FrontEnd| {
            let dir = front.package.dir.as_str();
            draft.subject == if dir.is_empty() { "." } else { dir }
        };
        let wiring = front_ends.iter().find(own).and_then(|front| front.wiring.as_ref().ok());
        wiring.is_some_and(|wiring| wiring.api.origin.is_some())
    };
    for draft in drafts.iter_mut().filter(|draft| draft.status == Status::Ready) {
        if !is_elsewhere(draft) {
            continue;
        }
        draft.status = Status::ByHand;
        draft.reason = format!(
            "It calls another origin, and the CORS layer in {} covers other routes than those that `routes` adds, so that \
             browsers would not let its pages load the script. {}",
            layer.file, draft.reason
        );
        draft.evidence.push(Evidence { at: layer.clone(), fact: "lets other origins read answers".into() });
        draft.by_hand = vec![cover(layer, routes)];
        draft.by_hand.extend(sheets(target, &draft.edits, "routes"));
        draft.edits.clear();
        for account in draft.accounts.iter_mut().filter(|account| account.verdict == Verdict::Covered) {
            account.verdict = Verdict::ByHand;
            account.reason = "its front end is on another origin, which CORS has to let in first".into();
        }
    }
}

fn cover(layer: &At, routes: &str) -> HandWork {
    let written = if layer.text.ends_with(')') { layer.text.as_str() } else { ".layer(cors)" };
    HandWork {
        todo: "Cover the added routes with this CORS layer as well, a clone of it if need be: this call in place of the \
               one that `routes` adds."
            .into(),
        place: Some(layer.clone()),
        text: format!(".merge({routes}(){written})"),
        turns_green: Some("qa-22".into()),
    }
}
