//! Addresses that answer with nothing but a redirect to a page of their own: a referral link which leads there loses its
//! code, since no page is loaded that could keep it.
//!
//! `.route("/", get(|| async { Redirect::to("/home") }))`, an actix-web handler `HttpResponse::SeeOther()` with a
//! `Location`. Near misses: a log-out, which does something before; a guard that sends strangers to the log-in; what
//! depends on a condition; other methods than GET; other hosts; documentation and files; a query that is handed on.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Block, Expr, Lit, Stmt};

use crate::survey::axum::mount::Mounts;
use crate::survey::axum::router::Chain;
use crate::survey::signup::entry::Route;
use crate::survey::unchain::unchain;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Index, segments};

/// An answer that is nothing but a redirect to a path of the application's own.
#[derive(Debug, Clone)]
struct Bare {
    function: FunctionId,
    /// True if it is a closure in that function, and not all that the function does.
    closure: bool,
    /// Where it leads, as a string literal.
    to: String,
    /// The redirect.
    at: At,
    by: By,
}

/// What answers so, which decides how it gets at the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// axum's `Redirect::to` or one of its others, by its last name.
    Axum(String),
    /// actix-web's `Redirect::to`.
    Actix,
    /// A header of an actix-web response, with its name as it is written.
    ActixHeader(String),
    /// actix-web's `web::redirect`, a service with a path of its own.
    ActixService(String),
}

/// A path that visitors are sent on from.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// The path, as far as it can be composed.
    pub from: String,
    /// Where it leads.
    pub to: String,
    /// The redirect.
    pub at: At,
    /// Name of the handler; `None` for a closure or a service.
    pub handler: Option<String>,
    /// What answers so.
    pub by: By,
}

/// What a file has to hold to be looked through.
pub const NEEDLES: [&str; 3] = ["Redirect", "redirect", "HttpResponse"];

/// Collects redirects.
#[derive(Default)]
pub struct Redirects {
    found: Vec<Bare>,
}

impl Redirects {
    /// Takes in what another file has.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Those of an application's own functions that visitors can come to by GET, by place.
    pub fn of(
        &self,
        index: &Index,
        routes: &[Route],
        (chains, mounts): (&[Chain], &Mounts),
        own: &dyn Fn(FunctionId) -> bool,
    ) -> Vec<Redirect> {
        let mut open: BTreeMap<FunctionId, &Route> = BTreeMap::new();
        for route in routes.iter().filter(|route| is_open_get(route)) {
            open.entry(route.handler).or_insert(route);
        }
        let from = |bare: &Bare| match (&bare.by, bare.closure) {
            (By::ActixService(path), _) => Some((path.clone(), None)),
            (_, true) => Some((closure_path(bare, chains, mounts)?, None)),
            (_, false) => {
                let route = open.get(&bare.function)?;
                Some((route.path.clone(), Some(index.functions[bare.function].name.clone())))
            }
        };
        let mut redirects: Vec<Redirect> = self
            .found
            .iter()
            .filter(|bare| own(bare.function) && !index.functions[bare.function].test)
            .filter_map(|bare| {
                let (from, handler) = from(bare)?;
                let (to, at, by) = (bare.to.clone(), bare.at.clone(), bare.by.clone());
                is_for_visitors(&from).then_some(Redirect { from, to, at, handler, by })
            })
            .collect();
        redirects.sort_by(|a, b| crate::target::by_place(&a.at, &b.at));
        redirects
    }
}

fn is_open_get(route: &Route) -> bool {
    route.method == "get" && route.guard.is_none() && route.perhaps.is_none()
}

/// Path of the route in which a closure stands that answers so, unless it is guarded.
fn closure_path(bare: &Bare, chains: &[Chain], mounts: &Mounts) -> Option<String> {
    let within = |bytes: &Range<usize>| bytes.start <= bare.at.bytes[0] && bare.at.bytes[1] <= bytes.end;
    let (number, position, path) = chains.iter().enumerate().find_map(|(number, chain)| {
        let here = chain.function == bare.function;
        let mut calls = chain.calls.iter().enumerate().filter(|_| here);
        let (position, call) = calls.find(|(_, call)| call.method == "route" && within(&call.bytes))?;
        Some((number, position, call.path.clone()?))
    })?;
    let guard = mounts.around(number, position + 1, chains, &|call| call.guard());
    guard.is_none().then(|| format!("{}{path}", mounts.prefix(number)))
}

/// False for what no referral link leads to: interfaces, documentation, files, and leaving.
fn is_for_visitors(path: &str) -> bool {
    const OTHERS: [&str; 16] = [
        "api", "swagger", "openapi", "docs", "doc", "redoc", "rapidoc", "scalar", "health", "healthz",
        "metrics", "oauth", "callback", "logout", "signout", "graphql",
    ];
    let mut parts = path.split('/').map(|part| part.to_ascii_lowercase().replace(['-', '_'], ""));
    !parts.any(|part| part.contains('.') || part.starts_with("swagger") || OTHERS.contains(&&*part))
}

impl Recogniser for Redirects {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        if place.in_macro {
            return;
        }
        let whole = |block: &Block| only(block).is_some_and(|last| std::ptr::eq(last, expr));
        let (closure, found) = match (expr, place.around) {
            (_, [Around::Block(block, _)]) if whole(block) => (false, redirect(expr, place)),
            (Expr::Call(call), _) => (true, in_closure(call, place).or_else(|| service(call, place))),
            _ => return,
        };
        self.found.extend(found.map(|(to, by, range)| Bare {
            function: place.function,
            closure,
            to,
            at: place.text.at(range),
            by,
        }));
    }
}

/// Where a redirect leads, what answers so, and its bytes.
type Found = (String, By, Range<usize>);

/// `get(|| async { Redirect::to("/home") })`.
fn in_closure(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<Found> {
    if named(&call.func, place)? != "axum::routing::get" {
        return None;
    }
    let Expr::Closure(closure) = call.args.first()? else { return None };
    let body = match &*closure.body {
        Expr::Async(inner) => only(&inner.block)?,
        Expr::Block(inner) => only(&inner.block)?,
        other => other,
    };
    redirect(body, place)
}

/// `web::redirect("/", "/home")`.
fn service(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<Found> {
    let (Some(from), Some(to), None) = (call.args.first(), call.args.get(1), call.args.get(2)) else {
        return None;
    };
    let is_service = named(&call.func, place)? == "actix_web::web::redirect";
    is_service.then_some((own_page(to)?, By::ActixService(text(from)?), place.parsed.range(call)))
}

/// The value of a block that does nothing else, but for what it may write to a log.
fn only(block: &Block) -> Option<&Expr> {
    let (last, before) = block.stmts.split_last()?;
    let is_log = |stmt: &Stmt| {
        const LOGS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];
        let Stmt::Macro(stmt) = stmt else { return false };
        stmt.mac.path.segments.last().is_some_and(|name| LOGS.iter().any(|log| name.ident == log))
    };
    match last {
        Stmt::Expr(value, None) if before.iter().all(is_log) => Some(value),
        _ => None,
    }
}

/// The full path of what is called.
fn named(func: &Expr, place: &Place<'_, '_>) -> Option<String> {
    let Expr::Path(path) = func else { return None };
    place.scope.index.resolve(place.scope.module, &segments(&path.path))
}

/// What an expression is, if it is a redirect to a path of the application's own.
fn redirect(expr: &Expr, place: &Place<'_, '_>) -> Option<Found> {
    let found = |to: String, by: By, expr: &dyn Spanned| Some((to, by, place.parsed.bytes(expr.span())));
    match expr {
        Expr::Call(call) if call.args.len() == 1 => {
            let argument = call.args.first()?;
            let name = named(&call.func, place);
            let (owner, maker) = name.as_deref().and_then(|name| name.rsplit_once("::")).unwrap_or_default();
            match owner {
                "axum::response::Redirect" if ["to", "temporary", "permanent"].contains(&maker) => {
                    found(own_page(argument)?, By::Axum(maker.to_string()), call)
                }
                "actix_web::web::Redirect" if maker == "to" => found(own_page(argument)?, By::Actix, call),
                _ => {
                    let Expr::Path(path) = &*call.func else { return None };
                    path.path.is_ident("Ok").then(|| redirect(argument, place)).flatten()
                }
            }
        }
        Expr::MethodCall(outermost) => {
            const PASSED: [&str; 6] =
                ["into_response", "into", "permanent", "temporary", "see_other", "using_status_code"];
            if PASSED.iter().any(|name| outermost.method == name) {
                return redirect(&outermost.receiver, place);
            }
            let (calls, root) = unchain(outermost);
            let Expr::Call(root) = root else { return None };
            const STATUSES: [&str; 5] =
                ["SeeOther", "Found", "MovedPermanently", "TemporaryRedirect", "PermanentRedirect"];
            let made = named(&root.func, place)?;
            let status = made.strip_prefix("actix_web::HttpResponse::")?;
            if !STATUSES.contains(&status) {
                return None;
            }
            let headers =
                calls.iter().filter(|call| call.method == "insert_header" || call.method == "append_header");
            headers.filter_map(|call| Some((call, call.args.first()?))).find_map(|(call, header)| {
                let Expr::Tuple(pair) = header else { return None };
                let (name, to) = (pair.elems.first()?, own_page(pair.elems.get(1)?)?);
                let name = &place.text.text[place.parsed.range(name)];
                let is_location =
                    name.trim_matches('"').rsplit("::").next()?.eq_ignore_ascii_case("location");
                is_location.then(|| found(to, By::ActixHeader(name.to_string()), &call.args)).flatten()
            })
        }
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A path of the application's own that visitors may be sent to, if a literal is one.
fn own_page(expr: &Expr) -> Option<String> {
    let path = text(expr)?;
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains(['#', '\\', '"', '{']);
    let page = path.split('?').next().unwrap_or_default();
    (is_path && is_for_visitors(page)).then_some(path)
}
