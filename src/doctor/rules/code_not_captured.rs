//! The server never sees a referral code: no query, cookie, field or column for it.
//!
//! Near misses: a code under another name, as long as it has to do with referrals.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::playbook::Component;

const WORDS: [&str; 5] = ["ucc", "referr", "cello-referral", "invit", "affiliate"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let has_signup =
        chart.findings.survey.apps.iter().flat_map(|app| &app.signups).any(|site| site.decoy.is_none());
    let about = |word: &str| {
        let word = word.to_ascii_lowercase();
        // `success` and `account` have the letters in them.
        WORDS.iter().any(|part| match *part {
            "ucc" => word
                .split(['_', '-', '[', ']', '.', ' ', ':', '?', '=', '&'])
                .any(|piece| piece == "ucc" || piece == "cello" && word.contains("ucc")),
            part => word.contains(part),
        })
    };
    let index = &chart.target.index;
    let named = index.types.values().any(|ty| ty.fields.iter().any(|field| about(&field.name)))
        || index.functions.iter().any(|function| {
            about(&function.name) || function.params.iter().any(|param| about(&param.pattern))
        })
        || chart.rust.functions.values().flatten().any(|word| about(word))
        || chart.rust.literals.iter().any(|literal| about(&literal.text));
    let trace = chart.traces.iter().find(|trace| {
        trace.file.ends_with(".rs")
            && [Component::PurchaseTracking, Component::ReferralWidget].contains(&trace.component)
    });
    match trace.filter(|_| has_signup && !named) {
        Some(trace) => {
            let text = "Cello is integrated here, and no Rust code takes a referral code from a visitor.";
            vec![Hit::new(&trace.file, &trace.at, text)]
        }
        None => Vec::new(),
    }
}
