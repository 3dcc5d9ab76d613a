//! Whether an extractor that reads what a layer brings works at the place for new routes: every layer around the routes
//! that take it now has to be around that place, too.
//!
//! A guard that brings nothing may be missing there: it only refuses. Near misses: a session layer around one group of
//! routes, an extractor that no route takes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::call::Call;
use crate::survey::axum::guarded::Routing;
use crate::survey::calls::Body;
use crate::target::index::{FunctionId, Index, Ty};

/// True if what routes with this type in their handlers rely on is around the ordinary place as well.
pub fn covers(index: &Index, bodies: &BTreeMap<FunctionId, Body>, routing: &Routing<'_>, ty: &Ty) -> bool {
    let Some(place) = routing.place else { return false };
    let brings = |call: &Call| {
        let silent = |id: &Option<FunctionId>| {
            id.is_some_and(|id| {
                bodies.get(&id).is_some_and(|body| body.puts.is_empty() && body.stamps.is_empty())
            })
        };
        let middleware = call.layer.as_ref().map(|layer| &layer.middleware);
        let refuses_only = middleware.is_some_and(|all| !all.is_empty() && all.iter().all(silent));
        const MACROS: [&str; 3] = ["login_required", "permission_required", "predicate_required"];
        !(refuses_only || call.words.iter().any(|word| MACROS.contains(&word.as_str())))
    };
    let around = |chain: usize, skipped: usize| {
        let found: RefCell<BTreeSet<usize>> = RefCell::default();
        routing.mounts.around(chain, skipped, routing.chains, &|call| {
            if call.layer.is_some() && brings(call) {
                found.borrow_mut().insert(std::ptr::from_ref(call).addr());
            }
            None
        });
        found.into_inner()
    };
    let calls = &routing.chains[place.chain].calls;
    let here = around(place.chain, calls.iter().filter(|call| call.bytes.end <= place.at).count());
    let takes = |handler: FunctionId| {
        let function = &index.functions[handler];
        function.params.iter().any(|param| {
            let param = index.resolve_ty(function.module, &param.ty);
            let inner = if param.is("Option") || param.is("Result") { param.success() } else { param };
            inner == *ty
        })
    };
    let mut routes = 0;
    for (number, chain) in routing.chains.iter().enumerate() {
        for (position, call) in chain.calls.iter().enumerate() {
            if call.method != "route" || !call.functions.iter().any(|(handler, _)| takes(*handler)) {
                continue;
            }
            routes += 1;
            if !around(number, position + 1).is_subset(&here) {
                return false;
            }
        }
    }
    routes > 0
}
