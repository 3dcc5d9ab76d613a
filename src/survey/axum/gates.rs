//! Which layers let only some people through, and which groups of routes are for something else than users.
//!
//! `.route_layer(from_fn(require_login))` is a gate by its name, `.layer(from_fn(check))` if `check` may answer 401 by
//! itself. Near misses: a middleware with `auth` in its name that passes everything on, a limit on the rate of log-ins.

use std::collections::BTreeMap;

use crate::survey::axum::call::Call;
use crate::survey::axum::layers::{Layer, is_harmless, is_refusing};
use crate::survey::axum::middleware::asks;
use crate::survey::axum::mount::Mounts;
use crate::survey::axum::router::Chain;
use crate::survey::calls::Body;
use crate::target::Target;
use crate::target::index::{FunctionId, Index};

/// Words in the names of gates.
const WORDS: [&str; 12] = [
    "require",
    "required",
    "requires",
    "ensure",
    "must",
    "guard",
    "protect",
    "protected",
    "admin",
    "only",
    "authenticated",
    "login",
];

/// Sets what guards in every layer of the chains.
pub fn mark(chains: &mut [Chain], index: &Index, bodies: &BTreeMap<FunctionId, Body>) {
    for call in chains.iter_mut().flat_map(|chain| &mut chain.calls) {
        for inner in &mut call.inner {
            inner.guard = guard(&inner.layer, &inner.words, false, index, bodies);
        }
        let demands = call.method == "route_layer";
        let layer = call.layer.as_ref();
        let found = layer.and_then(|layer| guard(layer, &call.words, demands, index, bodies));
        call.unsure = found.as_ref().is_some_and(|(_, unsure)| *unsure);
        call.guard = found.map(|(name, _)| name);
    }
}

/// What in a layer lets only some people through, and whether that is a guess.
fn guard(
    layer: &Layer,
    words: &[String],
    demands: bool,
    index: &Index,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Option<(String, bool)> {
    let known: Vec<FunctionId> = layer.middleware.iter().flatten().copied().collect();
    let passes = |id: &FunctionId| bodies.get(id).is_some_and(|body| body.passes);
    let refuses = |id: &FunctionId| {
        let name = &index.functions[*id].name;
        let body = bodies.get(id);
        let by_answer = body.is_some_and(|body| {
            body.refuses
                || body.calls.iter().any(|called| bodies.get(called).is_some_and(|body| body.refuses))
        });
        !passes(id)
            && !counts(name)
            && !is_harmless(name)
            && (is_refusing(name) || by_answer || asks(index, *id))
    };
    if let Some(id) = known.iter().find(|id| refuses(id)) {
        return Some((index.functions[*id].name.clone(), false));
    }
    if layer.closure_refuses {
        return Some(("from_fn".into(), false));
    }
    if !known.is_empty() && known.len() == layer.middleware.len() && known.iter().all(passes) {
        return None;
    }
    let by_name = words.iter().find(|name| {
        // The crate's own name says nothing: its layers let everybody pass, its macros are named.
        let lower = name.to_ascii_lowercase().replace("axum_login", "");
        let optional = lower.contains("optional") || lower.contains("maybe");
        !optional && lower.split('_').any(|word| WORDS.contains(&word))
    });
    if let Some(name) = by_name {
        return Some((name.clone(), false));
    }
    // Who takes the trouble to leave out unknown paths asks for something, but of middleware that is at hand and neither
    // refuses nor is called so, that is a guess.
    let told = !known.is_empty() && known.len() == layer.middleware.len() && !layer.may_refuse;
    let name = known.first().filter(|_| told).map(|&id| index.functions[id].name.clone());
    demands.then(|| (name.unwrap_or_else(|| "route_layer".to_string()), told))
}

/// True for the name of a middleware that refuses for how often somebody asks, or for where a form was sent from, and
/// for nothing that they are.
pub(super) fn counts(name: &str) -> bool {
    const WORDS: [&str; 11] = [
        "rate",
        "ratelimit",
        "ratelimiter",
        "limit",
        "limits",
        "limiter",
        "limiting",
        "throttle",
        "throttled",
        "throttling",
        "csrf",
    ];
    name.split('_').any(|part| WORDS.contains(&part))
}

/// Why a group of routes is not for everybody who is signed in, if it is not.
pub fn not_for_users(
    target: &Target,
    chains: &[Chain],
    mounts: &Mounts,
    number: usize,
    guard: Option<&str>,
) -> Option<String> {
    const GATES: [(&[&str], &str); 4] = [
        (&["subscri", "trial", "paid", "billing", "premium"], "only who has a subscription gets to it"),
        (&["permission", "role"], "only who has a permission gets to it"),
        (&["admin", "staff", "moderator"], "only administrators get to it"),
        (&["api_key", "apikey", "api_token"], "it is for programs with a key"),
    ];
    let gate = |call: &Call| {
        let name = call.guard()?.to_ascii_lowercase();
        GATES
            .iter()
            .find(|(words, _)| words.iter().any(|word| name.contains(word)))
            .map(|(_, reason)| *reason)
    };
    let from = chains[number].calls.iter().rposition(|call| call.method == "route").map_or(0, |at| at + 1);
    let gated = guard.and_then(|_| mounts.around(number, from, chains, &gate));
    gated.map(str::to_string).or_else(|| {
        only_webhooks(target, chains, mounts, number).then(|| "only webhooks are served by it".to_string())
    })
}

/// True if everything that a chain serves is a webhook, and it serves something.
fn only_webhooks(target: &Target, chains: &[Chain], mounts: &Mounts, number: usize) -> bool {
    let all = mounts.count_within(number, chains, &|call| call.functions.len());
    let prefix = mounts.prefix(number);
    let is_hook = |text: &str| text.to_ascii_lowercase().contains("webhook");
    let hooks = mounts.count_within(number, chains, &|call| {
        let by_path = call.path.as_deref().is_some_and(is_hook) || is_hook(&prefix);
        let named = |id: FunctionId| is_hook(&target.index.symbol(id));
        call.functions.iter().filter(|(id, _)| by_path || named(*id)).count()
    });
    all > 0 && all == hooks
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn limits_are_told_from_gates() {
        assert!(["rate_limit", "login_limiter", "throttle", "csrf_protect"].iter().all(|name| counts(name)));
        assert!(!["limited_to_members", "generate_session", "require_auth"].iter().any(|name| counts(name)));
    }
}
