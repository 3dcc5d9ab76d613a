//! A page for people who aren't signed in loads the widget.
//!
//! Near misses: the attribution script, which belongs there; a template or script that asks who is signed in
//! first; pages for both.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let pages = chart.findings.survey.pages.iter();
    let public: Vec<_> = pages.filter(|page| page.decoy.is_none() && page.audience == "public").collect();
    let mut hits = Vec::new();
    for tag in chart.tags.iter().filter(|tag| !tag.in_string) {
        let widget = tag.tag.attribute("src").is_some_and(|source| source.contains("/latest/cello.js"));
        let Some(text) = chart.text(&tag.file).filter(|_| widget) else { continue };
        let before = &text.text[..tag.tag.at.start];
        let asks = ["{% if", "{%- if", "{{#if", "{% match", "{{#unless", "{% block", "{% extends"];
        let conditional = asks.iter().any(|ask| text.text.contains(ask)) || before.contains("{%");
        // Any other script of the application's may know who is signed in, as that of a single-page application does.
        let alone = chart.tags.iter().filter(|other| other.file == tag.file).all(|other| {
            other
                .tag
                .attribute("src")
                .is_some_and(|source| source.contains("://") || source.contains(".cello.so/"))
        });
        if alone && !conditional && public.iter().any(|page| page.at.file == tag.file) {
            hits.push(Hit::new(&tag.file, &tag.tag.at, "Whoever reads this page isn't signed in."));
        }
    }
    hits
}
