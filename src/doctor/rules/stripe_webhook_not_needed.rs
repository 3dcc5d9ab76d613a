//! The application hands Stripe's events on to Cello, or keeps the secret of Cello's endpoint: both are Cello's affair.
//!
//! Near misses: the application's own webhook and its secret; a script that sets the endpoint up.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for literal in chart.rust.literals.iter().filter(|literal| literal.text.contains("transaction-webhook")) {
        let around = chart.function_at(&literal.file, &literal.at);
        let posts = around.and_then(|id| chart.rust.functions.get(&id)).is_some_and(|words| {
            words.contains("post")
                && words.contains("send")
                && !words.iter().any(|word| word.contains("webhook_endpoints"))
        });
        if posts {
            hits.push(Hit::new(&literal.file, &literal.at, "Stripe's events are handed on to Cello here."));
        }
    }
    let is_kept = |name: &str| {
        let upper = name.to_ascii_uppercase();
        upper.contains("CELLO")
            && (upper.contains("SIGNING_SECRET")
                || upper.contains("WHSEC")
                || upper.contains("STRIPE_WEBHOOK_SECRET"))
    };
    for setting in chart.settings.iter().filter(|setting| is_kept(&setting.name)) {
        let text = format!("`{}` is for Cello's portal; the application has no use for it.", setting.name);
        hits.push(Hit::new(&setting.file, &setting.at, text));
    }
    for literal in
        chart.rust.literals.iter().filter(|literal| is_kept(&literal.text) && !literal.text.contains(' '))
    {
        let text = format!("`{}` is for Cello's portal; the application has no use for it.", literal.text);
        hits.push(Hit::new(&literal.file, &literal.at, text));
    }
    hits
}
