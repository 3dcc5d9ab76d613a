//! Creations that are written in Rust instead of SQL: with diesel, SeaORM, SurrealDB's and MongoDB's builders.
//!
//! Each yields what an `INSERT` would: the table, the columns with what is bound to them, what comes back. Near misses:
//! a map's `insert(key)`, a collection of something else, an update.

pub mod diesel;
pub mod mongo;
pub mod sea_orm;
pub mod surreal;

use std::ops::Range;

use syn::Expr;

use super::sql::{Insert, Through};
use crate::survey::signup::capture::path_to;
use crate::survey::walk::{Around, Place};
use crate::target::index::{Index, ModuleId, segments};

/// A creation, and what is bound to its parameters as text.
#[derive(Debug, Clone)]
pub struct Made {
    /// What is created.
    pub insert: Insert,
    /// Expression bound to each parameter.
    pub bound: Vec<String>,
}

/// The creation that an expression is, if it is one.
pub fn read(expr: &Expr, place: &Place<'_, '_>) -> Option<Made> {
    match expr {
        Expr::Call(call) => diesel::of_call(call, place).or_else(|| sea_orm::of_call(call, place)),
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "insert_into" => diesel::of_method(call, place),
            "insert" | "save" => sea_orm::of_method(call, place).or_else(|| surreal::of_method(call, place)),
            "create" | "upsert" | "signup" => surreal::of_method(call, place),
            "insert_one" | "update_one" | "replace_one" | "find_one_and_update" | "find_one_and_replace" => {
                mongo::of_method(call, place)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The expression of the statement, or the arm, around a place.
pub fn whole<'w>(place: &Place<'w, '_>) -> Option<&'w Expr> {
    match place.around.last()? {
        Around::Block(block, number) => match &block.stmts[*number] {
            syn::Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
            syn::Stmt::Expr(expr, _) => Some(expr),
            _ => None,
        },
        Around::Arm(arm) => Some(&arm.body),
        Around::Deferred | Around::Blocking => None,
    }
}

/// The calls of methods that follow on an expression, innermost first: `.values(…)`, `.get_result(…)`.
fn links<'w>(range: &Range<usize>, place: &Place<'w, '_>) -> Vec<&'w syn::ExprMethodCall> {
    let Some(whole) = whole(place) else { return Vec::new() };
    let mut found = Vec::new();
    let mut inner: Option<&Expr> = None;
    for outer in path_to(whole, range, place.parsed).into_iter().rev() {
        match (inner, outer) {
            (Some(inner), Expr::MethodCall(call)) if std::ptr::eq(&*call.receiver, inner) => found.push(call),
            (None, _) | (_, Expr::Await(_) | Expr::Try(_) | Expr::Paren(_)) => {}
            _ => break,
        }
        inner = Some(outer);
    }
    found
}

/// What a `let` before the place gave a name.
fn initialiser<'w>(name: &str, place: &Place<'w, '_>) -> Option<&'w Expr> {
    place.around.iter().rev().find_map(|around| {
        let Around::Block(block, number) = around else { return None };
        block.stmts[..*number].iter().rev().find_map(|stmt| {
            let syn::Stmt::Local(local) = stmt else { return None };
            let pat = match &local.pat {
                syn::Pat::Type(typed) => &*typed.pat,
                pat => pat,
            };
            let syn::Pat::Ident(ident) = pat else { return None };
            let init = local.init.as_ref().filter(|init| ident.ident == name && init.diverge.is_none())?;
            Some(&*init.expr)
        })
    })
}

/// An expression without references and parentheses around it.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Reference(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        other => other,
    }
}

fn text(expr: &Expr, place: &Place<'_, '_>) -> String {
    place.text.text[place.parsed.range(expr)].to_string()
}

/// The text of a string literal, or of a constant.
fn string(expr: &Expr, place: &Place<'_, '_>) -> Option<String> {
    match bare(expr) {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        Expr::Path(path) => {
            let index = place.scope.index;
            let canonical = index.resolve(place.scope.module, &segments(&path.path))?;
            index.constants.get(&canonical).map(|constant| constant.text.clone())
        }
        _ => None,
    }
}

/// Fields of a value that is stored, with the expression each gets where it can be read off: of a struct's literal, or
/// of a struct's type.
fn fields(value: &Expr, place: &Place<'_, '_>) -> Vec<(String, Option<String>)> {
    let value = bare(value);
    if let Expr::Struct(literal) = value {
        return literal
            .fields
            .iter()
            .filter_map(|field| match &field.member {
                syn::Member::Named(name) => Some((name.to_string(), Some(text(&field.expr, place)))),
                syn::Member::Unnamed(_) => None,
            })
            .collect();
    }
    let index = place.scope.index;
    let ty = place.scope.infer(value);
    let Some(owner) = index.type_of(&ty) else { return Vec::new() };
    let name = match value {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    let bound = |field: &str| name.as_ref().map(|name| format!("{name}.{field}"));
    owner.fields.iter().map(|field| (field.name.clone(), bound(&field.name))).collect()
}

/// A creation of these columns.
fn made(through: Through, table: String, columns: Vec<(String, Option<String>)>) -> Made {
    let (columns, bound): (Vec<String>, Vec<Option<String>>) = columns.into_iter().unzip();
    let parameters = bound.iter().enumerate().map(|(i, bound)| bound.as_ref().map(|_| i)).collect();
    Made {
        insert: Insert {
            through,
            table: table.to_ascii_lowercase(),
            columns: columns.into_iter().map(|column| column.to_ascii_lowercase()).collect(),
            parameters,
            returning: Vec::new(),
            upsert: false,
            may_do_nothing: false,
            known_id: false,
            converts: false,
        },
        bound: bound.into_iter().map(Option::unwrap_or_default).collect(),
    }
}

/// Follows imports of a name that a macro makes, and that is no item for the index therefore: the module in which it
/// stands, and its path from there. `Users` of `pub use super::users::Entity as Users` is `Entity` in `users`.
fn made_by_macro(index: &Index, module: ModuleId, path: &[String]) -> Option<(ModuleId, Vec<String>)> {
    const LONGEST_CHAIN: usize = 8;
    let (mut module, mut path) = (module, path.to_vec());
    for _ in 0..LONGEST_CHAIN {
        let first = path.first()?;
        let import = index.modules[module].uses.iter().find(|import| import.name == *first);
        let named = import.is_some();
        if let Some(import) = import {
            path = import.path.iter().chain(&path[1..]).cloned().collect();
        }
        let holder = (1..path.len()).rev().find_map(|end| {
            let found = index.module(&index.resolve(module, &path[..end])?)?;
            Some((found, path[end..].to_vec()))
        });
        let Some((found, rest)) = holder else {
            return (path.len() == 1 && !named).then_some((module, path));
        };
        let goes_on = index.modules[found].uses.iter().any(|import| Some(&import.name) == rest.first());
        (module, path) = (found, rest);
        if !goes_on {
            return Some((module, path));
        }
    }
    None
}
