//! Nothing takes care of a boot that fails, as it does for a country without payouts.
//!
//! Near misses: a `catch` of either form; a failure that is handed to a promise around the queue.

use super::Hit;
use crate::doctor::chart::{Call, Chart};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        // The queue calls the function and drops its promise: what isn't caught within is caught nowhere.
        for queued in Call::all(&script.tokens) {
            if queued.called() != "push" || !queued.path.contains(&"cmd") {
                continue;
            }
            let taken = ["catch", "reject", "resolve", "allSettled", "onRejected"]
                .iter()
                .any(|word| queued.inner.iter().any(|token| token.is(word)));
            let boot = Call::all(queued.inner).find(|call| call.is_boot() && call.called() == "boot");
            let then_two =
                Call::all(queued.inner).any(|call| call.called() == "then" && call.arguments().len() > 1);
            // A listener for everything takes it as well.
            let listens = chart.scripts.iter().any(|script| {
                script
                    .tokens
                    .iter()
                    .any(|token| token.text == "unhandledrejection" || token.text == "onunhandledrejection")
            });
            if let Some(boot) = boot.filter(|_| !taken && !then_two && !listens) {
                let at = &queued.inner[boot.name].at;
                hits.push(Hit::new(&script.file, at, "Nothing catches what boot throws here."));
            }
        }
    }
    hits
}
