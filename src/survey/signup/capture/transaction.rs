//! Transactions: what is written through one has happened when it is committed.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::{names, path_to};
use crate::survey::store::sqlx::is_transaction;
use crate::survey::walk::{Around, Place};
use crate::target::index::{Index, Ty};

/// Name of the transaction that the call in an expression is given, if it is given one.
pub fn used(whole: &Expr, target: &Range<usize>, place: &Place<'_, '_>) -> Option<String> {
    struct Used<'p, 's>(&'p Place<'p, 's>, Option<String>);
    impl<'ast> Visit<'ast> for Used<'_, '_> {
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            let Some(name) = path.path.get_ident().map(ToString::to_string) else { return };
            let scope = self.0.scope;
            if scope.type_of(&name).is_some_and(|ty| may_be_undone(scope.index, &name, ty)) {
                self.1.get_or_insert(name);
            }
        }
    }
    let mut used = Used(place, None);
    // Only the part that holds the target: another arm's transaction is another matter.
    match path_to(whole, target, place.parsed).into_iter().rev().find(|expr| matches!(expr, Expr::Await(_))) {
        Some(awaited) => used.visit_expr(awaited),
        None => used.visit_expr(whole),
    }
    used.1
}

/// True if what is written through a value may yet be undone: a transaction, something that holds one, something of a
/// type that can't be read off with the name of one.
fn may_be_undone(index: &Index, name: &str, ty: &Ty) -> bool {
    const NAMES: [&str; 6] = ["tx", "txn", "trx", "transaction", "db_tx", "dbtx"];
    let holds = || {
        index.type_of(ty).is_some_and(|owner| {
            owner.fields.iter().any(|field| is_transaction(&index.resolve_ty(owner.module, &field.ty)))
        })
    };
    is_transaction(ty) || (*ty == Ty::Unknown && NAMES.contains(&name)) || holds()
}

/// The call that commits a transaction in a statement.
pub fn commit_of<'s>(stmt: &'s Stmt, transaction: &str) -> Option<&'s syn::ExprMethodCall> {
    struct Commit<'t, 's>(&'t str, Option<&'s syn::ExprMethodCall>);
    impl<'s> Visit<'s> for Commit<'_, 's> {
        fn visit_expr_method_call(&mut self, call: &'s syn::ExprMethodCall) {
            if call.method == "commit" && names(&call.receiver).as_deref() == Some(self.0) {
                self.1 = Some(call);
            }
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut commit = Commit(transaction, None);
    commit.visit_stmt(stmt);
    commit.1
}

/// True if something is committed or rolled back in the function after a byte.
pub fn is_decided_after(end: usize, place: &Place<'_, '_>) -> bool {
    struct Decides<'p, 's>(&'p Place<'p, 's>, usize, bool);
    impl<'ast> Visit<'ast> for Decides<'_, '_> {
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let decides = call.method == "commit" || call.method == "rollback";
            self.2 |= decides && call.args.is_empty() && self.0.parsed.range(&call.method).start >= self.1;
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut decides = Decides(place, end, false);
    if let Some(Around::Block(block, _)) = place.around.first() {
        decides.visit_block(block);
    }
    decides.2
}
