//! A survey on a terminal: what was found, with a place for each, and what was left alone.

use crate::survey::{App, StripeCall, Survey};
use crate::target::At;

use super::lines::place;
use super::paint::{Ink, pad, paragraph, truncate, truncate_path};
use super::words::{self, count};
use super::{Style, clean};

/// Columns of the labels.
const LABEL: usize = 12;
/// Sign-ups and calls to Stripe shown, of each, before the rest is counted.
const MOST_EACH: usize = 6;
/// Look-alikes and warnings shown before the rest is counted.
const MOST_ASIDE: usize = 8;

/// What a survey found, for a terminal.
pub fn terminal_survey(survey: &Survey, style: Style) -> String {
    let names: Vec<String> = survey.apps.iter().map(|app| app.package.clone()).collect();
    let title = if names.is_empty() {
        "Survey: no Rust web application here".to_string()
    } else {
        format!("Survey of {}", words::list(&names))
    };
    let mut out = style.heading(&title);
    out.push_str(&survey_lines(survey, style));
    out.push_str(&aside(survey, style));
    out
}

/// The findings alone, a line for each kind.
pub fn survey_lines(survey: &Survey, style: Style) -> String {
    let mut out = String::new();
    for app in &survey.apps {
        if survey.apps.len() > 1 {
            out.push_str(&format!(" {}\n", style.paint(Ink::Head, &clean(&app.package))));
        }
        for (label, text, at) in rows(app, survey) {
            out.push_str(&row(label, &text, at, style));
        }
    }
    out
}

/// Label, finding, and its place.
type Row<'a> = (&'static str, String, Option<&'a At>);

fn rows<'a>(app: &'a App, survey: &'a Survey) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for framework in &app.frameworks {
        let text = format!("{} {}", framework.name, framework.version);
        rows.push(("framework", text, Some(&framework.at)));
    }
    // 1 is the best rank; 0 is none.
    let best = app.routers.iter().filter(|router| router.rank > 0).min_by_key(|router| router.rank);
    if let Some(router) = best {
        let under = if router.prefix.is_empty() { "/" } else { &router.prefix };
        rows.push(("routes", format!("{} under {under}", router.symbol), Some(&router.at)));
    }
    let best = app.identity.iter().filter(|identity| identity.rank > 0).min_by_key(|identity| identity.rank);
    if let Some(identity) = best {
        let optional = if identity.optional { ", or nobody" } else { "" };
        let name = identity.type_path.rsplit("::").next().unwrap_or_default();
        let text = format!("{name}, {}: {}{optional}", identity.id_expr, identity.id_type);
        rows.push(("signed in", text, Some(&identity.at)));
    }
    let signups = app.signups.iter().filter(|signup| signup.decoy.is_none());
    rows.extend(labelled(
        "sign-up",
        signups.map(|signup| (format!("{} ({})", signup.symbol, signup.kind), &signup.at)).collect(),
    ));
    let calls = app.stripe.iter().filter(|call| call.decoy.is_none());
    rows.extend(labelled("Stripe", calls.map(|call| (stripe(call), &call.at)).collect()));
    let pages: Vec<_> =
        survey.pages.iter().filter(|page| page.app == app.package && page.decoy.is_none()).collect();
    if let Some(first) = pages.first() {
        let kinds: Vec<String> = pages.iter().map(|page| page.audience.clone()).collect();
        let text = format!("{}: {}", count(pages.len(), "shell", "shells"), kinds.join(", "));
        rows.push(("pages", text, Some(&first.at)));
    }
    for csp in survey.csp.iter().filter(|csp| csp.app == app.package && csp.decoy.is_none()) {
        let text = format!("{} with {}", csp.kind, count(csp.directives.len(), "directive", "directives"));
        rows.push(("CSP", text, Some(&csp.at)));
    }
    if let Some(store) = &app.store {
        let migrations = store
            .migrations
            .as_ref()
            .map_or_else(|| "no migrations found".to_string(), |folder| format!("migrations in {folder}"));
        rows.push(("store", format!("{}, {migrations}", store.kind), None));
    }
    if let Some(config) = &app.config {
        rows.push(("settings", config.kind.clone(), Some(&config.at)));
    }
    rows.push(match app.existing.as_slice() {
        [] => ("Cello", "nothing there yet".into(), None),
        [first, ..] => {
            let mut parts: Vec<String> =
                app.existing.iter().map(|existing| existing.component.clone()).collect();
            parts.sort();
            parts.dedup();
            ("Cello", format!("there already: {}", parts.join(", ")), Some(&first.at))
        }
    });
    rows
}

/// A row each for things of which there are several; the label stands at the first. A long list is cut with a count.
fn labelled<'a>(label: &'static str, found: Vec<(String, &'a At)>) -> Vec<Row<'a>> {
    let shown = if found.len() > MOST_EACH + 1 { MOST_EACH } else { found.len() };
    let rest = found.len() - shown;
    let mut rows: Vec<Row<'a>> = found
        .into_iter()
        .take(shown)
        .enumerate()
        .map(|(index, (text, at))| (if index == 0 { label } else { "" }, text, Some(at)))
        .collect();
    if rest > 0 {
        rows.push(("", format!("and {rest} more"), None));
    }
    rows
}

/// `create customer (async-stripe-0)`
fn stripe(call: &StripeCall) -> String {
    let object = call.object.replace('-', " ");
    let connected = if call.account == "connected" { ", of a connected account" } else { "" };
    format!("{} {object} ({}){connected}", call.call, call.client)
}

fn row(label: &str, text: &str, at: Option<&At>, style: Style) -> String {
    let room = style.width.saturating_sub(LABEL + 1);
    let at = at.map_or_else(String::new, |at| truncate_path(&clean(&place(at)), room * 2 / 5));
    let text_room = room.saturating_sub(at.chars().count() + 2);
    let text = truncate(&clean(text), text_room);
    let line = format!(
        " {}{}  {}",
        style.paint(Ink::Head, &pad(label, LABEL)),
        pad(&text, text_room),
        style.paint(Ink::Quiet, &at)
    );
    format!("{}\n", line.trim_end())
}

/// Everything looked at and left alone, as place and reason, in the survey's order.
pub fn left_alone(survey: &Survey) -> Vec<(&At, &str)> {
    let mut found: Vec<(&At, &str)> = Vec::new();
    for app in &survey.apps {
        let signups = app.signups.iter().map(|signup| (&signup.at, &signup.decoy));
        let stripe = app.stripe.iter().map(|call| (&call.at, &call.decoy));
        found.extend(signups.chain(stripe).filter_map(with_reason));
    }
    let pages = survey.pages.iter().map(|page| (&page.at, &page.decoy));
    let csp = survey.csp.iter().map(|csp| (&csp.at, &csp.decoy));
    found.extend(pages.chain(csp).filter_map(with_reason));
    found
}

fn with_reason<'a>((at, decoy): (&'a At, &'a Option<String>)) -> Option<(&'a At, &'a str)> {
    decoy.as_deref().map(|reason| (at, reason))
}

fn aside(survey: &Survey, style: Style) -> String {
    let mut out = String::new();
    let mut section = |title: &str, entries: Vec<(String, &str)>| {
        if entries.is_empty() {
            return;
        }
        out.push_str(&format!("\n{}", style.heading(title)));
        for (at, text) in entries.iter().take(MOST_ASIDE) {
            if !at.is_empty() {
                out.push_str(&format!(" {}\n", truncate_path(&clean(at), style.width.saturating_sub(1))));
            }
            out.push_str(&paragraph(text, 3, style));
        }
        if entries.len() > MOST_ASIDE {
            let more = format!("   and {} more, in --format json", entries.len() - MOST_ASIDE);
            out.push_str(&format!("{}\n", style.paint(Ink::Quiet, &more)));
        }
    };
    let alone = left_alone(survey);
    section("Looked at and left alone", alone.iter().map(|(at, reason)| (place(at), *reason)).collect());
    section(
        "Outside of Rust",
        survey.outside_rust.iter().map(|other| (place(&other.at), other.what.as_str())).collect(),
    );
    section(
        "Warnings",
        survey
            .warnings
            .iter()
            .map(|warning| (warning.at.as_ref().map_or_else(String::new, place), warning.text.as_str()))
            .collect(),
    );
    out
}
