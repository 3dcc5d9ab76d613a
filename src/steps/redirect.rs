//! Redirects that drop the referral code: what to write there instead, for a person who knows whether links lead there.
//!
//! `Redirect::to("/signup")` becomes the same with the query behind the path. The handler gets one more parameter for
//! it, which its other callers and its route's description would have to follow, so it is not done by rule.

use super::draft::Draft;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::{Redirect, RedirectBy};

/// A step for each redirect.
pub fn redirects(found: &[Redirect]) -> Vec<Draft> {
    found.iter().map(draft).collect()
}

fn draft(redirect: &Redirect) -> Draft {
    let (from, to) = (&redirect.from, &redirect.to);
    let reason = format!(
        "GET {from} answers with nothing but a redirect to {to}, and without the query in which a referral link carries its code."
    );
    let mut draft = Draft::new("redirect", from.clone(), Status::ByHand, reason);
    draft.evidence.push(Evidence { at: redirect.at.clone(), fact: format!("redirects to {to}") });
    let (parameter, text) = written(redirect);
    let inside = match &redirect.handler {
        Some(handler) => format!("give `{handler}` the parameter `{parameter}` and redirect so"),
        None => "write it so".to_string(),
    };
    draft.by_hand.push(HandWork {
        todo: format!("If referral links can lead to {from}, {inside}."),
        place: Some(redirect.at.clone()),
        text,
        turns_green: Some("qa-23".to_string()),
    });
    draft
}

/// The parameter that gives the query, and the redirect with it.
fn written(redirect: &Redirect) -> (&'static str, String) {
    const RAW_QUERY: &str = "axum::extract::RawQuery(query): axum::extract::RawQuery";
    const REQUEST: &str = "request: actix_web::HttpRequest";
    let to = &redirect.to;
    let sign = if to.contains('?') { '&' } else { '?' };
    let appended = format!("format!(\"{to}{sign}{{}}\", request.query_string())");
    match &redirect.by {
        RedirectBy::Axum(maker) => {
            let value = format!(
                "Redirect::{maker}(&query.map_or_else(|| \"{to}\".to_string(), |query| format!(\"{to}{sign}{{query}}\")))"
            );
            let text = match redirect.handler {
                Some(_) => value,
                None => format!("get(|{RAW_QUERY}| async move {{ {value} }})"),
            };
            (RAW_QUERY, text)
        }
        RedirectBy::Actix => (REQUEST, format!("Redirect::to({appended})")),
        RedirectBy::ActixHeader(name) => (REQUEST, format!("({name}, {appended})")),
        RedirectBy::ActixService(from) => (
            REQUEST,
            format!(
                ".route(\"{from}\", web::get().to(|{REQUEST}| async move {{ web::Redirect::to({appended}) }}))"
            ),
        ),
    }
}
