//! The sign-up form takes a referral code along, and signing up through another service doesn't.
//!
//! Near misses: a code in the state or a cookie of the same journey; one that is read wherever people are signed in.

use std::collections::BTreeSet;

use super::Hit;
use crate::doctor::chart::Chart;
use crate::target::index::FunctionId;

const PARTS: [&str; 6] = ["ucc", "referr", "cello", "invit", "affiliate", "signed_up"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let sites: Vec<_> = chart
        .findings
        .survey
        .apps
        .iter()
        .flat_map(|app| &app.signups)
        .filter(|site| site.decoy.is_none())
        .collect();
    // Where the code is read from a cookie it comes with every journey, and perhaps with a later request.
    if chart.rust_says("cello-referral") {
        return Vec::new();
    }
    let reach = |site: &&&crate::survey::Signup| {
        let places = [Some(&site.at), site.create_site.as_ref()];
        let functions = places.into_iter().flatten().filter_map(|at| handler(chart, at));
        reached(chart, functions.collect())
    };
    let about = |functions: &BTreeSet<FunctionId>| functions.iter().any(|&id| says(chart, id));
    let (by_others, own): (Vec<_>, Vec<_>) = sites.iter().partition(|site| site.kind == "oauth");
    if !own.iter().any(|site| about(&reach(site))) {
        return Vec::new();
    }
    let lacking = by_others.iter().filter(|site| {
        let functions = reach(site);
        !functions.is_empty() && !about(&functions)
    });
    lacking
        .map(|site| {
            let at = site.at.bytes[0]..site.at.bytes[1];
            Hit::new(&site.at.file, &at, "Nobody who signs up here brings a referral code.")
        })
        .collect()
}

fn handler(chart: &Chart<'_>, at: &crate::target::At) -> Option<FunctionId> {
    let functions = chart.target.index.functions.iter();
    let whole =
        functions.clone().position(|function| function.file == at.file && function.at.start == at.bytes[0]);
    whole.or_else(|| chart.function_at(&at.file, &(at.bytes[0]..at.bytes[1])))
}

/// These and what they call, as far as names tell.
fn reached(chart: &Chart<'_>, mut functions: BTreeSet<FunctionId>) -> BTreeSet<FunctionId> {
    for _ in 0..3 {
        let called: Vec<FunctionId> = functions
            .iter()
            .flat_map(|&id| names(chart, id))
            .filter_map(|name| chart.only_function(&name))
            .collect();
        functions.extend(called);
    }
    functions
}

fn names(chart: &Chart<'_>, id: FunctionId) -> BTreeSet<String> {
    let body = chart.body(&chart.target.index.functions[id]);
    body.split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).map(str::to_string).collect()
}

fn says(chart: &Chart<'_>, id: FunctionId) -> bool {
    let function = &chart.target.index.functions[id];
    let types = function.params.iter().flat_map(|param| {
        let ty = chart.target.index.resolve_ty(function.module, &param.ty);
        let inner = ty.args().first().cloned();
        [Some(ty), inner].into_iter().flatten().collect::<Vec<_>>()
    });
    // What a request brings; the application's state has fields of all kinds.
    let brought = types
        .filter_map(|ty| chart.target.index.type_of(&ty))
        .filter(|ty| ty.derives.iter().any(|name| name.ends_with("Deserialize")));
    let fields = brought.flat_map(|ty| &ty.fields);
    let about = |text: &str| {
        let text = text.to_ascii_lowercase();
        PARTS.iter().any(|part| text.contains(part))
    };
    names(chart, id).iter().any(|name| about(name) && name != "account" && name != "success")
        || fields.into_iter().any(|field| about(&field.name))
        || function.params.iter().any(|param| about(&param.pattern))
}
