//! Puts together what was found in single files: requests with their addresses filled in, functions that send them,
//! parameters made by other functions, and what names Stripe without being explained by any of it.

use std::collections::BTreeMap;

use crate::survey::stripe::builder::Builders;
use crate::survey::stripe::call::{Calls, Makers};
use crate::survey::stripe::http::called::Requests;
use crate::survey::stripe::http::follow::Follow;
use crate::survey::stripe::http::mentions::{in_test, unexplained};
use crate::survey::stripe::site::StripeSite;
use crate::survey::walk::{Place, Recogniser};
use crate::target::{At, SourceText, Target, by_place};

/// What a file has to hold to matter here, in any letter case: the crates and the host are called so, and endpoints are
/// written out.
pub const NEEDLES: [&str; 8] = [
    "tripe",
    "TRIPE",
    "customers",
    "checkout/sessions",
    "subscriptions",
    "payment_intents",
    "setup_intents",
    "payment_links",
];

/// Collects everything about Stripe in one file.
#[derive(Default)]
pub struct Stripe {
    calls: Calls,
    builders: Builders,
    requests: Requests,
    matters: bool,
}

impl Recogniser for Stripe {
    fn file(&mut self, text: &SourceText) {
        self.matters = NEEDLES.iter().any(|needle| text.text.contains(needle));
    }

    fn expression(&mut self, expr: &syn::Expr, place: &Place<'_, '_>) {
        if self.matters {
            self.calls.expression(expr, place);
            self.builders.expression(expr, place);
            self.requests.expression(expr, place);
        }
    }
}

/// Calls to Stripe of a whole project.
#[derive(Default)]
pub struct Found {
    /// All calls, tests' included.
    pub sites: Vec<StripeSite>,
    /// Places that name Stripe's interface and lead to no call that could be read.
    pub unexplained: Vec<At>,
}

/// Puts the parts together.
pub fn together(target: &Target, parts: Vec<Stripe>) -> Found {
    let index = &target.index;
    let mut makers = Makers::new();
    let mut made = Vec::new();
    let mut requests = Vec::new();
    for part in parts.into_iter().filter(|part| part.matters) {
        for found in [part.calls.makers, part.builders.makers] {
            for (key, fields) in found {
                makers.entry(key).or_default().join(&fields);
            }
        }
        made.extend(part.calls.made);
        made.extend(part.builders.made);
        requests.push(part.requests);
    }
    let mut sites: Vec<StripeSite> = made.into_iter().map(|made| made.site(&makers)).collect();
    let follow = Follow::all(index, &requests);
    let named = requests.iter().flat_map(|part| part.named.iter().cloned()).collect();
    let mut open = follow.open;
    open.retain(|at| !in_test(index, &at.file, at.bytes[0]));
    open.extend(unexplained(target, follow.explained, named));
    open.sort_by(by_place);
    open.dedup_by(|a, b| a.file == b.file && a.line == b.line);
    sites.extend(follow.sites);
    sites.sort_by(|a, b| by_place(&a.call.at, &b.call.at));
    sites.dedup_by(|a, b| a.call.at == b.call.at);
    Found { sites, unexplained: open }
}

/// Ids of Stripe calls: object and the function's symbol, numbered where there are several.
pub fn name_sites(target: &Target, sites: &mut [StripeSite]) {
    sites.sort_by(|a, b| by_place(&a.call.at, &b.call.at));
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for site in sites {
        let base = format!("{}:{}", site.call.object, target.index.symbol(site.function));
        let n = count.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
        site.call.id = if *n == 1 { base } else { format!("{base}#{n}") };
        if target.index.functions[site.function].test {
            site.call.decoy = Some("it is a test".into());
        }
    }
}
