//! Ways to sign up: request handlers that reach a function which inserts a person, and the place after it.
//!
//! `POST /signup` → `accounts::register` → `INSERT INTO users`. Near misses: log-ins for development, forms for
//! administrators, seeds, guests, newsletter subscribers, upserts that can't tell new from known.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use syn::Expr;

use crate::survey::calls::Body;
use crate::survey::signup::capture::{self, Anchor};
use crate::survey::store::sql::Insert;
use crate::survey::store::sqlx::{is_transaction, pool_database};
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Index};

/// A handler as the router registers it.
#[derive(Debug, Clone)]
pub struct Route {
    /// The handler.
    pub handler: FunctionId,
    /// `post`, `get`, …; empty if unknown.
    pub method: String,
    /// Path as far as it can be composed.
    pub path: String,
    /// Name of a guard around it that lets only some people through.
    pub guard: Option<String>,
}

/// A handler that leads to the creation of a person.
#[derive(Debug, Clone)]
pub struct Entry {
    /// From the handler to the function with the `INSERT`.
    pub path: Vec<FunctionId>,
    /// How the handler is reached.
    pub route: Option<Route>,
    /// The `INSERT`.
    pub insert: Insert,
    /// Bytes of its literal.
    pub literal: Range<usize>,
    /// True if something outside of tests calls the creating function, or may: it implements another crate's trait.
    pub called: bool,
}

/// Every handler from which a creation can be reached, and creations that no handler reaches.
pub fn entries(index: &Index, bodies: &BTreeMap<FunctionId, Body>, routes: &[Route]) -> Vec<Entry> {
    let mut callers: BTreeMap<FunctionId, BTreeSet<FunctionId>> = BTreeMap::new();
    for (&caller, body) in bodies {
        if index.functions[caller].test {
            continue;
        }
        for &callee in &body.calls {
            callers.entry(callee).or_default().insert(caller);
        }
    }
    let handlers: BTreeMap<FunctionId, &Route> =
        routes.iter().rev().map(|route| (route.handler, route)).collect();
    let mut found = Vec::new();
    for (&creator, body) in bodies {
        if index.functions[creator].test {
            continue;
        }
        for (insert, literal) in body.inserts.iter().filter(|(insert, _)| insert.creates_a_person()) {
            let paths = paths_from_handlers(creator, &callers, &handlers);
            let alone = paths.is_empty().then(|| vec![creator]);
            let function = &index.functions[creator];
            // Through a trait, or on a value whose type can't be read off, it may be called unseen.
            let unseen = function.of_trait.is_some()
                || (function.has_self
                    && bodies.values().any(|body| body.unresolved.contains(&function.name)));
            let called = unseen || callers.get(&creator).is_some_and(|callers| !callers.is_empty());
            for path in paths.into_iter().chain(alone) {
                let route = path.first().and_then(|first| handlers.get(first)).map(|route| (*route).clone());
                let (insert, literal) = (insert.clone(), literal.clone());
                found.push(Entry { path, route, insert, literal, called });
            }
        }
    }
    found
}

/// Shortest paths from each handler down to a function.
fn paths_from_handlers(
    creator: FunctionId,
    callers: &BTreeMap<FunctionId, BTreeSet<FunctionId>>,
    handlers: &BTreeMap<FunctionId, &Route>,
) -> Vec<Vec<FunctionId>> {
    let mut down: BTreeMap<FunctionId, FunctionId> = BTreeMap::new();
    let mut seen = BTreeSet::from([creator]);
    let mut todo = VecDeque::from([creator]);
    let mut found = Vec::new();
    while let Some(function) = todo.pop_front() {
        if handlers.contains_key(&function) {
            let mut path = vec![function];
            let mut at = function;
            while let Some(&next) = down.get(&at) {
                path.push(next);
                at = next;
            }
            found.push(path);
            // A handler called by another handler is an entry of its own; go no higher.
            continue;
        }
        for &caller in callers.get(&function).into_iter().flatten() {
            if seen.insert(caller) {
                down.insert(caller, function);
                todo.push_back(caller);
            }
        }
    }
    found
}

/// What to look for in a function's body.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// A call of this function.
    Call(FunctionId),
    /// The string literal at these bytes.
    Literal(Range<usize>),
}

/// Finds the places after wanted calls, and the id bound in an `INSERT`.
pub struct Captures<'w> {
    /// What to look for, by function.
    pub wanted: &'w BTreeMap<FunctionId, Vec<Wanted>>,
    /// What was found, in order.
    pub found: Vec<Capture>,
    /// Start of a literal that was found with the macro around it.
    pub in_query_macro: Option<usize>,
    /// Name that a `let` gives to a literal, and where that starts.
    pub named: Option<(String, usize)>,
}

/// A wanted call, and the place after it.
#[derive(Debug, Clone)]
pub struct Capture {
    /// Function around it.
    pub function: FunctionId,
    /// Which of the wanted it is.
    pub wanted: Wanted,
    /// The call.
    pub at: At,
    /// The place, or why there is none.
    pub anchor: Result<Anchor, String>,
    /// True if the function returns success only after this has surely happened.
    pub certain: bool,
    /// Expression bound to each parameter of an `INSERT`, as text, where it can be read off.
    pub bound: Vec<String>,
}

impl Recogniser for Captures<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Some(wanted) = self.wanted.get(&place.function) else {
            return;
        };
        let index = place.scope.index;
        for wish in wanted {
            let (range, bound) = match (wish, expr) {
                (Wanted::Call(id), Expr::Call(call)) => {
                    let Expr::Path(func) = &*call.func else {
                        continue;
                    };
                    let called = place.scope.functions_called(&crate::target::index::segments(&func.path));
                    if !called.iter().any(|&called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    (place.parsed.range(call), Vec::new())
                }
                (Wanted::Call(id), Expr::MethodCall(call)) => {
                    let called = place.scope.methods_called(call);
                    if !called.into_iter().any(|called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    (place.parsed.range(call), Vec::new())
                }
                (Wanted::Literal(literal), Expr::Lit(found)) if place.parsed.range(found) == *literal => {
                    if self.in_query_macro == Some(literal.start) {
                        continue;
                    }
                    // `let sql = "INSERT …";`: what counts is where the name is used.
                    if let Some(name) = name_of(literal, place) {
                        self.named = Some((name, literal.start));
                        continue;
                    }
                    (literal.clone(), bound_after(literal, place))
                }
                (Wanted::Literal(literal), Expr::Path(path))
                    if self.named.as_ref().is_some_and(|(name, start)| {
                        *start == literal.start && path.path.is_ident(name.as_str())
                    }) =>
                {
                    let range = place.parsed.range(path);
                    (range.clone(), bound_after(&range, place))
                }
                // `query_as!(User, "INSERT …", email)`: the macro is the query.
                (Wanted::Literal(literal), Expr::Macro(found)) if is_query_of(found, literal, place) => {
                    self.in_query_macro = Some(literal.start);
                    (place.parsed.range(found), arguments_after(found, literal, place))
                }
                _ => continue,
            };
            let anchor = match wish {
                Wanted::Literal(_) => {
                    on_pool(&range, place).and_then(|()| capture::after(range.clone(), place))
                }
                Wanted::Call(_) => capture::after(range.clone(), place),
            };
            self.found.push(Capture {
                function: place.function,
                wanted: wish.clone(),
                at: place.text.at(range.clone()),
                anchor,
                certain: capture::is_certain(&range, place),
                bound,
            });
        }
    }
}

/// The name of a `let` whose whole value is a literal.
fn name_of(literal: &Range<usize>, place: &Place<'_, '_>) -> Option<String> {
    let Some(Around::Block(block, number)) = place.around.last() else {
        return None;
    };
    let syn::Stmt::Local(local) = &block.stmts[*number] else {
        return None;
    };
    let init = local.init.as_ref().filter(|init| place.parsed.range(&init.expr) == *literal)?;
    let pat = match &local.pat {
        syn::Pat::Type(typed) => &typed.pat,
        other => other,
    };
    match pat {
        syn::Pat::Ident(ident) if init.diverge.is_none() => Some(ident.ident.to_string()),
        _ => None,
    }
}

/// True for sqlx's `query…!` with a literal in it.
fn is_query_of(found: &syn::ExprMacro, literal: &Range<usize>, place: &Place<'_, '_>) -> bool {
    let named =
        found.mac.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with("query"));
    let range = place.parsed.range(found);
    named && !place.in_macro && range.start <= literal.start && literal.end <= range.end
}

/// Arguments of a `query…!` after its text.
fn arguments_after(found: &syn::ExprMacro, literal: &Range<usize>, place: &Place<'_, '_>) -> Vec<String> {
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let Ok(args) = found.mac.parse_body_with(parser) else {
        return Vec::new();
    };
    args.iter()
        .map(|arg| place.parsed.range(arg))
        .filter(|range| range.start >= literal.end)
        .map(|range| place.text.text[range].to_string())
        .collect()
}

/// That a query is run on a pool, one of its connections or a transaction that can be seen: an executor that is handed
/// in may be anybody's transaction.
fn on_pool(query: &Range<usize>, place: &Place<'_, '_>) -> Result<(), String> {
    const RUNS: [&str; 6] = ["execute", "fetch_one", "fetch_optional", "fetch_all", "fetch", "execute_many"];
    let run = whole(place)
        .into_iter()
        .flat_map(|whole| capture::path_to(whole, query, place.parsed))
        .filter_map(|expr| match expr {
            Expr::MethodCall(call) if RUNS.iter().any(|name| call.method == name) => call.args.first(),
            _ => None,
        })
        .next_back();
    let run = run.ok_or("it is not run where it is written")?;
    let ty = place.scope.infer(run);
    let known = pool_database(&ty).is_some()
        || is_transaction(&ty)
        || ty.behind_pointers().is("PoolConnection")
        || is_transaction(ty.behind_pointers());
    if known { Ok(()) } else { Err("what its SQL is run on may be a transaction".into()) }
}

/// The expression of the statement, or the arm, around a place.
fn whole<'w>(place: &Place<'w, '_>) -> Option<&'w Expr> {
    match place.around.last()? {
        Around::Block(block, number) => match &block.stmts[*number] {
            syn::Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
            syn::Stmt::Expr(expr, _) => Some(expr),
            _ => None,
        },
        Around::Arm(arm) => Some(&arm.body),
        Around::Deferred => None,
    }
}

/// Arguments of the `.bind(…)`s that follow a query's text.
fn bound_after(literal: &Range<usize>, place: &Place<'_, '_>) -> Vec<String> {
    let Some(whole) = whole(place) else {
        return Vec::new();
    };
    let path = capture::path_to(whole, literal, place.parsed);
    let text_of = |arg: &Expr| place.text.text[place.parsed.range(arg)].to_string();
    // `query!("INSERT …", id, email)`: what follows the text.
    if let Some(Expr::Macro(found)) = path.last() {
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let args = found.mac.parse_body_with(parser).unwrap_or_default();
        let after = args.iter().skip_while(|arg| place.parsed.range(*arg) != *literal).skip(1);
        return after.map(text_of).collect();
    }
    let mut binds: Vec<String> = path
        .into_iter()
        .filter_map(|expr| match expr {
            Expr::MethodCall(call) if call.method == "bind" => call.args.first(),
            _ => None,
        })
        .map(text_of)
        .collect();
    // The outermost bind is the last.
    binds.reverse();
    binds
}
