//! Ways to sign up: request handlers that reach a function which inserts a person, and the place after it.
//!
//! `POST /signup` → `accounts::register` → `INSERT INTO users`. Near misses: log-ins for development, forms for
//! administrators, seeds, guests, newsletter subscribers, upserts that can't tell new from known.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use syn::Expr;

use super::calls::Body;
use super::capture::{self, Anchor};
use super::sql::Insert;
use super::walk::{Place, Recogniser};
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
}

/// A handler that leads to the creation of a person.
#[derive(Debug, Clone)]
pub struct Entry {
    /// From the handler to the function with the `INSERT`.
    pub path: Vec<FunctionId>,
    /// How the handler is reached.
    pub route: Option<Route>,
    /// True if something outside of tests calls the creating function, or may: it implements another crate's trait.
    pub called: bool,
    /// The `INSERT`.
    pub insert: Insert,
    /// Bytes of its literal.
    pub literal: Range<usize>,
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
            for path in paths.into_iter().chain(alone) {
                let route = path.first().and_then(|first| handlers.get(first)).map(|route| (*route).clone());
                let function = &index.functions[creator];
                // Through a trait, or on a value whose type can't be read off, it may be called unseen.
                let unseen = function.of_trait.is_some()
                    || (function.has_self
                        && bodies.values().any(|body| body.unresolved.contains(&function.name)));
                let called = unseen || callers.get(&creator).is_some_and(|callers| !callers.is_empty());
                found.push(Entry { path, route, called, insert: insert.clone(), literal: literal.clone() });
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
    /// True if whoever calls this function and succeeds has surely got here: no branch, and no earlier way out.
    pub unconditional: bool,
    /// Expression bound for each column of an `INSERT`, as text, where it can be read off.
    pub bound: Vec<String>,
}

impl Recogniser for Captures<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Some(wanted) = self.wanted.get(&place.function) else {
            return;
        };
        let index = place.scope.index;
        for wish in wanted {
            let range = match (wish, expr) {
                (Wanted::Call(id), Expr::Call(call)) => {
                    let Expr::Path(func) = &*call.func else {
                        continue;
                    };
                    let called = place.scope.functions_called(&crate::target::index::segments(&func.path));
                    if !called.iter().any(|&called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    place.parsed.range(call)
                }
                (Wanted::Call(id), Expr::MethodCall(call)) => {
                    let called = place.scope.methods_called(call);
                    if !called.into_iter().any(|called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    place.parsed.range(call)
                }
                (Wanted::Literal(literal), Expr::Lit(found)) if place.parsed.range(found) == *literal => {
                    literal.clone()
                }
                _ => continue,
            };
            self.found.push(Capture {
                function: place.function,
                wanted: wish.clone(),
                at: place.text.at(range.clone()),
                anchor: capture::after(range.clone(), place),
                unconditional: capture::is_unconditional(place),
                bound: bound_after(&range, place),
            });
        }
    }
}

/// Arguments of the `.bind(…)`s that follow a query's text, or of the macro it stands in.
fn bound_after(literal: &Range<usize>, place: &Place<'_, '_>) -> Vec<String> {
    let Some(super::walk::Around::Block(block, number)) = place.around.last() else {
        return Vec::new();
    };
    let whole = match &block.stmts[*number] {
        syn::Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
        syn::Stmt::Expr(expr, _) => Some(expr),
        _ => None,
    };
    let Some(whole) = whole else {
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
