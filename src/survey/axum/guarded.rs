//! Where routes can be added so that a guard, the middleware that puts the user into the request, stands before them.
//!
//! In `Router::new().route("/me", get(me)).route_layer(from_fn(guard))` that is after the last route and before the
//! layer. Near misses: a group that a second middleware gates (a subscription, administrators), a group under a
//! condition, one nested under a path that isn't written there, one with another state.

use std::collections::BTreeMap;

use crate::survey::axum::call::{Call, Written};
use crate::survey::axum::gates;
use crate::survey::axum::lent;
use crate::survey::axum::mount::{ADDERS, Mounts, Place};
use crate::survey::axum::router::{Chain, Root, is_router};
use crate::survey::calls::Body;
use crate::target::index::{FunctionId, Index, Ty};

/// The middleware that puts the user into the request.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The function.
    pub function: FunctionId,
    /// True if it lets everybody pass, and only puts somebody in if they are signed in.
    pub optional: bool,
    /// The place below it; `None` where the ordinary place for routes is below it.
    pub place: Option<GuardedPlace>,
}

/// A place for routes below a guard.
#[derive(Debug, Clone)]
pub struct GuardedPlace {
    /// Number of the chain.
    pub chain: usize,
    /// Byte after which the call goes.
    pub at: usize,
    /// Path under which the chain's routes are served.
    pub prefix: String,
    /// The layer to put around the route as well, where each route there has its own.
    pub own: Option<Written>,
}

/// All that is known of an application's routers.
pub struct Routing<'a> {
    /// Its chains.
    pub chains: &'a [Chain],
    /// How they are put together.
    pub mounts: &'a Mounts,
    /// The ordinary place for routes.
    pub place: Option<&'a Place>,
}

/// A step on the way from a chain to the application's own: what is around a byte of a chain.
pub(super) struct Way {
    pub prefix: String,
    pub state: Ty,
    /// The first thing around it that may refuse, other than the guard.
    pub gate: Option<String>,
}

/// What is asked about everything around a byte of a chain.
pub(super) struct Question<'a> {
    pub index: &'a Index,
    pub guard: FunctionId,
    pub bodies: &'a BTreeMap<FunctionId, Body>,
    /// True if only what refuses people for who they are counts, no limit on how often they ask.
    pub for_who_they_are: bool,
}

impl Routing<'_> {
    /// True if a function stands in a layer around routes.
    pub fn applies(&self, guard: FunctionId) -> bool {
        let mut calls = self.chains.iter().flat_map(|chain| &chain.calls);
        let inside =
            |call: &Call| call.inner.iter().any(|inner| inner.layer.middleware.contains(&Some(guard)));
        calls.any(|call| {
            call.functions.iter().any(|(function, _)| *function == guard)
                || names(call, guard)
                || inside(call)
        })
    }

    /// The guard with the place below it.
    ///
    /// # Errors
    /// With the reason, as the end of a sentence, if there is no place that is surely right.
    pub fn below(
        &self,
        index: &Index,
        guard: FunctionId,
        bodies: &BTreeMap<FunctionId, Body>,
    ) -> Result<Guard, String> {
        let optional = bodies.get(&guard).is_some_and(|body| body.passes);
        let name = &index.functions[guard].name;
        let ordinary = self.place.ok_or("the application's router has no place for routes")?;
        let covers = self.covers_ordinary(guard, ordinary);
        if covers && !optional {
            return Err(format!(
                "`{name}` covers the whole application, so the script would have no public place"
            ));
        }
        let question = Question { index, guard, bodies, for_who_they_are: false };
        let way = |chain: usize, at: usize| self.way(&question, chain, at, 0);
        if covers {
            let around = way(ordinary.chain, ordinary.at)?;
            return match around.gate {
                Some(gate) => Err(format!("around the application, {gate} may refuse requests as well")),
                None => Ok(Guard { function: guard, optional, place: None }),
            };
        }
        let mut refused = None;
        let mut most_refused = 0;
        let mut found: Vec<(usize, GuardedPlace)> = Vec::new();
        for (number, chain) in self.chains.iter().enumerate() {
            let Some(layer) = chain.calls.iter().position(|call| names(call, guard)) else {
                continue;
            };
            let before = &chain.calls[..layer];
            let adder = before.iter().rposition(|call| ADDERS.contains(&call.method.as_str()));
            let at = adder.map_or(chain.root_end, |adder| before[adder].bytes.end);
            let routes = before.iter().filter(|call| call.method == "route").count();
            match way(number, at) {
                Ok(Way { gate: Some(gate), .. }) => {
                    most_refused = most_refused.max(routes);
                    refused = Some(format!("where `{name}` stands, {gate} may refuse requests as well"));
                }
                Ok(way) if way.state != ordinary.state => {
                    refused.get_or_insert(format!(
                        "the routes below `{name}` have another state than the router"
                    ));
                }
                Ok(way) => {
                    let place = GuardedPlace { chain: number, at, prefix: way.prefix, own: None };
                    found.push((routes, place));
                }
                Err(reason) => {
                    refused.get_or_insert(reason);
                }
            }
        }
        if found.is_empty() && refused.is_none() {
            found.extend(self.beside_single_routes(&question, ordinary));
        }
        // A group that holds little of what the guard is for is there for something else.
        if found.iter().all(|(routes, _)| *routes < most_refused) || found.is_empty() {
            let lent = lent::place(self, index, guard, bodies);
            if let Some(place) = lent {
                return Ok(Guard { function: guard, optional, place: Some(place) });
            }
        }
        // Where the script's folder can be shared, else among routes about the user, else where most routes are.
        const ABOUT_THE_USER: [&str; 8] =
            ["auth", "user", "users", "account", "accounts", "me", "session", "profile"];
        let elsewhere = |place: &GuardedPlace| {
            let about = |part: &str| ABOUT_THE_USER.contains(&part);
            (!shares_folder(&place.prefix), !place.prefix.split('/').any(about))
        };
        found.sort_by_key(|(routes, place)| (elsewhere(place), std::cmp::Reverse(*routes), place.chain));
        match found.into_iter().next() {
            Some((_, place)) => Ok(Guard { function: guard, optional, place: Some(place) }),
            None => Err(refused.unwrap_or_else(|| format!("no group of routes is seen below `{name}`"))),
        }
    }

    /// Places after routes that have the guard to themselves: `.route("/me", get(me).route_layer(from_fn(guard)))`.
    fn beside_single_routes(&self, question: &Question<'_>, ordinary: &Place) -> Vec<(usize, GuardedPlace)> {
        let mut found = Vec::new();
        for (number, chain) in self.chains.iter().enumerate() {
            if chain.own_kind || chain.indent.is_none() {
                continue;
            }
            // The last one is next to where the script goes.
            for call in chain.calls.iter().rev().filter(|call| call.method == "route") {
                // A second layer may refuse, or bring what the first one needs.
                let [inner] = call.inner.as_slice() else { continue };
                let alone = inner.layer.middleware == [Some(question.guard)] && !inner.layer.may_refuse;
                let gone = || call.given.iter().any(|name| inner.words.contains(name));
                let Some(written) = inner.written.as_ref().filter(|_| alone && !gone()) else { continue };
                let at = call.bytes.end;
                let way = self.way(question, number, at, 0);
                if let Ok(way) = way.map_err(drop)
                    && way.gate.is_none()
                    && way.state == ordinary.state
                {
                    let own = Some(written.clone());
                    found.push((1, GuardedPlace { chain: number, at, prefix: way.prefix, own }));
                }
            }
        }
        found
    }

    /// True if the guard's layer is around the ordinary place.
    fn covers_ordinary(&self, guard: FunctionId, ordinary: &Place) -> bool {
        self.mounts.whole(ordinary.chain).into_iter().any(|part| {
            self.chains[part]
                .calls
                .iter()
                .any(|call| names(call, guard) && (part != ordinary.chain || call.bytes.start >= ordinary.at))
        })
    }

    /// What is around a byte of a chain, up to the application's own router.
    pub(super) fn way(
        &self,
        question: &Question<'_>,
        number: usize,
        at: usize,
        depth: usize,
    ) -> Result<Way, String> {
        let index = question.index;
        let name = &index.functions[question.guard].name;
        let unsure = |what: &str| format!("the group of routes below `{name}` {what}");
        if depth > self.chains.len() {
            return Err(unsure("holds itself"));
        }
        let whole = self.mounts.whole(number);
        let own = whole.iter().position(|&part| part == number).unwrap_or(0);
        let held = (own..whole.len()).find(|&part| self.mounts.parents[whole[part]].is_some());
        let last = held.unwrap_or(whole.len() - 1);
        if whole[..=last].iter().any(|&part| self.chains[part].conditional) {
            return Err(unsure("is built under a condition"));
        }
        let finished = whole[..own].iter().map(|&part| &self.chains[part]).any(|part| {
            part.function == self.chains[number].function
                && part.calls.iter().any(|call| call.method == "with_state")
        });
        if finished {
            return Err(unsure("has its state already"));
        }
        let mut gate = None;
        let mut state = None;
        for &part in &whole[own..=last] {
            let chain = &self.chains[part];
            for call in &chain.calls {
                let after = part != number || call.bytes.start >= at;
                if call.method == "with_state" && state.is_none() {
                    if !after {
                        return Err(unsure("has its state already"));
                    }
                    state = Some(chain.state.clone());
                }
                if after && gate.is_none() {
                    gate = may_refuse(question, call);
                }
            }
        }
        let chain = &self.chains[number];
        let declared = match &chain.root {
            Root::Function(function) => declared(index, *function),
            _ => None,
        };
        let returned = || whole[own..=last].iter().map(|&part| &self.chains[part]).find(|part| part.returned);
        let state = state.or(declared).or_else(|| returned().map(|part| part.state.clone()));
        let state = state.filter(|state| *state != Ty::Unknown);
        let Some(held) = held.and_then(|part| self.mounts.parents[whole[part]].as_ref()) else {
            let ordinary = self.place.filter(|place| whole.contains(&place.chain));
            let ordinary =
                ordinary.ok_or_else(|| unsure("is not seen to be part of the application's router"))?;
            let state = state.unwrap_or_else(|| ordinary_state(ordinary));
            return Ok(Way { prefix: String::new(), state, gate });
        };
        let path =
            held.path.as_ref().ok_or_else(|| unsure("is nested under a path that isn't written there"))?;
        if path.contains([':', '{', '*']) {
            return Err(unsure("is nested under a path with a parameter"));
        }
        let around = self.way(question, held.by, held.at, depth + 1)?;
        Ok(Way {
            prefix: format!("{}{}", around.prefix, path.trim_end_matches('/')),
            state: state.unwrap_or(around.state),
            gate: gate.or(around.gate),
        })
    }
}

/// True if routes under this path can serve `/api/cello/token`.
pub fn shares_folder(prefix: &str) -> bool {
    ["", "/api"].contains(&prefix)
}

/// State of the router at the ordinary place, before routes bring their own.
fn ordinary_state(place: &Place) -> Ty {
    if place.state_argument.is_some() { Ty::Tuple(Vec::new()) } else { place.state.clone() }
}

/// State of the router that a function returns.
fn declared(index: &Index, function: FunctionId) -> Option<Ty> {
    let function = &index.functions[function];
    let returns = index.resolve_ty(function.module, &function.returns);
    let returns = if returns.is("Result") { returns.success() } else { returns };
    is_router(&returns).then(|| returns.args().first().cloned().unwrap_or(Ty::Tuple(Vec::new())))
}

/// True if a call is a layer that names the guard.
pub(super) fn names(call: &Call, guard: FunctionId) -> bool {
    call.layer.as_ref().is_some_and(|layer| layer.middleware.contains(&Some(guard)))
}

/// What in a layer may refuse requests, other than the guard.
fn may_refuse(question: &Question<'_>, call: &Call) -> Option<String> {
    let Question { index, guard, bodies, for_who_they_are } = *question;
    let layer = call.layer.as_ref()?;
    let passes = |id: FunctionId| {
        let counts = for_who_they_are && gates::counts(&index.functions[id].name);
        counts || bodies.get(&id).is_some_and(|body| body.passes)
    };
    for middleware in &layer.middleware {
        match middleware {
            Some(id) if *id == guard || passes(*id) => {}
            Some(id) => return Some(format!("`{}`", index.functions[*id].name)),
            None => return Some("a middleware that can't be followed".into()),
        }
    }
    layer.may_refuse.then(|| "another layer".into())
}
