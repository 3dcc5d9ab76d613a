//! `diesel::insert_into(users::table).values(&new_user).get_result(conn)`, sync or async.
//!
//! Near misses: other tables, `diesel::update`, a function of the project that is called `insert_into`.

use syn::Expr;

use super::{Made, bare, fields, links, made, text};
use crate::survey::scope::Scope;
use crate::survey::store::sql::Through;
use crate::survey::walk::Place;
use crate::target::index::{Ty, segments};

const INSERTS: [&str; 3] = ["insert_into", "insert_or_ignore_into", "replace_into"];

/// `diesel::insert_into(users::table)`.
pub fn of_call(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<Made> {
    let name = inserting(place.scope, call)?;
    let table = table(call.args.first()?, place)?;
    let range = place.parsed.range(call);
    let links = links(&range, place);
    let argument = |name: &str| links.iter().find(|link| link.method == name).map(|link| link.args.first());
    let values = argument("values").flatten();
    Some(with_links(
        made(Through::Diesel, table, values.map_or_else(Vec::new, |value| columns(value, place))),
        name,
        &links,
    ))
}

/// `new_user.insert_into(users::table)`.
pub fn of_method(call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Made> {
    if !place.scope.methods_called(call).is_empty() || call.args.len() != 1 {
        return None;
    }
    let table = table(call.args.first()?, place)?;
    let columns = columns(&call.receiver, place);
    Some(with_links(
        made(Through::Diesel, table, columns),
        "insert_into",
        &links(&place.parsed.range(call), place),
    ))
}

/// Which of diesel's functions a call is of.
fn inserting(scope: &Scope<'_>, call: &syn::ExprCall) -> Option<&'static str> {
    let Expr::Path(func) = &*call.func else { return None };
    let path = segments(&func.path);
    let name = INSERTS.into_iter().find(|name| path.last().is_some_and(|last| last == name))?;
    let known = match scope.index.resolve(scope.module, &path) {
        Some(canonical) => canonical.starts_with("diesel::"),
        // Imported within the function, or by a glob.
        None => path.len() == 1 || path[0] == "diesel",
    };
    known.then_some(name)
}

fn with_links(mut made: Made, function: &str, links: &[&syn::ExprMethodCall]) -> Made {
    let has = |name: &str| links.iter().any(|link| link.method == name);
    made.insert.upsert = function == "replace_into" || has("do_update");
    made.insert.may_do_nothing =
        function == "insert_or_ignore_into" || has("do_nothing") || has("on_conflict_do_nothing");
    let returned = links.iter().find(|link| link.method == "returning").and_then(|link| link.args.first());
    made.insert.returning = match returned {
        Some(Expr::Path(column)) => segments(&column.path).pop().into_iter().collect(),
        Some(_) => vec!["*".to_string()],
        None if has("get_result") || has("get_results") => vec!["*".to_string()],
        None => Vec::new(),
    };
    made
}

/// The table a path names: `users::table`, `schema::users::table`, `users::dsl::users`, or an alias of one.
fn table(expr: &Expr, place: &Place<'_, '_>) -> Option<String> {
    let Expr::Path(path) = bare(expr) else { return None };
    let mut path = segments(&path.path);
    let uses = &place.scope.index.modules[place.scope.module].uses;
    if let Some(import) = uses.iter().find(|import| Some(&import.name) == path.first()) {
        path = import.path.iter().chain(&path[1..]).cloned().collect();
    }
    if path.last().is_some_and(|last| last == "table") {
        path.pop();
    }
    path.pop()
}

/// What is stored: `(email.eq(mail), name.eq(…))`, a struct, or several of these.
fn columns(value: &Expr, place: &Place<'_, '_>) -> Vec<(String, Option<String>)> {
    match bare(value) {
        Expr::Tuple(items) => items.elems.iter().flat_map(|item| columns(item, place)).collect(),
        Expr::MethodCall(call) if call.method == "eq" => {
            let Expr::Path(column) = bare(&call.receiver) else { return Vec::new() };
            let bound = call.args.first().map(|arg| text(arg, place));
            segments(&column.path).pop().map(|name| (name, bound)).into_iter().collect()
        }
        other => fields(other, place),
    }
}

/// A statement under construction, with the type of the row it yields: a name that collides with no type.
fn statement(row: Ty) -> Ty {
    Ty::Path { path: vec!["diesel statement".into()], args: vec![row] }
}

fn is_statement(ty: &Ty) -> bool {
    matches!(ty, Ty::Path { path, .. } if path.as_slice() == ["diesel statement"])
}

/// Type of `diesel::insert_into(…)`.
pub fn call_type(scope: &Scope<'_>, call: &syn::ExprCall) -> Option<Ty> {
    inserting(scope, call).map(|_| statement(Ty::Unknown))
}

/// Type of a method call on a statement: `returning` names the row, `get_result` yields it.
pub fn method_type(scope: &Scope<'_>, receiver: &Ty, call: &syn::ExprMethodCall) -> Option<Ty> {
    let starts = call.method == "insert_into" && call.args.len() == 1 && *receiver != Ty::Unknown;
    if starts && scope.methods_called(call).is_empty() {
        return Some(statement(Ty::Unknown));
    }
    if !is_statement(receiver) {
        return None;
    }
    let known = receiver.args().first().cloned().unwrap_or(Ty::Unknown);
    let written = call.turbofish.as_ref().and_then(|written| match written.args.first() {
        Some(syn::GenericArgument::Type(ty)) if !matches!(ty, syn::Type::Infer(_)) => {
            Some(scope.resolve(&Ty::from_syn(ty)))
        }
        _ => None,
    });
    let row = written.unwrap_or(known);
    let result = |ok: Ty| Ty::Path { path: vec!["Result".into()], args: vec![ok] };
    let of = |name: &str| Ty::Path { path: vec![name.into()], args: vec![row.clone()] };
    Some(match call.method.to_string().as_str() {
        // `returning(User::as_returning())`
        "returning" => statement(call.args.first().map_or(Ty::Unknown, |columns| row_of(scope, columns))),
        "get_result" | "first" => result(row),
        "get_results" | "load" => result(of("Vec")),
        "execute" => result(Ty::named("usize")),
        _ => receiver.clone(),
    })
}

/// The row of `User::as_returning()`.
fn row_of(scope: &Scope<'_>, columns: &Expr) -> Ty {
    let Expr::Call(call) = columns else { return Ty::Unknown };
    let Expr::Path(func) = &*call.func else { return Ty::Unknown };
    let mut path = segments(&func.path);
    match path.pop().as_deref() {
        Some("as_returning" | "as_select") => scope.resolve(&Ty::Path { path, args: Vec::new() }),
        _ => Ty::Unknown,
    }
}

/// True for the methods of a statement that run it: at once, or as soon as they are awaited.
pub fn runs(scope: &Scope<'_>, call: &syn::ExprMethodCall) -> bool {
    const RUN: [&str; 5] = ["get_result", "get_results", "execute", "load", "first"];
    RUN.iter().any(|name| call.method == name) && is_statement(&scope.infer(&call.receiver))
}

/// The connection a statement is run on.
pub fn run_on<'e>(scope: &Scope<'_>, call: &'e syn::ExprMethodCall) -> Option<&'e Expr> {
    call.args.first().filter(|_| runs(scope, call))
}
