//! A product id that looks like one of the sandbox's stands beside production's hosts.
//!
//! Near misses: the sandbox's settings; ids of other services. How ids look was seen and isn't documented, so it is a note.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for setting in &chart.settings {
        let is_id = setting.name.contains("CELLO") && setting.name.ends_with("PRODUCT_ID");
        if !is_id || !setting.value.starts_with("stage-") {
            continue;
        }
        let production = chart.settings.iter().find(|other| {
            let about = other.file == setting.file && other.name.contains("CELLO");
            let host = ["https://assets.cello.so", "https://api.cello.so"]
                .iter()
                .any(|host| other.value.starts_with(host));
            about && (other.value == "production" || host)
        });
        if let Some(other) = production {
            let text =
                format!("`{}` looks like the sandbox's, and `{}` is production's.", setting.name, other.name);
            hits.push(Hit::new(&setting.file, &setting.at, text));
        }
    }
    hits
}
