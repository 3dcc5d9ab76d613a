//! The places after wanted calls and creations, and what is bound to the parameters of a creation.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::Expr;

use crate::survey::signup::capture::{self, Anchor};
use crate::survey::signup::variant::{self, Arm, Variant};
use crate::survey::store::backend::writes_at_once;
use crate::survey::store::creation::{self, diesel, whole};
use crate::survey::store::sqlx::is_transaction;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::FunctionId;

/// What to look for in a function's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A call of this function.
    Call(FunctionId),
    /// The string literal at these bytes, or the call that stands for one.
    Creation(Range<usize>),
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
    /// Arms of every `match` on a parameter, outer ones first.
    pub arms: Vec<Arm>,
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
    /// The arm it stands in, of a `match` on a parameter.
    pub arm: Option<Arm>,
    /// Of a call, the variant that each argument is.
    pub handed: Vec<Option<Variant>>,
}

impl Recogniser for Captures<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Some(wanted) = self.wanted.get(&place.function) else {
            return;
        };
        let index = place.scope.index;
        if let Expr::Match(found) = expr {
            self.arms.extend(variant::arms(found, place));
        }
        for wish in wanted {
            let mut handed = Vec::new();
            let (range, bound) = match (wish, expr) {
                (Wanted::Call(id), Expr::Call(call)) => {
                    let Expr::Path(func) = &*call.func else {
                        continue;
                    };
                    let called = place.scope.functions_called(&crate::target::index::segments(&func.path));
                    if !called.iter().any(|&called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    handed = variant::handed(call.args.iter(), place);
                    (place.parsed.range(call), Vec::new())
                }
                (Wanted::Call(id), Expr::MethodCall(call)) => {
                    let called = place.scope.methods_called(call);
                    if !called.into_iter().any(|called| index.with_implementations(called).contains(id)) {
                        continue;
                    }
                    handed = variant::handed(call.args.iter(), place);
                    (place.parsed.range(call), Vec::new())
                }
                (Wanted::Creation(literal), Expr::Lit(found)) if place.parsed.range(found) == *literal => {
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
                (Wanted::Creation(literal), Expr::Path(path))
                    if self.named.as_ref().is_some_and(|(name, start)| {
                        *start == literal.start && path.path.is_ident(name.as_str())
                    }) =>
                {
                    let range = place.parsed.range(path);
                    (range.clone(), bound_after(&range, place))
                }
                // `diesel::insert_into(users::table)` and its kin.
                (Wanted::Creation(call), Expr::Call(_) | Expr::MethodCall(_))
                    if place.parsed.range(expr) == *call =>
                {
                    let Some(made) = creation::read(expr, place) else { continue };
                    (call.clone(), made.bound)
                }
                // `query_as!(User, "INSERT …", email)`: the macro is the query.
                (Wanted::Creation(literal), Expr::Macro(found)) if is_query_of(found, literal, place) => {
                    self.in_query_macro = Some(literal.start);
                    (place.parsed.range(found), arguments_after(found, literal, place))
                }
                _ => continue,
            };
            let anchor = match wish {
                Wanted::Creation(_) => {
                    on_pool(&range, place).and_then(|()| capture::after(range.clone(), place))
                }
                Wanted::Call(_) => capture::after(range.clone(), place),
            };
            let holds = |arm: &&Arm| {
                arm.function == place.function && arm.body.start <= range.start && range.end <= arm.body.end
            };
            let arm = self.arms.iter().rfind(holds).cloned();
            self.found.push(Capture {
                arm,
                handed,
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
    const RUNS: [&str; 11] = [
        "execute",
        "execute_many",
        "fetch",
        "fetch_all",
        "fetch_one",
        "fetch_optional",
        "exec",
        "exec_with_returning",
        "insert",
        "save",
        "insert_one",
    ];
    /// Those of `tokio-postgres` and `rusqlite`, which are given the text.
    const TAKES_TEXT: [&str; 7] =
        ["execute", "query", "query_one", "query_opt", "query_row", "query_typed", "create"];
    let run = whole(place)
        .into_iter()
        .flat_map(|whole| capture::path_to(whole, query, place.parsed))
        .filter_map(|expr| {
            let Expr::MethodCall(call) = expr else { return None };
            let is = |names: &[&str]| names.iter().any(|name| call.method == name);
            let first = call.args.first();
            let given = first.is_some_and(|first| place.parsed.range(first) == *query);
            let own = place.parsed.range(call) == *query;
            diesel::run_on(place.scope, call).or(match () {
                () if given && is(&TAKES_TEXT) || own && is(&["create", "upsert", "signup"]) => {
                    Some(&*call.receiver)
                }
                () if own && is(&["insert_one", "update_one", "replace_one"]) => Some(&*call.receiver),
                () if is(&RUNS) => first,
                () => None,
            })
        })
        .next_back();
    let run = run.ok_or("it is not run where it is written")?;
    let ty = place.scope.infer(run);
    let known = writes_at_once(&ty) || is_transaction(&ty);
    if known { Ok(()) } else { Err("what its SQL is run on may be a transaction".into()) }
}

/// Arguments of the `.bind(…)`s that follow a query's text.
fn bound_after(literal: &Range<usize>, place: &Place<'_, '_>) -> Vec<String> {
    let Some(whole) = whole(place) else {
        return Vec::new();
    };
    let path = capture::path_to(whole, literal, place.parsed);
    let text_of = |arg: &Expr| place.text.text[place.parsed.range(arg)].to_string();
    // `client.query_one("INSERT …", &[&id, &email])`, `conn.execute("INSERT …", params![id, email])`.
    if let [.., Expr::MethodCall(call), _] = path.as_slice()
        && call.args.first().is_some_and(|first| place.parsed.range(first) == *literal)
    {
        return call.args.iter().nth(1).map(|given| listed(given, &text_of)).unwrap_or_default();
    }
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

/// The parts of `&[&id, &email]`, `(id, email)` or `params![id, email]`.
fn listed(given: &Expr, text_of: &dyn Fn(&Expr) -> String) -> Vec<String> {
    match given {
        Expr::Reference(inner) => listed(&inner.expr, text_of),
        Expr::Array(items) => items.elems.iter().map(text_of).collect(),
        Expr::Tuple(items) => items.elems.iter().map(text_of).collect(),
        Expr::Macro(found) => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            found.mac.parse_body_with(parser).unwrap_or_default().iter().map(text_of).collect()
        }
        _ => Vec::new(),
    }
}
