//! The widget is booted again and again: by a timer, with every rendering, by two copies of its script.
//!
//! Near misses: a guard around it; an effect that runs once; two scripts of which a template chooses one.

use super::Hit;
use crate::doctor::chart::{Call, Chart};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        for call in Call::all(&script.tokens) {
            let boots = Call::all(call.inner).any(|inner| inner.is_boot());
            let guarded = call.inner.iter().any(|token| token.is("if") || token.is("?"));
            let text = match call.called() {
                "setInterval" if boots => "A timer boots the widget again and again.",
                "useEffect" if boots && !guarded && call.arguments().len() == 1 => {
                    "This effect has no list of dependencies: it boots the widget with every rendering."
                }
                _ => continue,
            };
            hits.push(Hit::new(&script.file, &script.tokens[call.name].at, text));
        }
    }
    for (number, tag) in chart.tags.iter().enumerate() {
        let loads =
            |source: &str| source.ends_with("/latest/cello.js") || source.ends_with("/cello/client.js");
        let is_widget = tag.tag.attribute("src").is_some_and(loads);
        let before = chart.tags[..number].iter().any(|other| {
            other.file == tag.file && !tag.in_string && other.tag.attribute("src").is_some_and(loads)
        });
        let branches = chart
            .text(&tag.file)
            .is_some_and(|text| text.text.contains("{% else") || text.text.contains("{{else"));
        if is_widget && before && !branches {
            hits.push(Hit::new(&tag.file, &tag.tag.at, "This page loads the widget's script a second time."));
        }
    }
    hits
}
