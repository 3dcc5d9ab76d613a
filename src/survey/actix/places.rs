//! Applications, scopes and `configure` functions as places for routes: where a signed-in route would go, and where
//! it must not.
//!
//! Best is where the identity works and nobody else is kept out; a scope behind an administrators' layer, an API key,
//! a paid plan or a webhook's signature never is.

use std::collections::BTreeMap;

use crate::survey::actix::chain::Start;
use crate::survey::actix::gate::{About, Gate};
use crate::survey::actix::web::Web;
use crate::survey::actix::wrap::Kind;
use crate::survey::facts::Router;
use crate::target::index::FunctionId;
use crate::target::{At, Target, by_place};

/// A place for routes, before it is listed.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Number of its first chain.
    pub chain: usize,
    /// The whole of it.
    pub at: At,
    /// As listed.
    pub router: Router,
    /// Whether the identity that needs a layer is brought to it.
    pub brought: bool,
}

/// Every place of the project, ranked. `bringers` are the middlewares that put the best identity into the request;
/// empty if it works everywhere.
pub fn spots(target: &Target, web: &Web, bringers: &[FunctionId]) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    for number in 0..web.tree.chains.len() {
        if let Some(at) = extent(target, web, number)
            && !spots.iter().any(|spot| spot.at == at)
        {
            spots.push(spot(target, web, number, at, bringers));
        }
    }
    rank(web, &mut spots, bringers);
    spots.sort_by(|a, b| by_place(&a.at, &b.at));
    name(&mut spots);
    spots
}

/// The places of one package, as listed.
pub fn listed(target: &Target, web: &Web, package: usize) -> Vec<Router> {
    let own = |file: &str| {
        let modules = target.index.files.get(file).into_iter().flatten();
        modules.into_iter().any(|&module| target.index.modules[module].package == package)
    };
    let bringers = web.best().map_or(&[][..], |best| best.bringers.as_slice());
    let spots = spots(target, web, bringers).into_iter().map(|spot| spot.router);
    spots.filter(|router| own(&router.at.file)).collect()
}

/// What is shown of a place: the chain, or the function where that is what adds to a configuration.
fn extent(target: &Target, web: &Web, number: usize) -> Option<At> {
    let chain = &web.tree.chains[number];
    if !web.tree.is_start(number) {
        return None;
    }
    match chain.start {
        Start::App | Start::Scope(_) => Some(chain.at.clone()),
        Start::Config => {
            let function = &target.index.functions[chain.function];
            let takes = |name: &str| {
                function.params.iter().any(|param| param.ty.is(name) || param.ty.behind_pointers().is(name))
            };
            if takes("ServiceConfig") {
                return Some(target.text(&function.file)?.at(function.at.start..function.body.end));
            }
            // In a closure within a chain it is part of that chain.
            web.tree
                .parent(number)
                .is_none_or(|holder| web.tree.chains[holder].at.file != chain.at.file)
                .then(|| chain.at.clone())
        }
        _ => None,
    }
}

fn spot(target: &Target, web: &Web, number: usize, at: At, bringers: &[FunctionId]) -> Spot {
    let tree = &web.tree;
    let symbol = target.index.symbol(tree.chains[number].function);
    let way = tree.way_up(number);
    let cors = way.iter().flat_map(|&level| tree.wraps(level)).find(|wrap| wrap.kind == Kind::Cors);
    let around = || way.iter().flat_map(|&level| tree.wraps(level)).flat_map(|wrap| &wrap.functions);
    let guard = web
        .gates
        .on_the_way(tree, number)
        .into_iter()
        .map(|(_, gate)| gate)
        .find(|gate| gate.about != About::Unsure);
    Spot {
        chain: number,
        brought: around().any(|function| web.leads_to(*function, bringers)),
        router: Router {
            id: String::new(),
            at: at.clone(),
            symbol,
            prefix: tree.prefix(number).unwrap_or_default(),
            guard: guard.map(said),
            cors: cors.map(|wrap| match wrap.at.text.contains("permissive") {
                true => "a CORS layer that allows every origin, with credentials, covers it".to_string(),
                false => "a CORS layer covers it".to_string(),
            }),
            rank: 0,
            reason: String::new(),
        },
        at,
    }
}

/// What a gate does, in words.
pub fn said(gate: &Gate) -> String {
    let name = &gate.name;
    let some = if gate.by_path { ", except on paths that it names" } else { "" };
    match gate.about {
        About::SignedIn => format!("`{name}` refuses who is not signed in{some}"),
        About::Admin => format!("`{name}` lets only administrators or certain roles through{some}"),
        About::Keys => format!("`{name}` asks for an API key{some}"),
        About::Plan => format!("`{name}` asks for a paid plan{some}"),
        About::Webhook => format!("`{name}` checks who sends a webhook{some}"),
        About::Unsure => format!("`{name}` may refuse requests, and for what is not known"),
    }
}

/// Why routes must not go to a place, if so.
fn never(web: &Web, spot: &Spot) -> Option<String> {
    let tree = &web.tree;
    let number = spot.chain;
    for (_, gate) in web.gates.on_the_way(tree, number) {
        let top = tree.way_up(number).last().copied();
        let at_top =
            top.is_some_and(|top| tree.wraps(top).into_iter().any(|wrap| web.gates.of(wrap) == Some(gate)));
        match gate.about {
            About::SignedIn => {}
            // Around all of the application, an unknown layer is no more than an unknown layer.
            About::Unsure if at_top => {}
            _ => return Some(said(gate)),
        }
    }
    if let Some(condition) = tree
        .way_up(number)
        .iter()
        .flat_map(|&level| tree.calls(level))
        .find_map(|call| call.condition.as_ref())
    {
        return Some(format!("it is served only where `{}` holds", one_line(condition)));
    }
    if web.only_webhooks(number) {
        return Some("only webhooks are served there".into());
    }
    let Some(prefix) = tree.prefix(number) else {
        return Some("it is served under a path that isn't written there".into());
    };
    if prefix.contains('{') {
        return Some("it is served under a path with a parameter".into());
    }
    if !web.is_served(number) {
        return Some("no application is seen to hold it".into());
    }
    None
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ranks the places: first where the identity works, the whole application first; those with a reason against them
/// never.
fn rank(web: &Web, spots: &mut [Spot], bringers: &[FunctionId]) {
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (number, spot) in spots.iter_mut().enumerate() {
        if let Some(reason) = never(web, spot) {
            spot.router.reason = reason;
            continue;
        }
        let (class, reason) = class(web, spot, bringers);
        spot.router.reason = reason;
        order.push((class, web.tree.way_up(spot.chain).len(), number));
    }
    order.sort_unstable();
    for (position, (_, _, number)) in order.into_iter().enumerate() {
        spots[number].router.rank = u32::try_from(position).unwrap_or(u32::MAX - 1) + 1;
    }
}

/// How good a place is, and why.
fn class(web: &Web, spot: &Spot, bringers: &[FunctionId]) -> (usize, String) {
    const ABOUT_THE_USER: [&str; 9] =
        ["auth", "user", "users", "account", "accounts", "me", "session", "profile", "dashboard"];
    let is_top = *web.tree.start(spot.chain) == Start::App || web.tree.parent(spot.chain).is_none();
    let last = spot.router.prefix.rsplit('/').next().unwrap_or_default();
    let guarded = spot.router.guard.is_some();
    let kind = match () {
        () if is_top => 0,
        () if ["api", "v1", "v2"].contains(&last) => 1,
        () if ABOUT_THE_USER.contains(&last) => 2,
        () => 3,
    };
    if !bringers.is_empty() && spot.brought {
        let brings = format!("`{}` brings the user to it", web.name_of(bringers));
        let reason = match (is_top, guarded) {
            (true, _) => format!("the whole application; {brings}"),
            (false, true) => format!("{brings}; its refusal is the answer for who is signed out"),
            (false, false) => format!("{brings}, if there is one"),
        };
        return (kind, reason);
    }
    let what = match kind {
        0 => "the whole application; nothing holds it",
        1 => "it holds other groups of routes",
        2 => "routes about the user",
        _ => "one group of routes among others",
    };
    match guarded {
        true => (20 + kind, format!("{what}; its refusal is the answer for who is signed out")),
        false => (10 + kind, what.to_string()),
    }
}

/// Ids: the function's symbol, numbered where there are several in it.
fn name(spots: &mut [Spot]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for spot in spots {
        let n = count.entry(spot.router.symbol.clone()).and_modify(|n| *n += 1).or_insert(1);
        let symbol = &spot.router.symbol;
        spot.router.id = if *n == 1 { format!("router:{symbol}") } else { format!("router:{symbol}#{n}") };
    }
}
