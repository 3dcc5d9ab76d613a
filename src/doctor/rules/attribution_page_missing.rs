//! Some public pages load the attribution script, and others don't.
//!
//! Near misses: pages for signed-in people, e-mails, pages whose head comes from a partial, a script that code loads.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let by_code = chart.scripts.iter().any(|script| {
        crate::target::is_client_code(&script.file)
            && !chart.tags.iter().any(|tag| {
                tag.tag.attribute("src").is_some_and(|source| source.ends_with("/cello/client.js"))
            })
            && script
                .tokens
                .iter()
                .any(|token| token.string().is_some_and(|text| text.contains("cello-attribution")))
    });
    if by_code {
        return Vec::new();
    }
    let has = |file: &str| {
        chart.tags.iter().any(|tag| {
            let source = tag.tag.attribute("src").unwrap_or_default();
            tag.file == file && (source.contains("cello-attribution") || source.contains("/cello/client.js"))
        })
    };
    let pages = chart.findings.survey.pages.iter();
    let public =
        pages.filter(|page| page.decoy.is_none() && ["public", "both"].contains(&page.audience.as_str()));
    let (with, without): (Vec<_>, Vec<_>) = public.partition(|page| has(&page.at.file));
    let Some(first) = with.first() else { return Vec::new() };
    let alone = |file: &str| {
        let text = chart.text(file).map_or("", |text| text.text.as_str());
        !["{% include", "{%- include", "{{>", "{% extends", "{% import"]
            .iter()
            .any(|part| text.contains(part))
    };
    without
        .iter()
        .filter(|page| alone(&page.at.file))
        .map(|page| {
            let at = page.head_end.as_ref().map_or(page.at.bytes, |head| head.bytes);
            let text = format!("This page doesn't load the attribution script, as {} does.", first.at.file);
            Hit::new(&page.at.file, &(at[0]..at[1]), text)
        })
        .collect()
}
