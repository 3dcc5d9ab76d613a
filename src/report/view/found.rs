//! What the survey found, left alone and warns of.

use crate::report::escape::{code, prose};
use crate::report::lines::place;
use crate::report::survey;
use crate::survey::Survey;

use super::quoted;

/// What was found, a line for each thing.
pub fn found(survey: &Survey) -> Vec<String> {
    let mut lines = Vec::new();
    for app in &survey.apps {
        for framework in &app.frameworks {
            lines.push(format!(
                "Framework: {} {}, {}",
                prose(&framework.name),
                prose(&framework.version),
                quoted(&framework.at)
            ));
        }
        for router in &app.routers {
            lines.push(format!(
                "Routes in {}, {}: {}",
                code(&router.symbol),
                code(&place(&router.at)),
                prose(&router.reason)
            ));
        }
        for identity in &app.identity {
            lines.push(format!(
                "Who is signed in: {}, {}: {}",
                code(&identity.binding),
                code(&place(&identity.at)),
                prose(&identity.reason)
            ));
        }
        for signup in app.signups.iter().filter(|signup| signup.decoy.is_none()) {
            let kind = prose(&signup.kind);
            lines.push(format!("Sign-up ({kind}): {}, {}", code(&signup.symbol), quoted(&signup.at)));
        }
        for call in app.stripe.iter().filter(|call| call.decoy.is_none()) {
            let what = prose(&format!("{} {} ({})", call.object, call.call, call.client));
            lines.push(format!("Stripe: {what}, {}", quoted(&call.at)));
        }
        if let Some(store) = &app.store {
            let reached = match store.handle.as_str() {
                "" => String::new(),
                handle => format!(", reached as {}", code(handle)),
            };
            lines.push(format!("Store: {}{reached}", prose(&store.kind)));
        }
        if let Some(config) = &app.config {
            lines.push(format!("Settings: {}, {}", prose(&config.kind), quoted(&config.at)));
        }
        for existing in &app.existing {
            lines.push(format!("Cello already: {}, {}", prose(&existing.component), quoted(&existing.at)));
        }
    }
    for page in survey.pages.iter().filter(|page| page.decoy.is_none()) {
        let audience = prose(&page.audience);
        lines.push(format!("Page shell ({}, {audience}): {}", prose(&page.kind), code(&page.at.file)));
    }
    for csp in survey.csp.iter().filter(|csp| csp.decoy.is_none()) {
        lines.push(format!("Content-Security-Policy ({}): {}", prose(&csp.kind), quoted(&csp.at)));
    }
    lines
}

/// What was not understood, or is worth a look.
pub fn warnings(survey: &Survey) -> Vec<String> {
    survey
        .warnings
        .iter()
        .map(|warning| {
            let at = warning.at.as_ref().map_or_else(String::new, |at| format!("{}: ", quoted(at)));
            format!("{at}{}", prose(&warning.text))
        })
        .collect()
}

/// What looks like something Cello needs, and is not.
pub fn left_alone(survey: &Survey) -> Vec<String> {
    let found = survey::left_alone(survey).into_iter();
    found.map(|(at, reason)| format!("{}: {}", quoted(at), prose(reason))).collect()
}

/// What is in other languages.
pub fn outside(survey: &Survey) -> Vec<String> {
    let others = survey.outside_rust.iter();
    others.map(|other| format!("{}: {}", quoted(&other.at), prose(&other.what))).collect()
}
