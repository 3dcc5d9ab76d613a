//! What is known of a call's success once the expression around it has been evaluated.
//!
//! `create().await.map_err(…)?` has surely succeeded. Near misses: the `?` of something else that holds the call
//! (`timeout(…, create()).await?`), a failure that is replaced (`or_else`, `unwrap_or`), what stands behind `&&`.

use std::ops::Range;

use syn::visit::Visit;
use syn::{Expr, Pat};

use super::{contains, path_to};
use crate::survey::diverges::diverges;
use crate::survey::store::creation::{self, diesel};
use crate::survey::walk::Place;
use crate::target::index::{FunctionId, Ty, segments};

/// What is known once an expression has been evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has succeeded; `direct` if the expression's value is what it yielded.
    Settled { direct: bool },
    /// The expression's value is its outcome, which is still to be looked at.
    Pending,
    /// Nothing; the reason as the end of a sentence.
    Lost(&'static str),
}

/// Why nothing is known where nobody looks.
pub const UNSEEN: &str = "nothing in this function looks at whether it succeeded";
/// Why nothing is known where somebody looks at something else.
pub const OTHERWISE: &str = "its outcome is matched in a way that is not `Ok` or `Err`";

#[derive(Clone, Copy, PartialEq)]
enum State {
    Called,
    Pending,
    Settled(bool),
}

/// What is known of the target, a call or the text of a query, after an expression that holds it.
pub fn standing(expr: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> Standing {
    let path = path_to(expr, target, place.parsed);
    let mut outwards = path.into_iter().rev();
    let Some(inner) = outwards.next() else {
        return Standing::Lost(UNSEEN);
    };
    let is_text =
        !matches!(inner, Expr::Call(_) | Expr::MethodCall(_)) || creation::read(inner, place).is_some();
    // What does not wait has happened once it is called.
    let state = if !is_text && is_sync(inner, place) { State::Pending } else { State::Called };
    outwards_from(inner, state, outwards, is_text, place)
}

/// What is known after an expression that holds, once, the name of a local whose value is an outcome.
pub fn standing_of_local(expr: &Expr, name: &str, place: &Place<'_, '_>) -> Standing {
    let mut uses = Uses { name, found: Vec::new() };
    uses.visit_expr(expr);
    let [found] = uses.found.as_slice() else {
        return Standing::Lost(UNSEEN);
    };
    let path = path_to(expr, &place.parsed.range(found), place.parsed);
    if path.iter().any(|expr| may_skip(expr)) {
        return Standing::Lost(UNSEEN);
    }
    let mut outwards = path.into_iter().rev();
    match outwards.next() {
        Some(inner) => outwards_from(inner, State::Pending, outwards, false, place),
        None => Standing::Lost(UNSEEN),
    }
}

/// True for what may or may not evaluate all that stands in it.
fn may_skip(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_)
    )
}

/// Where a local is named.
struct Uses<'n, 'e> {
    name: &'n str,
    found: Vec<&'e syn::ExprPath>,
}

impl<'e> Visit<'e> for Uses<'_, 'e> {
    fn visit_expr_path(&mut self, path: &'e syn::ExprPath) {
        if path.path.is_ident(self.name) {
            self.found.push(path);
        }
    }
}

fn outwards_from<'e>(
    mut inner: &'e Expr,
    mut state: State,
    outwards: impl Iterator<Item = &'e Expr>,
    is_text: bool,
    place: &Place<'_, '_>,
) -> Standing {
    for outer in outwards {
        state = match step(state, inner, outer, is_text, place) {
            Ok(state) => state,
            Err(reason) => return Standing::Lost(reason),
        };
        inner = outer;
    }
    match state {
        State::Called => Standing::Lost(UNSEEN),
        State::Pending => Standing::Pending,
        State::Settled(direct) => Standing::Settled { direct },
    }
}

fn step(
    state: State,
    inner: &Expr,
    outer: &Expr,
    is_text: bool,
    place: &Place<'_, '_>,
) -> Result<State, &'static str> {
    let receives = |call: &syn::ExprMethodCall| std::ptr::eq(&*call.receiver, inner);
    match (state, outer) {
        (_, Expr::Paren(_) | Expr::Group(_) | Expr::Reference(_)) => Ok(state),
        (State::Called, Expr::Await(_)) => Ok(yielded(outer, place)),
        (State::Called, Expr::MethodCall(call)) if receives(call) => {
            let wraps = ["instrument", "boxed", "in_current_span", "into_future"];
            // Without `.await` its value is the outcome already.
            if is_text && diesel::runs(place.scope, call) {
                return Ok(State::Pending);
            }
            if is_text || wraps.iter().any(|name| call.method == name) { Ok(state) } else { Err(UNSEEN) }
        }
        // `client.execute("INSERT …", …)`, at once or when it is awaited.
        (State::Called, Expr::MethodCall(call)) if is_text && takes_text(call, inner) => Ok(State::Pending),
        (State::Pending, Expr::Await(_)) => Ok(State::Pending),
        (State::Called, Expr::Call(call)) => {
            let Expr::Path(func) = &*call.func else { return Err(UNSEEN) };
            let last = func.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let query = is_text && (last.starts_with("query") || last == "raw_sql" || last == "sql_query");
            if query || last == "pin" { Ok(state) } else { Err(UNSEEN) }
        }
        (State::Pending, Expr::Try(_)) => Ok(yielded(outer, place)),
        (State::Pending, Expr::MethodCall(call)) if receives(call) => {
            let name = call.method.to_string();
            match name.as_str() {
                "unwrap" | "expect" => Ok(yielded(outer, place)),
                "map_err" | "context" | "with_context" | "inspect_err" | "inspect" | "map" | "and_then"
                | "ok" | "ok_or" | "ok_or_else" | "wrap_err" | "wrap_err_with" => Ok(state),
                own if place.scope.keeps_success(own) => Ok(state),
                _ => Err(UNSEEN),
            }
        }
        (State::Pending, Expr::Match(found)) if std::ptr::eq(&*found.expr, inner) => {
            if settles(found) {
                Ok(State::Settled(true))
            } else {
                Err(OTHERWISE)
            }
        }
        (State::Settled(_), Expr::Match(found)) if std::ptr::eq(&*found.expr, inner) => Err(OTHERWISE),
        (State::Settled(_), Expr::Binary(binary)) => {
            let lazy = matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_));
            if lazy && std::ptr::eq(&*binary.right, inner) {
                return Err("it stands behind a condition");
            }
            Ok(State::Settled(false))
        }
        (State::Settled(direct), Expr::Field(field)) => {
            const OWN: [&str; 7] = ["id", "user_id", "uuid", "uid", "user", "account", "member"];
            let own = match &field.member {
                syn::Member::Named(name) => OWN.iter().any(|own| name == own),
                syn::Member::Unnamed(index) => index.index == 0,
            };
            Ok(State::Settled(direct && own))
        }
        (State::Settled(direct), Expr::MethodCall(call)) if receives(call) => {
            let same = ["clone", "to_owned", "last_insert_rowid", "last_insert_id"];
            Ok(State::Settled(direct && same.iter().any(|name| call.method == name)))
        }
        (State::Settled(_), Expr::Closure(_) | Expr::Async(_)) => {
            Err("it runs in a closure or a spawned task")
        }
        (State::Settled(_), _) => Ok(State::Settled(false)),
        _ => Err(UNSEEN),
    }
}

/// True for a call of the project's own functions that are not async and yield a `Result`.
fn is_sync(call: &Expr, place: &Place<'_, '_>) -> bool {
    let index = place.scope.index;
    let called = match call {
        Expr::Call(call) => match &*call.func {
            Expr::Path(func) => place.scope.functions_called(&segments(&func.path)).to_vec(),
            _ => Vec::new(),
        },
        Expr::MethodCall(call) => place.scope.methods_called(call),
        _ => Vec::new(),
    };
    let is_sync = |id: &FunctionId| {
        let function = &index.functions[*id];
        !function.is_async && place.scope.returned_by(*id).is("Result")
    };
    !called.is_empty() && called.iter().all(is_sync)
}

/// True for the methods that are given the text of a statement and run it: those of `tokio-postgres` and `rusqlite`.
fn takes_text(call: &syn::ExprMethodCall, text: &Expr) -> bool {
    const RUN: [&str; 6] = ["execute", "query", "query_one", "query_opt", "query_row", "query_typed"];
    let first = call.args.first().is_some_and(|first| std::ptr::eq(first, text));
    first && RUN.iter().any(|name| call.method == name)
}

/// After an `.await`, a `?` or an `unwrap`: settled, unless another `Result` or `Option` came out.
fn yielded(expr: &Expr, place: &Place<'_, '_>) -> State {
    let ty = place.scope.infer(expr);
    let awaited = matches!(expr, Expr::Await(_));
    let open = ty.is("Result") || ty.is("Option") || (awaited && ty == Ty::Unknown);
    if open { State::Pending } else { State::Settled(true) }
}

/// True if whoever gets past a `match` had success.
pub fn settles(found: &syn::ExprMatch) -> bool {
    found.arms.iter().all(|arm| matches!(outcome(&arm.pat), Some(Outcome::Success)) || diverges(&arm.body))
}

/// True if every arm that is not success gives or returns an error.
pub fn passes_errors_on(found: &syn::ExprMatch) -> bool {
    found.arms.iter().all(|arm| {
        matches!(outcome(&arm.pat), Some(Outcome::Success)) || diverges(&arm.body) || is_error(&arm.body)
    })
}

/// True for `Err(…)` and calls on it.
pub fn is_error(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err")),
        Expr::MethodCall(call) => is_error(&call.receiver),
        Expr::Try(inner) => is_error(&inner.expr),
        Expr::Paren(inner) => is_error(&inner.expr),
        Expr::Block(inner) => {
            matches!(inner.block.stmts.last(), Some(syn::Stmt::Expr(tail, None)) if is_error(tail))
        }
        _ => false,
    }
}

/// What a pattern says of an outcome.
pub enum Outcome {
    /// `Ok(…)`, `Some(…)`.
    Success,
    /// `Err(…)`.
    Failure,
}

/// What a pattern says of an outcome, if it says anything.
pub fn outcome(pat: &Pat) -> Option<Outcome> {
    let path = match pat {
        Pat::TupleStruct(inner) => &inner.path,
        Pat::Guard(guard) => return outcome(&guard.pat),
        Pat::Paren(paren) => return outcome(&paren.pat),
        Pat::Reference(reference) => return outcome(&reference.pat),
        _ => return None,
    };
    match path.segments.last()?.ident.to_string().as_str() {
        "Ok" | "Some" => Some(Outcome::Success),
        "Err" => Some(Outcome::Failure),
        _ => None,
    }
}

/// True if an expression holds the target and stands for its outcome.
pub fn is_pending(expr: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> bool {
    contains(&place.parsed.range(expr), target) && standing(expr, target, place) == Standing::Pending
}
