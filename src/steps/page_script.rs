//! The one line in each page shell that loads the client script.
//!
//! `<script type="module" src="/api/cello/client.js"></script>` before `</head>`. Near misses: a shell that has it, one
//! whose shared partial brings it, one that is no page of the product, and one whose head can't be told.

use super::draft::{Draft, FileEdit, SiteVerdict};
use crate::plan::{Evidence, HandWork, SiteKind, Status, Verdict};
use crate::survey::pages::{Form, PageSite};

const KIND: &str = "page-script";

/// The steps for all page shells of an application, those of its front ends among them, and what becomes of every shell.
pub fn page_script(sites: &[PageSite], client_url: &str, front_ends: Vec<Draft>) -> Vec<Draft> {
    let tag = tag(Form::Html, client_url);
    let mut drafts: Vec<Draft> = sites
        .iter()
        .filter(|site| site.page.decoy.is_none() && site.covered_by.is_none() && site.front_end.is_none())
        .map(|site| draft(site, client_url))
        .chain(front_ends)
        .collect();
    if drafts.is_empty() {
        let reason = "No page of this application was found in its templates or among the files it serves, so the \
                      place of the script is for a person to say.";
        let mut draft = Draft::new(KIND, "", Status::ByHand, reason);
        draft.by_hand.push(HandWork {
            todo: "Put this line into the head of every page, also of a front end in another folder."
                .to_string(),
            place: None,
            text: tag,
            turns_green: None,
        });
        drafts.push(draft);
    }
    for site in sites {
        let Some(verdict) = other_verdict(site) else {
            continue;
        };
        let home = site
            .covered_by
            .as_deref()
            .and_then(|id| id.strip_prefix("page:"))
            .and_then(|path| drafts.iter().position(|draft| draft.subject == path));
        drafts[home.unwrap_or(0)].accounts.push(verdict);
    }
    drafts
}

/// The element, as it is written in this place.
fn tag(form: Form, client_url: &str) -> String {
    match form {
        Form::Html => format!("<script type=\"module\" src=\"{client_url}\"></script>"),
        Form::SingleQuotes => format!("<script type='module' src='{client_url}'></script>"),
        Form::Escaped => format!("<script type=\\\"module\\\" src=\\\"{client_url}\\\"></script>"),
        Form::Maud => format!("script type=\"module\" src=\"{client_url}\" {{}}"),
        Form::LeptosMeta => format!("<Script type_=\"module\" src=\"{client_url}\"/>"),
    }
}

fn draft(site: &PageSite, client_url: &str) -> Draft {
    let path = site.page.id.strip_prefix("page:").unwrap_or(&site.page.id);
    let form = site.place.as_ref().map_or(Form::Html, |place| place.form);
    let tag = tag(form, client_url);
    let (status, verdict, reason) = match (&site.place, &site.by_hand) {
        _ if site.already => {
            (Status::Done, Verdict::Covered, format!("{path} loads the client script already."))
        }
        (Some(_), None) if site.serves > 0 => (
            Status::Ready,
            Verdict::Edit,
            format!("One line in this partial reaches {} pages, since {}.", site.serves, site.live),
        ),
        (Some(_), None) => (
            Status::Ready,
            Verdict::Edit,
            format!(
                "A page shell with its own head, seen by {}; {}.",
                seen_by(&site.page.audience),
                site.live
            ),
        ),
        (_, why) => {
            let why = why.as_deref().unwrap_or("the end of its head can't be told");
            (Status::ByHand, Verdict::ByHand, format!("The place is for a person to say: {why}."))
        }
    };
    let mut draft = Draft::new(KIND, path, status, &reason);
    if let Some(at) = &site.page.head_end {
        draft.evidence.push(Evidence { at: at.clone(), fact: "end of the head".to_string() });
    }
    if let Some(at) = &site.rendered_by {
        draft.evidence.push(Evidence { at: at.clone(), fact: "renders it".to_string() });
    }
    match (status, &site.place) {
        (Status::Ready, Some(place)) => draft.edits.push(FileEdit {
            file: site.page.at.file.clone(),
            at: Some(place.at..place.at),
            text: format!("{}{tag}{}", place.before, place.after),
        }),
        (Status::ByHand, _) => draft.by_hand.push(HandWork {
            todo: todo(site),
            place: Some(site.page.head_end.clone().unwrap_or_else(|| site.page.at.clone())),
            text: tag,
            turns_green: None,
        }),
        _ => {}
    }
    draft.accounts.push(verdict_on(site, verdict, reason));
    draft
}

fn todo(site: &PageSite) -> String {
    let path = &site.page.at.file;
    match site.page.kind.as_str() {
        "front-end" => format!(
            "Put this line into the head of {path}, with the application's own address before the path if it is \
             served from another origin; see that the front end's build leaves the address as it is."
        ),
        _ => format!("Put this line into the head that {path} ends up with, on pages only, not in e-mails."),
    }
}

fn seen_by(audience: &str) -> &'static str {
    match audience {
        "public" => "visitors",
        "signed-in" => "signed-in users",
        "both" => "visitors and signed-in users",
        "admin" => "administrators, who are this application's users",
        _ => "an audience that its name does not tell; the script itself finds out who is signed in",
    }
}

/// What becomes of a shell that has no step of its own.
fn other_verdict(site: &PageSite) -> Option<SiteVerdict> {
    if let Some(why) = &site.page.decoy {
        return Some(verdict_on(site, Verdict::NotApplicable, why.clone()));
    }
    let partial = site.covered_by.as_deref()?.strip_prefix("page:")?;
    Some(verdict_on(site, Verdict::Covered, format!("its head includes {partial}, which brings the script")))
}

fn verdict_on(site: &PageSite, verdict: Verdict, reason: String) -> SiteVerdict {
    SiteVerdict { site: site.page.id.clone(), kind: SiteKind::Page, verdict, case: None, reason }
}
