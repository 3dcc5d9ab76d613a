//! What a plan has beyond the smallest integration, once somebody chose it: a launcher of the application's own, the
//! page's language, a greeting with the referrer's name, the discount; and Cello's cookies by the site's consent tool.
//!
//! Nothing of it is asked for, and unless chosen there is no step. The client script of a new module has the lines from
//! the start; one that is there gets them here.

use super::basis::Basis;
use super::client_options::{ClientOption, OPTIONS};
use super::consent::consent_tool;
use super::draft::Draft;
use super::hand::from_playbook;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::pages::PageSite;
use crate::target::{At, Target};

/// The steps of what was chosen; `by_hand` if a person writes the module.
pub fn chosen(basis: &Basis, shells: &[PageSite], by_hand: bool) -> Vec<Draft> {
    let tool = consent_tool(basis);
    let options = OPTIONS.iter().filter(|option| option.is_chosen(basis.answers, tool));
    let mut drafts: Vec<Draft> =
        options.map(|option| of_the_script(basis, shells, option, by_hand)).collect();
    drafts.extend(discount(basis));
    drafts
}

fn of_the_script(basis: &Basis, shells: &[PageSite], option: &ClientOption, by_hand: bool) -> Draft {
    let path = basis.beside_root("cello/client.js");
    let script = basis.target.text(&path);
    let found = script.map(|file| option.edits(file));
    let reason = match &found {
        None if by_hand => "Chosen, so the script that is written by hand needs these lines.".to_string(),
        None => format!("Chosen: {path} is made with its lines."),
        Some(Ok(edits)) if edits.is_empty() => format!("Chosen: {path} has its lines."),
        Some(Ok(_)) => format!("Chosen: {path} is there and gets its lines."),
        Some(Err(())) => {
            format!("Chosen, but {path} is not as it was written, so its lines are for a person to add.")
        }
    };
    let mut draft = Draft::new(option.step, "", Status::ByHand, reason);
    match found {
        Some(Ok(edits)) if !edits.is_empty() => {
            draft.status = Status::Ready;
            draft.edits = edits;
        }
        Some(Ok(_)) => {}
        None if !by_hand => {}
        None | Some(Err(())) => draft.by_hand.push(HandWork {
            todo: format!("Put these lines into {path}."),
            place: script.map(|file| file.line_at(0)),
            text: option.text(),
            turns_green: None,
        }),
    }
    draft.by_hand.extend(element(basis, shells, option.step, &mut draft.evidence));
    draft.by_hand.extend(from_playbook(option.step, ""));
    draft
}

const LAUNCHER: &str = "<button id=\"cello-launcher\" type=\"button\" hidden>\n  <span data-label>Invite &amp; earn</span>\n</button>";
const BANNER: &str = "<p id=\"cello-banner\" hidden>\n  <span data-cello=\"name\">A friend</span> invited you<span data-cello=\"offer\" hidden>: <b data-cello=\"discount\"></b> off</span>.\n</p>";

/// What the application's pages need, unless they have it.
fn element(basis: &Basis, shells: &[PageSite], step: &str, evidence: &mut Vec<Evidence>) -> Option<HandWork> {
    let (id, text, todo, seen_by, line) = match step {
        "custom-launcher" => (
            "cello-launcher",
            LAUNCHER,
            "Put this where the widget is to open from, such as the menu of whoever is signed in: in a part of the page \
             that is there when it is loaded and stays, as Cello does not look for it again. Its words are shown until \
             Cello's are there.",
            ["signed-in", "both"],
            Some("qa-19".to_string()),
        ),
        "referral-banner" => (
            "cello-banner",
            BANNER,
            "Put this into the landing pages and the sign-up page, worded as you like; `data-cello=\"months\"` gets the \
             months of the discount. A front end that makes it after the page was loaded calls the script's `greet()` \
             then.",
            ["public", "both"],
            None,
        ),
        _ => return None,
    };
    let there = found(basis.target, id);
    if let Some(at) = there {
        evidence.push(Evidence { at, fact: "the element that the script looks for".into() });
        return None;
    }
    let fits = |site: &&PageSite| {
        site.page.decoy.is_none() && seen_by.iter().any(|audience| *audience == site.page.audience)
    };
    let place = shells.iter().find(fits).map(|site| site.page.body_end.as_ref().unwrap_or(&site.page.at));
    Some(HandWork { todo: todo.into(), place: place.cloned(), text: text.into(), turns_green: line })
}

/// The first element with an id, in pages, components and Rust.
fn found(target: &Target, id: &str) -> Option<At> {
    let written =
        [format!("id=\"{id}\""), format!("id='{id}'"), format!("id=\\\"{id}\\\""), format!("#{id}")];
    // The script names the element, and is none; neither is a style sheet or a text about it.
    let other =
        |path: &str| path.ends_with("cello/client.js") || path.ends_with(".css") || path.ends_with(".md");
    target.files.values().filter(|file| !other(&file.path)).find_map(|file| {
        let at = written.iter().find_map(|text| Some((file.text.find(text.as_str())?, text.len())))?;
        Some(file.at(at.0..at.0 + at.1))
    })
}

/// Where the coupon goes, at each place of their own.
fn discount(basis: &Basis) -> Option<Draft> {
    let yes = basis.answers.get("discount").is_some_and(|answer| answer.value == "yes");
    let reason = "Chosen. It concerns prices, so nothing is inserted for it.";
    let mut draft = yes.then(|| Draft::new("discount", "", Status::ByHand, reason))?;
    draft.by_hand = from_playbook("discount", "");
    let sells = basis.app.stripe.iter().filter(|site| {
        let call = &site.call;
        call.decoy.is_none()
            && call.call == "create"
            && matches!(call.object.as_str(), "checkout-session" | "subscription")
    });
    draft.by_hand.extend(sells.map(|site| HandWork {
        todo: format!(
            "Pass the coupon to the {} made here, for whoever is eligible.",
            site.call.object.replace('-', " ")
        ),
        place: Some(site.call.at.clone()),
        text: "discounts[0][coupon]".into(),
        turns_green: Some("qa-38".into()),
    }));
    Some(draft)
}
