//! The own launcher's element: is it there, and is it positioned for its badge?
//!
//! Near misses: an element of a component's, a position by any style sheet or class, a selector that is put together.

use std::ops::Range;

use super::Hit;
use crate::doctor::chart::{Chart, Kind};
use crate::target::SourceText;

pub(super) fn missing(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (file, at, name) in selectors(chart) {
        let mentions = |text: &SourceText| {
            let declared = text.text.match_indices(name.as_str()).any(|(start, _)| {
                // The selector itself is no element.
                !text.text[..start].ends_with(['#', '.'])
            });
            declared && !text.path.ends_with(".md")
        };
        let all = chart.target.files.values().chain(chart.front);
        let rust = chart.target.index.files.keys().filter_map(|path| chart.target.text(path));
        if !all.chain(rust).any(mentions) {
            hits.push(Hit::new(file, &at, format!("Nothing here makes an element `{name}`.")));
        }
    }
    hits
}

pub(super) fn position(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let styles = styles(chart);
    for (_, _, name) in selectors(chart) {
        for file in chart.target.files.values().chain(chart.front).filter(|file| !file.path.ends_with(".md"))
        {
            let Some(element) = element(&file.text, &name) else { continue };
            let tag = &file.text[element.clone()];
            let word = tag[1..].split(|ch: char| !ch.is_ascii_alphanumeric()).next().unwrap_or_default();
            let unsure = tag.contains("class")
                || tag.contains("position")
                || tag.contains("...")
                || tag.contains("{%");
            let component = word.starts_with(char::is_uppercase);
            if unsure || component || styled(&styles, &name, word) {
                continue;
            }
            hits.push(Hit::new(&file.path, &element, "No style gives the launcher a position."));
        }
    }
    hits
}

/// Selectors of one id that boot gets, with their places and names.
fn selectors<'c>(chart: &'c Chart<'_>) -> Vec<(&'c str, Range<usize>, String)> {
    let mut found = Vec::new();
    for script in &chart.scripts {
        for three in script.tokens.windows(3) {
            let names =
                three[0].text == "customLauncherSelector" && three[1].is(":") && three[2].kind == Kind::Text;
            let id = three[2].text.strip_prefix('#').unwrap_or_default();
            let plain =
                !id.is_empty() && id.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '-' || ch == '_');
            if names && plain {
                found.push((script.file.as_str(), three[2].at.clone(), id.to_string()));
            }
        }
    }
    found
}

/// The start tag of the element with this id.
fn element(text: &str, id: &str) -> Option<Range<usize>> {
    let at = [format!("id=\"{id}\""), format!("id='{id}'")].iter().find_map(|said| text.find(said))?;
    let start = text[..at].rfind('<')?;
    let end = at + text[at..].find('>')? + 1;
    let inside =
        !text[start..at].contains('>') && text[start + 1..].starts_with(|ch: char| ch.is_ascii_alphabetic());
    inside.then_some(start..end)
}

/// What may hold styles: sheets, pages, and code that writes them.
fn styles<'c>(chart: &'c Chart<'_>) -> Vec<&'c str> {
    let all = chart.target.files.values().chain(chart.front);
    all.filter(|file| !file.path.ends_with(".md")).map(|file| file.text.as_str()).collect()
}

/// True if a block of styles that may be for this element has a position.
fn styled(styles: &[&str], id: &str, tag: &str) -> bool {
    styles.iter().any(|text| {
        // What is linked from elsewhere can't be read.
        let elsewhere = text.contains("rel=\"stylesheet\" href=\"http") || text.contains("@import");
        let blocks = text.split('}').filter_map(|block| block.rsplit_once('{'));
        elsewhere
            || blocks.filter(|(_, rules)| rules.contains("position")).any(|(selector, _)| {
                let last = selector.rsplit(['{', ';', '>']).next().unwrap_or(selector);
                let words: Vec<&str> =
                    last.split(|ch: char| !(ch.is_alphanumeric() || ch == '-' || ch == '_')).collect();
                words.contains(&id) || words.contains(&tag) || last.contains('*') || last.contains('[')
            })
            || text
                .split(id)
                .skip(1)
                .any(|after| after.chars().take(200).collect::<String>().contains("position"))
    })
}
