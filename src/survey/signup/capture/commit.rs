//! The place after a transaction's commit, for what was written through it.

use std::ops::Range;

use syn::{Block, Expr, Stmt};

use super::outcome::{Outcome, Standing, UNSEEN, is_pending, outcome, standing};
use super::{Anchor, Local, Place, after_statement, block_diverges, has_outcome, moved_before, transaction};

pub(super) fn uncommitted(transaction: &str) -> String {
    format!("it happens in the transaction `{transaction}`, which is not committed in the same block")
}

/// What was written through a transaction has happened when that is committed.
pub(super) fn after_commit(
    transaction: &str,
    target: &Range<usize>,
    block: &Block,
    number: usize,
    place: &Place<'_, '_>,
) -> Result<Anchor, String> {
    let mut scope = place.scope.clone();
    let before = scope.locals();
    let direct = match &block.stmts[number] {
        Stmt::Local(local) => {
            let init = local.init.as_ref().ok_or(UNSEEN)?;
            scope.declare_let(local);
            match standing(&init.expr, target, place) {
                Standing::Settled { direct } => direct,
                Standing::Pending if init.diverge.is_some() && has_outcome(&local.pat) => true,
                Standing::Pending => return Err(UNSEEN.into()),
                Standing::Lost(reason) => return Err(reason.into()),
            }
        }
        Stmt::Expr(Expr::If(inner), _) if fails_early(inner, target, place) => true,
        Stmt::Expr(expr, Some(_)) if matches!(standing(expr, target, place), Standing::Settled { .. }) => {
            true
        }
        Stmt::Expr(_, None) => return Err(uncommitted(transaction)),
        _ => return Err(UNSEEN.into()),
    };
    let fresh: Vec<Local> = scope.locals().into_iter().filter(|local| !before.contains(local)).collect();
    for (later, stmt) in block.stmts.iter().enumerate().skip(number + 1) {
        if let Some(commit) = transaction::commit_of(stmt, transaction) {
            let commit = place.parsed.range(commit);
            let settled = match stmt {
                Stmt::Local(local) => local.init.as_ref().is_some_and(|init| {
                    matches!(standing(&init.expr, &commit, place), Standing::Settled { .. })
                }),
                Stmt::Expr(Expr::If(inner), _) => fails_early(inner, &commit, place),
                Stmt::Expr(expr, Some(_)) => {
                    matches!(standing(expr, &commit, place), Standing::Settled { .. })
                }
                _ => false,
            };
            if !settled {
                return Err(format!("whether the transaction `{transaction}` was committed is not clear"));
            }
            let mut anchor = after_statement(block, later, &scope, &before, direct, place);
            let start = place.parsed.range(&block.stmts[number]).start;
            anchor.moved = moved_before(start, anchor.at.bytes[1], &fresh, place);
            anchor.fresh = fresh.into_iter().filter(|local| anchor.locals.contains(local)).collect();
            return Ok(anchor);
        }
        if let Stmt::Local(local) = stmt {
            scope.declare_let(local);
        }
    }
    Err(uncommitted(transaction))
}

/// `if let Err(error) = … { return … }`.
pub(super) fn fails_early(inner: &syn::ExprIf, target: &Range<usize>, place: &Place<'_, '_>) -> bool {
    let Expr::Let(condition) = &*inner.cond else {
        return false;
    };
    matches!(outcome(&condition.pat), Some(Outcome::Failure))
        && block_diverges(&inner.then_branch)
        && inner.else_branch.is_none()
        && is_pending(&condition.expr, target, place)
}
