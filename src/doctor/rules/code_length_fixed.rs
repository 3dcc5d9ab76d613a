//! A referral code has to have eleven characters here, which refuses `test` and longer ones.
//!
//! Near misses: an upper limit; lengths of other things.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let about = |words: &[String]| {
        words.iter().any(|word| word.contains("ucc") || word.contains("referral") || word == "code")
    };
    let mut hits = Vec::new();
    for found in chart.rust.comparisons.iter().filter(|found| found.what.number.as_deref() == Some("11")) {
        let measured = [&found.what.left, &found.what.right]
            .into_iter()
            .find(|side| side.iter().any(|word| word == "len"));
        let function = &chart.target.index.functions[found.function];
        let near = function.name.contains("ucc") || function.name.contains("referral");
        if measured.is_some_and(|side| about(side) || near) {
            hits.push(Hit::new(&found.file, &found.at, "A code of another length than eleven is refused."));
        }
    }
    for literal in chart.rust.literals.iter().filter(|literal| literal.text.contains("]{11}")) {
        let index = &chart.target.index;
        let around = index.functions.iter().find(|function| {
            function.file == literal.file
                && function.body.start <= literal.at.start
                && literal.at.end <= function.body.end
        });
        if around.is_some_and(|function| function.name.contains("ucc") || function.name.contains("referral"))
        {
            hits.push(Hit::new(
                &literal.file,
                &literal.at,
                "A code of another length than eleven is refused.",
            ));
        }
    }
    hits
}
