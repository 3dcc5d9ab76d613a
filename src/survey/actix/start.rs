//! What a chain starts with, and where its value goes.
//!
//! `web::scope("/x")`, `App::new()`, a function that returns a `Scope`. Near misses: `oauth2::Scope::new(..)`, another
//! library's `App::new()`.

use std::ops::Range;

use syn::{Expr, Stmt};

use crate::survey::actix::names::{canonical, is_actix};
use crate::survey::constant_text::constant_text;
use crate::survey::walk::{Around, Place};
use crate::target::index::{FunctionId, segments};

/// What a chain starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// `App::new()`.
    App,
    /// `web::scope("/x")`; `None` for a path that isn't written there.
    Scope(Option<String>),
    /// `web::resource("/x")`.
    Resource(Option<String>),
    /// A `&mut ServiceConfig`.
    Config,
    /// A function that returns one of these.
    Function(FunctionId),
    /// A local.
    Local(String),
}

/// True for calls that may start a chain by themselves: cheap, before anything is resolved.
pub fn may_start(call: &syn::ExprCall) -> bool {
    let Expr::Path(func) = &*call.func else {
        return false;
    };
    let last = func.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    ["scope", "resource"].contains(&last.as_str()) || last == "new" && call.args.len() < 2
}

/// What a call starts, if it starts a chain.
pub fn constructed(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<Start> {
    let Expr::Path(func) = &*call.func else {
        return None;
    };
    let path = segments(&func.path);
    let literal = || call.args.first().and_then(|arg| constant_text(arg, place));
    if let Some(canonical) = canonical(place.scope, &path) {
        let mut ends = canonical.rsplit("::");
        let (last, owner) = (ends.next().unwrap_or_default(), ends.next().unwrap_or_default());
        return match (owner, last) {
            ("App", "new") => Some(Start::App),
            (_, "scope") | ("Scope", "new") => Some(Start::Scope(literal())),
            (_, "resource") | ("Resource", "new") => Some(Start::Resource(literal())),
            _ => None,
        };
    }
    let id = *place.scope.functions_called(&path).first()?;
    let returns = place.scope.returned_by(id);
    let puts_together = ["Scope", "App", "Resource", "HttpServiceFactory"];
    puts_together.iter().any(|name| is_actix(&returns, name)).then_some(Start::Function(id))
}

/// Whether a chain is bound to a name, or returned by its function.
pub fn role(range: &Range<usize>, place: &Place<'_, '_>) -> (Option<String>, bool) {
    let Some(Around::Block(block, number)) = place.around.last() else {
        return (None, false);
    };
    let is_it = |expr: &Expr| place.parsed.range(expr) == *range;
    match &block.stmts[*number] {
        Stmt::Local(local) => {
            let pat = match &local.pat {
                syn::Pat::Type(typed) => &typed.pat,
                other => other,
            };
            match pat {
                syn::Pat::Ident(ident) if local.init.as_ref().is_some_and(|init| is_it(&init.expr)) => {
                    (Some(ident.ident.to_string()), false)
                }
                _ => (None, false),
            }
        }
        Stmt::Expr(Expr::Assign(assign), _) if is_it(&assign.right) => match &*assign.left {
            Expr::Path(path) => (path.path.get_ident().map(ToString::to_string), false),
            _ => (None, false),
        },
        Stmt::Expr(Expr::Return(inner), _) => (None, inner.expr.as_deref().is_some_and(is_it)),
        Stmt::Expr(tail, None) => {
            let deferred = place.around.iter().any(Around::is_deferred);
            (None, !deferred && is_it(tail))
        }
        _ => (None, false),
    }
}
