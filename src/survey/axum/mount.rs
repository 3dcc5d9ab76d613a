//! How axum's routers are put together: which chain holds which, under what prefix, and which is the application's.

use std::collections::BTreeSet;

use crate::survey::axum::call::Call;
use crate::survey::axum::router::{Chain, Given, Root};
use crate::target::index::{FunctionId, Index, Ty};

/// All chains of a package, put together.
#[derive(Debug, Default)]
pub struct Mounts {
    /// For each chain: where another one holds it.
    pub(super) parents: Vec<Option<Held>>,
    /// For each chain: the chain it goes on from (`let app = app.layer(…)`).
    continues: Vec<Option<usize>>,
}

/// Where a chain is merged or nested.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Number of the chain that holds it.
    pub by: usize,
    /// Path it is nested under, empty if it is merged; `None` if that is not written there.
    pub path: Option<String>,
    /// Byte at which the call starts.
    pub at: usize,
}

/// The place for new routes.
#[derive(Debug, Clone)]
pub struct Place {
    /// Number of the chain.
    pub chain: usize,
    /// Byte after which the call goes.
    pub at: usize,
    /// Byte before which a layer around everything goes: after all routes, before the first layer or `with_state`.
    pub layer_at: usize,
    /// State of the router there.
    pub state: Ty,
    /// `state.clone()` if routes have to bring their own state.
    pub state_argument: Option<String>,
}

/// Calls that add routes.
pub(in crate::survey) const ADDERS: [&str; 6] =
    ["route", "merge", "nest", "route_service", "nest_service", "fallback_service"];

impl Mounts {
    /// Puts chains together.
    pub fn of(chains: &[Chain]) -> Self {
        let mut mounts = Self { parents: vec![None; chains.len()], continues: vec![None; chains.len()] };
        for (number, chain) in chains.iter().enumerate() {
            if let Root::Local(name) = &chain.root {
                let before = bound_before(chains, number, name);
                mounts.continues[number] = before.or(mounts.continues[number]);
            }
            if let Root::Function(id) = &chain.root {
                mounts.continues[number] =
                    chains.iter().position(|inner| inner.function == *id && inner.returned);
                mounts.give(chains, number, *id);
            }
            const HOLDERS: [&str; 5] = ["merge", "nest", "nest_service", "route_service", "fallback_service"];
            for call in chain.calls.iter().filter(|call| HOLDERS.contains(&call.method.as_str())) {
                let without_path = call.method == "merge" || call.method == "fallback_service";
                let path = if without_path { Some(String::new()) } else { call.path.clone() };
                let held = Held { by: number, path, at: call.bytes.start };
                let named = call.locals.iter().filter_map(|name| bound_before(chains, number, name));
                let called = call.functions.iter().flat_map(|(id, _)| {
                    let returned = chains
                        .iter()
                        .enumerate()
                        .filter(|(_, inner)| inner.returned && inner.function == *id);
                    returned.map(|(inner, _)| inner).collect::<Vec<_>>()
                });
                let inner: Vec<usize> = named.chain(called).collect();
                for inner in inner {
                    mounts.parents[inner].get_or_insert(held.clone());
                }
                // `.nest("/x", Router::new().route(…))`: a chain within the call's bytes.
                for (inner, other) in chains.iter().enumerate() {
                    let within = other.at.file == chain.at.file
                        && call.bytes.start < other.at.bytes[0]
                        && other.at.bytes[1] <= call.bytes.end;
                    if within && inner != number {
                        mounts.parents[inner].get_or_insert(held.clone());
                    }
                }
            }
        }
        mounts
    }

    /// What a function does with a router it is given goes on from what was given: `layers(router())`.
    fn give(&mut self, chains: &[Chain], number: usize, function: FunctionId) {
        let base = match &chains[number].given {
            Some(Given::Function(id)) => {
                chains.iter().position(|inner| inner.function == *id && inner.returned)
            }
            Some(Given::Local(name)) => bound_before(chains, number, name),
            Some(Given::Chain(start)) => chains
                .iter()
                .position(|inner| inner.at.file == chains[number].at.file && inner.at.bytes[0] == *start),
            None => None,
        };
        let onward = chains.iter().enumerate().position(|(inner, chain)| {
            let own = |name: &String| bound_before(chains, inner, name).is_none();
            chain.function == function && matches!(&chain.root, Root::Local(name) if own(name))
        });
        if let Some(onward) = onward.filter(|&onward| Some(onward) != base) {
            self.continues[onward] = self.continues[onward].or(base);
        }
    }

    /// Path under which a chain's routes are served.
    pub fn prefix(&self, chain: usize) -> String {
        let mut prefix = String::new();
        let mut at = chain;
        let mut seen = BTreeSet::new();
        while seen.insert(at) {
            let whole = self.whole(at);
            let Some(held) = whole.iter().find_map(|&part| self.parents[part].clone()) else {
                break;
            };
            // A path that nothing here tells is no empty one.
            let path = held.path.unwrap_or_else(|| "/…".into());
            prefix = format!("{}{prefix}", path.trim_end_matches('/'));
            at = held.by;
        }
        prefix
    }

    /// True if nothing else holds the chain or what goes on from it.
    fn is_top(&self, chain: usize) -> bool {
        self.whole(chain).iter().all(|&part| self.parents[part].is_none())
    }

    /// The chain, what it goes on from, and what goes on from it, in order.
    pub(in crate::survey) fn whole(&self, chain: usize) -> Vec<usize> {
        let mut base = chain;
        let mut seen = BTreeSet::new();
        while let Some(before) = self.continues[base].filter(|_| seen.insert(base)) {
            base = before;
        }
        let mut parts = vec![base];
        while let Some(next) = (0..self.continues.len()).find(|&next| {
            self.continues[next].is_some_and(|of| parts.contains(&of)) && !parts.contains(&next)
        }) {
            parts.push(next);
        }
        parts
    }

    /// The sum of what is counted in each `.route(…)` of a chain and everything it holds.
    pub(super) fn count_within(
        &self,
        chain: usize,
        chains: &[Chain],
        counted: &dyn Fn(&Call) -> usize,
    ) -> usize {
        let whole = self.whole(chain);
        let mut todo = whole.clone();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut count = 0;
        while let Some(at) = todo.pop() {
            if !seen.insert(at) {
                continue;
            }
            count +=
                chains[at].calls.iter().filter(|call| call.method == "route").map(counted).sum::<usize>();
            let inner = (0..chains.len()).filter(|&inner| {
                self.parents[inner].as_ref().is_some_and(|held| held.by == at)
                    || self.continues[inner] == Some(at)
            });
            todo.extend(inner);
            todo.extend(self.continues[at]);
        }
        count
    }

    /// Chains that nothing else holds, those with most routes first.
    pub fn tops(&self, index: &Index, chains: &[Chain]) -> Vec<usize> {
        let mut tops: Vec<usize> = (0..chains.len())
            .filter(|&chain| self.continues[chain].is_none() && self.is_top(chain))
            .filter(|&chain| !index.functions[chains[chain].function].test)
            .collect();
        tops.sort_by_key(|&chain| (std::cmp::Reverse(self.count_within(chain, chains, &|_| 1)), chain));
        tops
    }

    /// The place for new routes in an application's chain.
    ///
    /// # Errors
    /// With the reason, as a sentence, if there is no place that is surely right.
    pub fn place(&self, top: usize, chains: &[Chain]) -> Result<Place, String> {
        let whole = self.whole(top);
        // A guard covers what was there before it: the place is no sooner than where the last one stands.
        let guarded = |part: usize| chains[part].calls.iter().any(Call::guards);
        let number = whole.iter().rposition(|&part| guarded(part)).unwrap_or(0);
        let sooner = whole[..number].iter().flat_map(|&part| &chains[part].calls);
        if sooner.into_iter().any(|call| call.method == "with_state") {
            return Err("A guard is around all of the application's router.".into());
        }
        let top = whole[number];
        if whole[..=number].iter().any(|&part| chains[part].conditional) {
            return Err("The application's router is built under a condition.".into());
        }
        let chain = &chains[top];
        // A layer that lets only some people through covers what comes before it: the place is after the last one.
        let free = chain.calls.iter().rposition(Call::guards);
        let free = free.map_or(0, |last| last + 1);
        let before_layers: Vec<_> = chain
            .calls
            .iter()
            .enumerate()
            .take_while(|(number, call)| {
                *number < free || (call.method != "layer" && call.method != "with_state")
            })
            .map(|(_, call)| call)
            .collect();
        if before_layers.iter().take(free).any(|call| call.method == "with_state") {
            return Err("A guard is around all of the application's router.".into());
        }
        let last_adder = before_layers.iter().rposition(|call| ADDERS.contains(&call.method.as_str()));
        let last_guard = before_layers.iter().rposition(|call| call.guards());
        let after = match (last_adder, last_guard) {
            (None, None) => chain.root_end,
            (adder, guard) => before_layers[adder.max(guard).unwrap_or(0)].bytes.end,
        };
        let layer_at = before_layers.last().map_or(chain.root_end, |call| call.bytes.end);
        let last = whole.last().copied().unwrap_or(top);
        let state = [top, last]
            .into_iter()
            .chain(whole.iter().copied())
            .map(|part| chains[part].state.clone())
            .find(|state| *state != Ty::Unknown);
        // A router that is neither returned nor given a state is served as it is: its state is `()`.
        let given =
            whole.iter().flat_map(|&part| &chains[part].calls).any(|call| call.method == "with_state");
        let served = (!chain.returned && chain.bound_to.is_some() && !given).then(|| Ty::Tuple(Vec::new()));
        let state = state.or(served).ok_or("The type of the router's state can't be read off.")?;
        let stateless = state == Ty::Tuple(Vec::new());
        // What another call was given as it is may be gone.
        let gone = |name: &str| {
            let sooner = chain.calls.iter().filter(|call| call.bytes.end <= after);
            sooner.flat_map(|call| &call.given).any(|given| format!("{given}.clone()") == name)
        };
        let argument = chain.calls.iter().find_map(|call| call.state_argument.clone());
        let argument = argument.filter(|(text, _)| stateless && !gone(text));
        let (state_argument, state) = match argument {
            Some((text, ty)) if ty != Ty::Unknown => (Some(text), ty),
            _ => (None, state),
        };
        Ok(Place { chain: top, at: after, layer_at, state, state_argument })
    }

    /// The nearest thing of a kind around the first calls of a chain, as many as are skipped: what is added later, or stands around what holds the chain.
    pub(in crate::survey) fn around<'c>(
        &self,
        chain: usize,
        skipped: usize,
        chains: &'c [Chain],
        kind: &dyn Fn(&'c Call) -> Option<&'c str>,
    ) -> Option<&'c str> {
        let (mut at, mut from) = (chain, skipped);
        let mut seen = BTreeSet::new();
        while seen.insert(at) {
            let later = chains[at].calls.iter().skip(from).find_map(kind);
            let parts = self.whole(at);
            let after = parts.iter().skip_while(|&&part| part != at).skip(1);
            let further = || after.flat_map(|&part| &chains[part].calls).find_map(kind);
            if let Some(found) = later.or_else(further) {
                return Some(found);
            }
            let held = parts.iter().find_map(|&part| self.parents[part].as_ref())?;
            from = chains[held.by].calls.iter().position(|call| call.bytes.start == held.at)? + 1;
            at = held.by;
        }
        None
    }
}

/// The last chain before one in the same function that is bound to a name.
fn bound_before(chains: &[Chain], number: usize, name: &str) -> Option<usize> {
    let chain = &chains[number];
    (0..chains.len())
        .filter(|&other| other != number)
        .filter(|&other| {
            let other = &chains[other];
            other.function == chain.function
                && other.bound_to.as_deref() == Some(name)
                && other.at.bytes[0] < chain.at.bytes[0]
        })
        .max_by_key(|&other| chains[other].at.bytes[0])
}
