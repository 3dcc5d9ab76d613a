//! Some public pages load the attribution script, and others don't.
//!
//! Near misses: pages for signed-in people, e-mails, pages whose head comes from a partial, a script that code loads,
//! a front end whose own module loads the client script.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::plan::Verdict;
use crate::target::is_client_code;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    // This tool's own script is loaded by a line in the page, or by a module of the front end.
    let is_own = |file: &str| file.ends_with("cello/client.js") || file.ends_with("cello/client.mjs");
    let by_code = chart
        .scripts
        .iter()
        .filter(|script| is_client_code(&script.file) && !is_own(&script.file))
        .any(|script| {
            let loads = |text: &str| text.contains("cello-attribution") || text.contains("cello/client.js");
            script.tokens.iter().any(|token| token.string().is_some_and(loads))
        });
    if by_code {
        return Vec::new();
    }
    // A front end's shell is beside the scripts it is made of.
    let by_module = |file: &str| {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        chart.scripts.iter().any(|script| {
            script.file.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
                && script
                    .tokens
                    .iter()
                    .any(|token| token.string().is_some_and(|text| text.ends_with("client.js?manual")))
        })
    };
    let has = |file: &str| {
        by_module(file)
            || chart.tags.iter().any(|tag| {
                let source = tag.tag.attribute("src").unwrap_or_default();
                tag.file == file
                    && (source.contains("cello-attribution") || source.contains("/cello/client.js"))
            })
    };
    let pages = chart.findings.survey.pages.iter();
    let public =
        pages.filter(|page| page.decoy.is_none() && ["public", "both"].contains(&page.audience.as_str()));
    let (with, without): (Vec<_>, Vec<_>) = public.partition(|page| has(&page.at.file));
    let Some(first) = with.iter().find(|page| !by_module(&page.at.file)) else { return Vec::new() };
    let alone = |file: &str| {
        let text = chart.text(file).map_or("", |text| text.text.as_str());
        !["{% include", "{%- include", "{{>", "{% extends", "{% import"]
            .iter()
            .any(|part| text.contains(part))
    };
    without
        .iter()
        .filter(|page| alone(&page.at.file) && !is_settled(chart, &page.id))
        .map(|page| {
            let at = page.head_end.as_ref().map_or(page.at.bytes, |head| head.bytes);
            let text = format!("This page doesn't load the attribution script, as {} does.", first.at.file);
            Hit::new(&page.at.file, &(at[0]..at[1]), text)
        })
        .collect()
}

/// True for a page of which a plan says that it needs no line, or that a person decides.
fn is_settled(chart: &Chart<'_>, page: &str) -> bool {
    let ours = chart.plan.steps.len() > 1;
    ours && chart
        .plan
        .accounting
        .iter()
        .any(|account| account.site == page && account.verdict != Verdict::Edit)
}
