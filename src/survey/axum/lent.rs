//! A guard lent to the token's route: it stands among the routes that are for everybody, with the guard's layer around
//! itself.
//!
//! `.merge(cello::token_routes().route_layer(from_fn(auth::guard)))`, where every group of routes below the guard has
//! something else around it as well: a limit on requests, a subscription. Near misses: a guard that is nowhere without
//! another gate, so that it alone may not be enough; one that needs what another layer brings; one whose layer can't be
//! written again where the other routes are put together.

use std::collections::BTreeMap;

use crate::survey::axum::call::{Call, Written};
use crate::survey::axum::guarded::{GuardedPlace, Question, Routing, names};
use crate::survey::axum::mount::{ADDERS, Place};
use crate::survey::axum::router::Chain;
use crate::survey::calls::Body;
use crate::target::index::{FunctionId, Index, Ty};

/// The ordinary place, with the guard's layer around the token's route.
pub fn place(
    routing: &Routing<'_>,
    index: &Index,
    guard: FunctionId,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Option<GuardedPlace> {
    let question = Question { index, guard, bodies, for_who_they_are: true };
    let ordinary = routing.place?;
    let chain = &routing.chains[ordinary.chain];
    let way = routing.way(&question, ordinary.chain, ordinary.at, 0).ok()?;
    // What a route brings with it stays as it is; utoipa's router would take it as another kind.
    let plain = !chain.own_kind && chain.indent.is_some() && ordinary.state_argument.is_none();
    if !plain
        || way.gate.is_some()
        || !is_enough(routing, &question)
        || !asks_only_for_the_request(routing, &question)
    {
        return None;
    }
    let layers = routing.chains.iter().flat_map(|chain| chain.calls.iter().map(move |call| (chain, call)));
    let own = layers
        .filter(|(_, call)| names(call, guard))
        .find_map(|(from, call)| written_again(index, guard, (from, call), (chain, ordinary)))?;
    Some(GuardedPlace { chain: ordinary.chain, at: ordinary.at, prefix: way.prefix, own: Some(own) })
}

/// True if the application itself serves routes behind the guard with nothing else that asks who people are.
fn is_enough(routing: &Routing<'_>, question: &Question<'_>) -> bool {
    routing.chains.iter().enumerate().any(|(number, chain)| {
        let layer = chain.calls.iter().position(|call| names(call, question.guard));
        let last = layer.and_then(|layer| {
            chain.calls[..layer].iter().rfind(|call| ADDERS.contains(&call.method.as_str()))
        });
        let way = last.map(|last| routing.way(question, number, last.bytes.end, 0));
        matches!(way, Some(Ok(way)) if way.gate.is_none())
    })
}

/// True if every parameter of the guard comes out of any request, or out of the state it is given.
fn asks_only_for_the_request(routing: &Routing<'_>, question: &Question<'_>) -> bool {
    const PARTS: [&str; 10] = [
        "Request",
        "Next",
        "State",
        "HeaderMap",
        "Method",
        "Uri",
        "OriginalUri",
        "CookieJar",
        "TypedHeader",
        "Query",
    ];
    const CRATES: [&str; 3] = ["axum::", "axum_extra::", "http::"];
    let Question { index, guard, bodies, .. } = *question;
    let function = &index.functions[guard];
    let of_request = |ty: &Ty| {
        let inner = if ty.is("Option") || ty.is("Result") { ty.success() } else { ty.clone() };
        let path = inner.path().unwrap_or_default();
        let last = path.rsplit("::").next().unwrap_or_default();
        let known = PARTS.contains(&last) && CRATES.iter().any(|krate| path.starts_with(krate));
        known || (path == "tower_cookies::Cookies" && has_layer(routing, "CookieManagerLayer"))
    };
    let looks_up = bodies.get(&guard).is_some_and(|body| !body.gets.is_empty());
    !looks_up && function.params.iter().all(|param| of_request(&index.resolve_ty(function.module, &param.ty)))
}

/// True if a layer is around the ordinary place.
fn has_layer(routing: &Routing<'_>, layer: &str) -> bool {
    let Some(place) = routing.place else { return false };
    let later = |call: &&Call| call.bytes.start >= place.at && call.layer.is_some();
    let mut calls = routing.chains[place.chain].calls.iter().filter(later);
    calls.any(|call| call.words.iter().any(|word| word == layer))
}

/// The guard's layer as it can be written at the ordinary place.
fn written_again(
    index: &Index,
    guard: FunctionId,
    (from, call): (&Chain, &Call),
    (chain, ordinary): (&Chain, &Place),
) -> Option<Written> {
    let layer = call.layer.as_ref().filter(|layer| layer.middleware == [Some(guard)] && !layer.may_refuse);
    let written = layer.and(call.written.as_ref())?;
    let made_by = written.function.rsplit("::").next().unwrap_or_default();
    let later = |call: &&Call| call.bytes.start >= ordinary.at;
    let sooner = |call: &&Call| call.bytes.end <= ordinary.at;
    if from.function == chain.function {
        let is_there = |name: &str| {
            // What is still handed on after the place is there at the place.
            let kept =
                chain.calls.iter().filter(later).any(|call| call.words.iter().any(|word| word == name));
            let gone =
                chain.calls.iter().filter(sooner).any(|call| call.given.iter().any(|given| given == name));
            kept && !gone
        };
        return match (made_by, written.arguments.as_slice()) {
            ("from_fn", [_]) => Some(written.clone()),
            ("from_fn_with_state", [state, _]) => {
                state.strip_suffix(".clone()").filter(|name| is_there(name)).map(|_| written.clone())
            }
            _ => None,
        };
    }
    // Elsewhere it goes by its whole path.
    let function = &index.functions[guard];
    let krate = &index.modules[index.functions[chain.function].module].krate;
    let free = function.self_ty.is_none().then_some(function)?;
    let canonical = format!("{}::{}", index.modules[free.module].path, free.name);
    let path = index.path_from_root(&canonical, krate)?;
    match made_by {
        "from_fn" => Some(Written { function: "axum::middleware::from_fn".into(), arguments: vec![path] }),
        "from_fn_with_state" => {
            let state = function.params.iter().map(|param| index.resolve_ty(function.module, &param.ty));
            let mut asked = state.filter(|ty| ty.is("State"));
            let fits = asked.all(|ty| ty.args().first() == Some(&ordinary.state));
            let given = chain.calls.iter().filter(later).find(|call| call.method == "with_state")?;
            let [name] = given.locals.as_slice() else { return None };
            fits.then(|| Written {
                function: "axum::middleware::from_fn_with_state".into(),
                arguments: vec![format!("{name}.clone()"), path],
            })
        }
        _ => None,
    }
}
