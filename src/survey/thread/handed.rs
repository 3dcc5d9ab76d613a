//! Customers whose metadata comes down as a parameter from callers that have it from Cello's module.

use super::{Handed, Threads};
use crate::survey::stripe::site::StripeSite;
use crate::target::Target;
use crate::target::index::FunctionId;

/// Names under which metadata is handed down.
pub const NAMES: [&str; 2] = ["metadata", "cello_metadata"];

/// Marks such sites as having Cello's metadata.
pub fn known(target: &Target, sites: &mut [StripeSite], threads: &Threads) {
    let index = &target.index;
    for site in sites.iter_mut().filter(|site| site.call.object == "customer" && site.call.call == "create") {
        let function = &index.functions[site.function];
        let body = target.text(&function.file).and_then(|text| text.text.get(function.body.clone()));
        let given = NAMES.iter().any(|name| {
            body.is_some_and(|body| body.contains(name)) && is_given(target, threads, site.function, name, 0)
        });
        if given {
            site.call.metadata.state = "cello".into();
        }
    }
}

/// True if every caller, tests aside, hands this parameter what Cello's module gave.
fn is_given(target: &Target, threads: &Threads, function: FunctionId, name: &str, depth: usize) -> bool {
    let index = &target.index;
    let params = &index.functions[function].params;
    let is_it = |pattern: &str| pattern.trim_start_matches("mut ").trim() == name;
    let (Some(position), Some(group), true) =
        (params.iter().position(|param| is_it(&param.pattern)), threads.of(function), depth < 8)
    else {
        return false;
    };
    let mut calls =
        group.calls.iter().filter(|call| !index.functions[call.standing.function].test).peekable();
    let has_it = |call: &Handed| {
        let Some(given) = call.arguments.get(position) else { return false };
        given.contains("cello::")
            || call.cello.contains(given)
            || is_given(target, threads, call.standing.function, given, depth + 1)
    };
    calls.peek().is_some() && calls.all(has_it)
}
