//! Which routers are served: calls that hand one to a server, and the functions that lead to and from them.
//!
//! `axum::serve(listener, app(state))` in `main` serves what `app` builds, and what the functions it calls build. Near
//! A router given to a function of any other crate is served, too. Near
//! misses: a function that builds a router which nothing calls any more, or only a test; a method of the project's own
//! that is called `serve`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::Expr;

use crate::survey::axum::router::is_router;
use crate::survey::calls::Body;
use crate::survey::walk::Place;
use crate::target::index::{Function, FunctionId, Index, Ty, segments};

/// Functions of other crates that serve what they are given.
const SERVERS: [&str; 7] = [
    "axum::serve",
    "axum::serve::serve",
    "lambda_http::run",
    "lambda_http::run_with_streaming_response",
    "lambda_runtime::run",
    "vercel_runtime::run",
    "tuono_lib::Server::init",
];

/// Methods that make a service of a router, or serve one; with a router before the dot, or in the parentheses.
const METHODS: [&str; 8] = [
    "serve",
    "serve_connection",
    "serve_connection_with_upgrades",
    "into_make_service",
    "into_make_service_with_connect_info",
    "into_service",
    "call",
    "oneshot",
];

/// True if an expression hands a router to what serves it.
pub fn hands_over(expr: &Expr, place: &Place<'_, '_>) -> bool {
    match expr {
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else { return false };
            let path = segments(&func.path);
            serves(&path, place)
                || call.args.iter().any(|arg| is_routed(arg, place)) && is_foreign(&path, place)
        }
        Expr::MethodCall(call) => {
            if !METHODS.iter().any(|known| call.method == known)
                || !place.scope.methods_called(call).is_empty()
            {
                return false;
            }
            match call.method.to_string().as_str() {
                "serve" | "serve_connection" | "serve_connection_with_upgrades" => !call.args.is_empty(),
                "into_make_service" | "into_make_service_with_connect_info" => true,
                _ => is_router(place.scope.infer(&call.receiver).behind_pointers()),
            }
        }
        _ => false,
    }
}

/// True for a function of another crate, the standard library's aside, which only pass values on.
fn is_foreign(path: &[String], place: &Place<'_, '_>) -> bool {
    const OWN: [&str; 5] = ["std", "core", "alloc", "axum", "axum_test"];
    path.len() > 1
        && place.scope.functions_called(path).is_empty()
        && place.scope.index.resolve(place.scope.module, path).is_some_and(|path| {
            let (krate, rest) = path.split_once("::").unwrap_or((path.as_str(), ""));
            !rest.is_empty() && !OWN.contains(&krate) && place.scope.index.module(krate).is_none()
        })
}

/// True for a local, or the result of a call, that is a router.
fn is_routed(arg: &Expr, place: &Place<'_, '_>) -> bool {
    match arg {
        Expr::Path(path) => {
            let name = path.path.get_ident().map(ToString::to_string);
            name.is_some_and(|name| place.scope.type_of(&name).is_some_and(is_router))
        }
        Expr::Call(_) => is_router(&place.scope.infer(arg)),
        _ => false,
    }
}

/// True if the path of a called function is that of a server.
pub fn serves(path: &[String], place: &Place<'_, '_>) -> bool {
    let known = |last: &String| SERVERS.iter().any(|server| server.rsplit("::").next() == Some(last));
    path.last().is_some_and(known)
        && place
            .scope
            .index
            .resolve(place.scope.module, path)
            .is_some_and(|path| SERVERS.contains(&path.as_str()))
}

/// Paths that are called somewhere in the tokens of a macro which is no list of expressions, such as `select!`.
pub fn called(tokens: TokenStream) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    // After a dot comes a method, which says nothing without its receiver.
    let (mut colons, mut after_dot) = (0, false);
    for tree in tokens {
        match tree {
            TokenTree::Ident(name) => {
                if colons != 2 {
                    path.clear();
                }
                if !after_dot {
                    path.push(name.to_string());
                }
                (colons, after_dot) = (0, false);
                continue;
            }
            TokenTree::Punct(punct) => {
                after_dot = punct.as_char() == '.';
                if punct.as_char() == ':' {
                    colons += 1;
                    continue;
                }
            }
            TokenTree::Group(group) => {
                if group.delimiter() == proc_macro2::Delimiter::Parenthesis && !path.is_empty() {
                    found.push(std::mem::take(&mut path));
                }
                found.extend(called(group.stream()));
            }
            TokenTree::Literal(_) => {}
        }
        path.clear();
        colons = 0;
    }
    found
}

/// The functions whose routers are served.
#[derive(Debug, Default)]
pub struct Served {
    functions: BTreeSet<FunctionId>,
}

impl Served {
    /// What leads to a server leads to the routers of everything else it calls.
    pub fn of(index: &Index, bodies: &BTreeMap<FunctionId, Body>) -> Self {
        let live = |id: &FunctionId| !index.functions[*id].test;
        let known = |id: FunctionId| {
            // A file that two crates share is read once.
            let function = &index.functions[id];
            index.function_at(&function.file, function.body.start).unwrap_or(id)
        };
        let mut callers: BTreeMap<FunctionId, Vec<FunctionId>> = BTreeMap::new();
        let mut callees: BTreeMap<FunctionId, Vec<FunctionId>> = BTreeMap::new();
        for (&caller, body) in bodies.iter().filter(|(id, _)| live(id)) {
            for callee in body.calls.iter().map(|&callee| known(callee)) {
                callers.entry(callee).or_default().push(caller);
                callees.entry(caller).or_default().push(callee);
            }
        }
        let by_call = bodies.iter().filter(|(_, body)| body.serves).map(|(&id, _)| id);
        let by_custom =
            (0..index.functions.len()).filter(|&id| is_entry(index, &index.functions[id])).map(known);
        let servers = by_call.chain(by_custom).filter(live).collect();
        Self { functions: reached(&callees, reached(&callers, servers)) }
    }

    /// True if what a function builds is served.
    pub fn has(&self, function: FunctionId) -> bool {
        self.functions.contains(&function)
    }
}

/// True for a function that hands its router to whoever calls it from outside of the project: Shuttle's and Cloudflare's
/// entry points, and Loco's hooks.
fn is_entry(index: &Index, function: &Function) -> bool {
    let by_attribute = |name: &str| function.attributes.iter().any(|attribute| attribute.starts_with(name));
    let stands_for = |ty: &Ty, krate: &str| {
        index.resolve_ty(function.module, ty).path().is_some_and(|path| path.starts_with(krate))
    };
    let of_hooks = function.of_trait.as_ref().filter(|of_trait| of_trait.is("Hooks"));
    of_hooks.is_some_and(|of_trait| stands_for(of_trait, "loco_rs::"))
        || by_attribute("shuttle_runtime::main")
        || by_attribute("event(fetch")
        || stands_for(&function.returns, "shuttle_axum::")
}

fn reached(
    edges: &BTreeMap<FunctionId, Vec<FunctionId>>,
    from: BTreeSet<FunctionId>,
) -> BTreeSet<FunctionId> {
    let mut todo: Vec<FunctionId> = from.iter().copied().collect();
    let mut seen = from;
    while let Some(at) = todo.pop() {
        for &next in edges.get(&at).into_iter().flatten() {
            if seen.insert(next) {
                todo.push(next);
            }
        }
    }
    seen
}
