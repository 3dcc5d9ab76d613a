//! An own launcher doesn't ask Cello for its text.
//!
//! Near misses: the default launcher; labels fetched anywhere in the browser code.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    if chart.browser_says("getLabels") {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for script in &chart.scripts {
        let tokens = &script.tokens;
        let own = (0..tokens.len()).find(|&i| {
            let hidden = tokens[i].text == "hideDefaultLauncher"
                && tokens.get(i + 2).is_some_and(|token| token.is("true"));
            hidden || tokens[i].text == "customLauncherSelector"
        });
        if let Some(own) = own {
            hits.push(Hit::new(
                &script.file,
                &tokens[own].at,
                "There is an own launcher, and nothing calls getLabels.",
            ));
        }
    }
    hits
}
