//! Whether a function that returns success has surely made the call in it: then its callers can rely on that.
//!
//! `Ok(create(…).await?)` has. Near misses: find-or-create, an early `return Ok(known)`, a failure that is swallowed.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::commit::fails_early;
use super::outcome::{Standing, is_error, passes_errors_on, standing, standing_of_local};
use super::{contains, looked_at_later, transaction};
use crate::survey::walk::{Around, Place};

/// True if the function around a call returns success only if the call was made and succeeded.
pub fn is_certain(target: &Range<usize>, place: &Place<'_, '_>) -> bool {
    let [Around::Block(block, number)] = place.around else {
        return false;
    };
    if place.in_macro || block.stmts[..=*number].iter().any(returns_success) {
        return false;
    }
    let stmt = &block.stmts[*number];
    let whole = match stmt {
        Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
        Stmt::Expr(expr, _) => Some(expr),
        _ => None,
    };
    let Some(whole) = whole else { return false };
    if let Some(name) = transaction::used(whole, target, place)
        && !is_parameter(&name, place)
    {
        return super::after(target.clone(), place).is_ok();
    }
    match (stmt, standing(whole, target, place)) {
        (Stmt::Expr(Expr::If(inner), _), _) => fails_early(inner, target, place),
        (Stmt::Expr(Expr::Match(inner), None), _) if contains(&place.parsed.range(&inner.expr), target) => {
            standing(&inner.expr, target, place) == Standing::Pending && passes_errors_on(inner)
        }
        (_, Standing::Settled { .. }) | (Stmt::Expr(_, None), Standing::Pending) => true,
        (Stmt::Expr(Expr::Return(given), _), _) => given.expr.as_ref().is_some_and(|given| {
            matches!(standing(given, target, place), Standing::Settled { .. } | Standing::Pending)
        }),
        (Stmt::Local(local), Standing::Pending) => {
            local.init.as_ref().is_some_and(|init| init.diverge.is_some())
                || looked_at_later(local, block, *number, declared(local, place), place)
                    .is_ok_and(|anchor| matches!(anchor.kind, super::AnchorKind::After(_)))
                || is_passed_on(local, block, *number, place)
        }
        _ => false,
    }
}

/// `let made = insert(…).await?;` and, at the end, `made.ok_or(Error::Taken)` or the like: the outcome becomes the
/// function's own, and nothing in between leaves with another.
fn is_passed_on(local: &syn::Local, block: &Block, number: usize, place: &Place<'_, '_>) -> bool {
    let (Pat::Ident(name), Some((Stmt::Expr(end, None), between))) =
        (super::unwrap_type(&local.pat), block.stmts[number + 1..].split_last())
    else {
        return false;
    };
    let name_again = |stmt: &Stmt| matches!(stmt, Stmt::Local(local) if binds(&local.pat, &name.ident));
    if name.mutability.is_some() || between.iter().any(|stmt| returns_success(stmt) || name_again(stmt)) {
        return false;
    }
    let scope = declared(local, place);
    let place = Place { scope: &scope, ..*place };
    let name = name.ident.to_string();
    let is_told = |expr: &Expr| standing_of_local(expr, &name, &place);
    match end {
        Expr::Match(inner) => is_told(&inner.expr) == Standing::Pending && passes_errors_on(inner),
        _ => matches!(is_told(end), Standing::Pending | Standing::Settled { .. }),
    }
}

/// True if a pattern gives something this name.
fn binds(pat: &Pat, name: &syn::Ident) -> bool {
    struct Binds<'n>(&'n syn::Ident, bool);
    impl<'ast> Visit<'ast> for Binds<'_> {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.1 |= pat.ident == *self.0;
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut binds = Binds(name, false);
    binds.visit_pat(pat);
    binds.1
}

fn declared<'a>(local: &syn::Local, place: &Place<'_, 'a>) -> super::Scope<'a> {
    let mut scope = place.scope.clone();
    scope.declare_let(local);
    scope
}

fn is_parameter(name: &str, place: &Place<'_, '_>) -> bool {
    let function = &place.scope.index.functions[place.function];
    name == "self"
        || function
            .params
            .iter()
            .any(|param| param.pattern.split([' ', '(', ')', ',']).any(|word| word == name))
}

/// True if a statement may leave the function with something that is no error.
fn returns_success(stmt: &Stmt) -> bool {
    struct Returns(bool);
    impl<'ast> Visit<'ast> for Returns {
        fn visit_expr_return(&mut self, found: &'ast syn::ExprReturn) {
            // The last statement's own `return` is looked at by itself.
            self.0 |= !found.expr.as_deref().is_some_and(is_error);
            visit::visit_expr_return(self, found);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    if let Stmt::Expr(Expr::Return(_), _) = stmt {
        return false;
    }
    let mut returns = Returns(false);
    returns.visit_stmt(stmt);
    returns.0
}
