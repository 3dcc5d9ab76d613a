//! Nothing here loads the attribution script, so referral codes are lost when a visitor goes on to another page.
//!
//! Near misses: a tag manager, which may load it; the script loaded by code.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::playbook::Component;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let loads = |text: &str| text.contains("cello-attribution") || text.contains("attribution/latest");
    let in_tags = chart.tags.iter().any(|tag| {
        tag.tag.attribute("src").is_some_and(|source| {
            loads(source) || source.contains("/cello/client.js") || source.contains("gtm.js")
        })
    });
    let in_code = chart
        .scripts
        .iter()
        .any(|script| script.tokens.iter().any(|token| token.string().is_some_and(loads)));
    let in_rust = chart.rust.literals.iter().any(|literal| loads(&literal.text));
    let by_manager =
        chart.target.files.values().chain(chart.front).any(|file| file.text.contains("googletagmanager.com"));
    // The browser's side has to be here: a widget that is loaded, or pages.
    let widget = chart
        .traces
        .iter()
        .find(|trace| trace.component == Component::ReferralWidget && !trace.file.ends_with(".rs"));
    let Some(widget) = widget.filter(|_| !in_tags && !in_code && !in_rust && !by_manager) else {
        return Vec::new();
    };
    let text = "The widget is loaded here, and nothing loads cello-attribution.js. If visitors land on pages kept elsewhere, \
                those have to.";
    vec![Hit::new(&widget.file, &widget.at, text)]
}
