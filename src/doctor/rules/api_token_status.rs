//! Only 200 is taken for success when an access token is asked for; Cello answers 201.
//!
//! Near misses: `is_success()`, 201 beside 200, another request's status.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("accessKeyId") {
        let Some(words) = chart.rust.functions.get(&shape.function) else { continue };
        if ["CREATED", "is_success", "error_for_status"].iter().any(|word| words.contains(*word)) {
            continue;
        }
        for found in chart.rust.comparisons.iter().filter(|found| found.function == shape.function) {
            let sides = [&found.what.left, &found.what.right];
            let about_status = sides.iter().any(|side| side.iter().any(|word| word == "status"));
            let ok = found.what.number.as_deref() == Some("200")
                || sides.iter().any(|side| side.iter().any(|word| word == "OK"));
            if about_status && ok {
                hits.push(Hit::new(&found.file, &found.at, "Cello's 201 is taken for a failure here."));
            }
        }
    }
    hits
}
