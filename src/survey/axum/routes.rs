//! Every route with its handlers, its path as far as it is written, and what guards it.
//!
//! `.nest("/api", Router::new().route("/signup", post(signup)))` is `POST /api/signup`. What stands around the log-in as
//! well asks nobody to be logged in. Near misses: a guard that is added before the log-in is, a list of past log-ins.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::survey::axum::call::Call;
use crate::survey::axum::mount::Mounts;
use crate::survey::axum::router::Chain;
use crate::survey::signup::entry::Route;
use crate::target::index::Index;

/// A guard by the address of its call, which tells apart two of one name.
type Guard = (usize, String);

/// Every handler with its method and path.
pub fn routes(index: &Index, mounts: &Mounts, chains: &[Chain]) -> Vec<Route> {
    let mut found: Vec<(Route, Option<Guard>, Option<Guard>)> = Vec::new();
    for (number, chain) in chains.iter().enumerate() {
        let prefix = mounts.prefix(number);
        for (position, call) in chain.calls.iter().enumerate().filter(|(_, call)| call.method == "route") {
            let around = |unsure: bool| guard_around(mounts, chains, (number, position), unsure);
            let (sure, perhaps) = (around(false), around(true));
            for (named, (handler, method)) in call.functions.iter().enumerate() {
                let own = call.inner.iter().filter(|inner| named < inner.around);
                let own = own.filter_map(|inner| inner.guard.as_ref()).find(|(_, unsure)| !unsure);
                let route = Route {
                    handler: *handler,
                    method: method.clone().unwrap_or_default(),
                    path: format!("{prefix}{}", call.path.clone().unwrap_or_default()),
                    guard: own.map(|(name, _)| name.clone()),
                    perhaps: None,
                };
                found.push((route, sure.clone(), perhaps.clone()));
            }
        }
    }
    let logs_in = |route: &Route| logs_in(&route.path, &index.functions[route.handler].name);
    let open = found.iter().filter(|(route, ..)| logs_in(route));
    let open: BTreeSet<usize> =
        open.flat_map(|(_, sure, perhaps)| [sure, perhaps]).flatten().map(|(call, _)| *call).collect();
    let shut = |guard: Option<Guard>| guard.filter(|(call, _)| !open.contains(call)).map(|(_, name)| name);
    let shown = found.into_iter().map(|(mut route, sure, perhaps)| {
        route.guard = route.guard.or_else(|| shut(sure));
        route.perhaps = shut(perhaps);
        route
    });
    shown.collect()
}

/// The nearest guard around a route that is a guess, or is none.
fn guard_around(
    mounts: &Mounts,
    chains: &[Chain],
    (number, position): (usize, usize),
    unsure: bool,
) -> Option<Guard> {
    let at = Cell::new(0);
    let kind = |call: &Call| {
        at.set(std::ptr::from_ref(call).addr());
        call.unsure == unsure
    };
    let name = mounts.around(number, position + 1, chains, &|call| call.guard().filter(|_| kind(call)));
    name.map(|name| (at.get(), name.to_string()))
}

/// True for what people who are not logged in yet have to get at.
fn logs_in(path: &str, handler: &str) -> bool {
    const PATHS: [&str; 6] = ["login", "log-in", "log_in", "signin", "sign-in", "sign_in"];
    const HANDLERS: [&str; 10] = [
        "login",
        "log_in",
        "signin",
        "sign_in",
        "login_handler",
        "signin_handler",
        "login_user",
        "user_login",
        "post_login",
        "authenticate",
    ];
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    PATHS.contains(&last.as_str()) || HANDLERS.contains(&handler)
}
