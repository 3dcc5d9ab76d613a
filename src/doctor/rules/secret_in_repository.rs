//! A secret stands in a file that git keeps.
//!
//! Near misses: placeholders in an example; a `.env` that git ignores, which is never read.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for setting in &chart.settings {
        let secret = setting.name.contains("SECRET") || setting.name.contains("ACCESS_KEY");
        if setting.name.contains("CELLO") && secret && setting.is_set() {
            let text = format!("`{}` has a value in a file that git doesn't ignore.", setting.name);
            hits.push(Hit::new(&setting.file, &setting.at, text));
        }
    }
    for signing in chart.signings().filter(|signing| signing.what.key_literal) {
        hits.push(Hit::new(&signing.file, &signing.at, "The key of this token is written into the code."));
    }
    hits
}
