//! axum's routers: every chain of calls on a `Router`, which of them is the application's, its routes, and the place
//! in it where routes can be added so that identity works there.
//!
//! `Router::new().route("/a", get(a)).merge(auth::routes()).layer(trace).with_state(state)`: routes go in before the
//! first `.layer`, which covers only what was added before it. Never into a chain that is nested, merged or guarded
//! elsewhere. Near misses: a `Router` of another crate, routers built in tests.

use std::ops::Range;

use syn::Expr;
use syn::spanned::Spanned;

use crate::survey::axum::call::{Call, read_call};
use crate::survey::axum::openapi;
use crate::survey::unchain::unchain;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Ty, segments};

/// A chain of calls on a router.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Function that holds it.
    pub function: FunctionId,
    /// The whole chain.
    pub at: At,
    /// Where it starts.
    pub root: Root,
    /// The router that is given to the function it starts with, as in `layers(router())`.
    pub given: Option<Given>,
    /// The calls in order.
    pub calls: Vec<Call>,
    /// Name it is bound to by `let`, if it is.
    pub bound_to: Option<String>,
    /// True if it is what the function returns.
    pub returned: bool,
    /// True if it stands under `#[cfg]`, or in a branch: it may not be there at all.
    pub conditional: bool,
    /// True if other routers have to be turned `into()` its own kind.
    pub own_kind: bool,
    /// State of the router before `with_state`, as far as the chain or its function tells.
    pub state: Ty,
    /// Byte after the root expression.
    pub root_end: usize,
    /// Indentation of the chain's calls if they stand on lines of their own.
    pub indent: Option<String>,
    /// The file's line end.
    pub eol: &'static str,
}

/// What a chain starts with.
#[derive(Debug, Clone, PartialEq)]
pub enum Root {
    /// `Router::new()`.
    New,
    /// A function that returns a router.
    Function(FunctionId),
    /// A local.
    Local(String),
}

/// A router given to a function.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// What another function returns.
    Function(FunctionId),
    /// A local.
    Local(String),
    /// A chain that stands there, by its first byte.
    Chain(usize),
}

/// Collects [`Chain`]s.
#[derive(Default)]
pub struct Routers {
    /// All chains.
    pub chains: Vec<Chain>,
    seen: Vec<Range<usize>>,
}

impl Recogniser for Routers {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let (calls, root) = match expr {
            Expr::MethodCall(outermost) => unchain(outermost),
            Expr::Call(_) | Expr::Path(_) => (Vec::new(), expr),
            _ => return,
        };
        let Some(root_kind) = root_kind(root, place) else {
            return;
        };
        // Where something stands costs more to say than what it is.
        let range = place.parsed.range(expr);
        // Outer expressions come first, so what lies within a chain's spine was taken with it.
        if self.seen.iter().any(|seen| seen.start == range.start && seen.end >= range.end) {
            return;
        }
        let given = given(root, place);
        let (bound_to, returned) = role(expr, place);
        // A router by itself matters where something may go on from it.
        let named = matches!(root_kind, Root::Local(_));
        let goes_on = returned || !named && (bound_to.is_some() || given.is_some());
        let is_chain = calls.iter().any(|call| ROUTER_METHODS.contains(&call.method.to_string().as_str()));
        if !(is_chain || calls.is_empty() && goes_on) {
            return;
        }
        self.seen.push(range.clone());
        let with_state = calls.iter().find(|call| call.method == "with_state");
        let state = match with_state.and_then(|call| call.args.first()) {
            Some(state) => owned(place.scope.infer(state)),
            None => declared_state(place, returned),
        };
        // A short receiver keeps its first call on its own line: `app.merge(a)`.
        let mut dots = calls.iter().map(|call| place.parsed.bytes(call.dot_token.span()).start);
        let own_line = dots.rfind(|&dot| place.text.is_first_on_line(dot));
        self.chains.push(Chain {
            function: place.function,
            at: place.text.at(range),
            root: root_kind,
            given,
            calls: calls.iter().map(|call| read_call(call, place)).collect(),
            bound_to,
            returned,
            conditional: is_conditional(place),
            own_kind: openapi::takes_its_own_kind(&kind_of(root, place)),
            state,
            root_end: place.parsed.range(root).end,
            indent: own_line.map(|dot| place.text.indentation(dot).to_string()),
            eol: place.text.eol(),
        });
    }
}

const ROUTER_METHODS: [&str; 13] = [
    "route",
    "routes",
    "api_route",
    "split_for_parts",
    "finish_api",
    "merge",
    "nest",
    "layer",
    "route_layer",
    "with_state",
    "fallback",
    "route_service",
    "nest_service",
];

fn root_kind(root: &Expr, place: &Place<'_, '_>) -> Option<Root> {
    match root {
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else {
                return None;
            };
            let path = segments(&func.path);
            let canonical = place.scope.index.resolve(place.scope.module, &path);
            if canonical.as_deref().is_some_and(|path| openapi::made_by(path).is_some()) {
                return Some(Root::New);
            }
            let id = *place.scope.functions_called(&path).first()?;
            openapi::router_of(&place.scope.returned_by(id)).map(|_| Root::Function(id))
        }
        Expr::Await(inner) => root_kind(&inner.base, place),
        Expr::Try(inner) => root_kind(&inner.expr, place),
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            let ty = place.scope.type_of(&name)?;
            let made = ty.path().is_some_and(|path| openapi::made_by(&path).is_some());
            (is_router(ty) || made).then_some(Root::Local(name))
        }
        _ => None,
    }
}

/// Type of the router that a chain starts with.
fn kind_of(root: &Expr, place: &Place<'_, '_>) -> Ty {
    let made = place.scope.infer(root);
    openapi::router_of(&made).cloned().unwrap_or(Ty::Unknown)
}

/// The router among the arguments of the function that a chain starts with.
fn given(root: &Expr, place: &Place<'_, '_>) -> Option<Given> {
    let Expr::Call(call) = root else { return None };
    call.args.iter().find_map(|arg| match arg {
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            place.scope.type_of(&name).is_some_and(is_router).then_some(Given::Local(name))
        }
        Expr::Call(_) => match root_kind(arg, place)? {
            Root::Function(id) if given(arg, place).is_none() => Some(Given::Function(id)),
            _ => Some(Given::Chain(place.parsed.range(arg).start)),
        },
        Expr::MethodCall(chain) => {
            root_kind(unchain(chain).1, place)?;
            Some(Given::Chain(place.parsed.range(arg).start))
        }
        _ => None,
    })
}

/// True for axum's `Router` and those that describe an interface, with or without their state.
pub fn is_router(ty: &Ty) -> bool {
    ty.path().is_some_and(|path| openapi::ROUTERS.contains(&path.as_str()))
}

/// Whether a chain is bound by a `let` or returned by its function.
fn role(expr: &Expr, place: &Place<'_, '_>) -> (Option<String>, bool) {
    let Some(Around::Block(block, number)) = place.around.last() else {
        return (None, false);
    };
    let range = place.parsed.range(expr);
    match &block.stmts[*number] {
        syn::Stmt::Local(local) => {
            let whole = local.init.as_ref().is_some_and(|init| place.parsed.range(&init.expr) == range);
            let pat = match &local.pat {
                syn::Pat::Type(typed) => &typed.pat,
                other => other,
            };
            match pat {
                syn::Pat::Ident(ident) if whole => (Some(ident.ident.to_string()), false),
                // `let (router, api) = routes.split_for_parts();`
                syn::Pat::Tuple(both) if whole => match both.elems.first() {
                    Some(syn::Pat::Ident(ident)) => (Some(ident.ident.to_string()), false),
                    _ => (None, false),
                },
                _ => (None, false),
            }
        }
        syn::Stmt::Expr(tail, None) => {
            let outermost =
                place.around.iter().filter(|around| matches!(around, Around::Block(..))).count() == 1;
            let ok_of = match tail {
                Expr::Call(call) if call.args.len() == 1 => {
                    call.args.first().map(|arg| place.parsed.range(arg))
                }
                _ => None,
            };
            (None, outermost && (place.parsed.range(tail) == range || ok_of == Some(range)))
        }
        syn::Stmt::Expr(Expr::Assign(assign), Some(_)) if place.parsed.range(&assign.right) == range => {
            match &*assign.left {
                Expr::Path(path) => (path.path.get_ident().map(ToString::to_string), false),
                _ => (None, false),
            }
        }
        _ => (None, false),
    }
}

fn is_conditional(place: &Place<'_, '_>) -> bool {
    let branches =
        place.around.iter().filter(|around| matches!(around, Around::Block(..) | Around::Arm(_))).count() > 1;
    let cfg = place.around.iter().any(|around| match around {
        Around::Block(block, number) => match &block.stmts[*number] {
            syn::Stmt::Local(local) => local.attrs.iter().any(|attr| attr.path().is_ident("cfg")),
            _ => false,
        },
        _ => false,
    });
    branches || cfg
}

/// State a chain has by its function's return type, `Router<S>`; `()` where the type says none.
fn declared_state(place: &Place<'_, '_>, returned: bool) -> Ty {
    if !returned {
        return Ty::Unknown;
    }
    let mut returns = place.scope.returned_by(place.function);
    if returns.is("Result") {
        returns = returns.success();
    }
    let Some(router) = openapi::router_of(&returns) else {
        return Ty::Unknown;
    };
    router.args().first().cloned().unwrap_or(Ty::Tuple(Vec::new()))
}

/// A type without a reference around it.
pub fn owned(ty: Ty) -> Ty {
    match ty {
        Ty::Ref(inner) => *inner,
        other => other,
    }
}
