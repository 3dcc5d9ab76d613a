//! A sign-up waits for Cello within its transaction, or fails where Cello does.
//!
//! Near misses: a task of its own; an outbox that is filled in the transaction and sent later; a failure that is logged.

use std::collections::BTreeSet;

use super::Hit;
use crate::doctor::chart::Chart;
use crate::target::index::FunctionId;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let index = &chart.target.index;
    // Who asks Cello and hands a failure on; by name, so only names that are one function's.
    let mut senders: BTreeSet<FunctionId> = chart
        .senders()
        .into_iter()
        .filter(|&id| chart.only_function(&index.functions[id].name) == Some(id))
        .filter(|&id| hands_on(&chart.awaited(&index.functions[id]), |name| name == "send"))
        .collect();
    let names = |ids: &BTreeSet<FunctionId>| -> BTreeSet<String> {
        ids.iter().map(|&id| index.functions[id].name.clone()).collect()
    };
    let direct = names(&senders);
    for &id in chart.rust.functions.keys() {
        let function = &index.functions[id];
        let calls = chart.rust.functions[&id].iter().any(|word| direct.contains(word));
        if calls
            && chart.only_function(&index.functions[id].name) == Some(id)
            && hands_on(&chart.awaited(function), |name| direct.contains(name))
        {
            senders.insert(id);
        }
    }
    let names = names(&senders);
    let mut hits = Vec::new();
    for id in signups(chart) {
        let function = &index.functions[id];
        for call in chart.awaited(function).iter().filter(|call| names.contains(&call.name)) {
            let text = match (call.in_transaction, call.fatal) {
                (true, _) => "Cello is asked here while the sign-up's transaction is open.",
                (false, true) => "The sign-up fails here where Cello can't be reached.",
                (false, false) => continue,
            };
            let start = function.body.start + chart.body(function).find(&call.name).unwrap_or(0);
            hits.push(Hit::new(&function.file, &(start..start + call.name.len()), text));
        }
    }
    hits
}

/// True if a failure of such a call becomes the function's own.
fn hands_on(awaited: &[crate::doctor::chart::Awaited], is: impl Fn(&str) -> bool) -> bool {
    awaited.iter().any(|call| call.fatal && is(&call.name))
}

/// Functions that sign somebody up: handlers, and where the user is made.
pub(super) fn signups(chart: &Chart<'_>) -> BTreeSet<FunctionId> {
    let sites = chart.findings.survey.apps.iter().flat_map(|app| &app.signups);
    let places = sites
        .filter(|site| site.decoy.is_none())
        .flat_map(|site| [Some(&site.at), site.create_site.as_ref()]);
    places
        .flatten()
        .filter_map(|at| {
            let inside = at.bytes[0]..at.bytes[1];
            let whole = chart
                .target
                .index
                .functions
                .iter()
                .position(|function| function.file == at.file && function.at.start == inside.start);
            whole.or_else(|| chart.function_at(&at.file, &inside))
        })
        .collect()
}
