//! Whether code makes a certain call on every path through it.

use syn::{Block, Expr, ExprMethodCall, Stmt};

/// A call to look for.
pub struct Always {
    /// True for the call.
    pub is_it: fn(&ExprMethodCall) -> bool,
    /// Whether a call within `async { … }` counts.
    pub in_futures: bool,
}

impl Always {
    /// True if a block makes the call whatever happens, as long as nothing ends it before.
    pub fn in_block(&self, block: &Block) -> bool {
        block.stmts.iter().any(|stmt| match stmt {
            Stmt::Local(local) => local.init.as_ref().is_some_and(|init| self.in_expr(&init.expr)),
            Stmt::Expr(expr, _) => self.in_expr(expr),
            Stmt::Macro(_) | Stmt::Item(_) => false,
        })
    }

    /// True if evaluating an expression makes the call, on every path.
    pub fn in_expr(&self, expr: &Expr) -> bool {
        let within = |expr: &Expr| self.in_expr(expr);
        match expr {
            Expr::Async(inner) => self.in_futures && self.in_block(&inner.block),
            Expr::Block(inner) => self.in_block(&inner.block),
            Expr::If(inner) => {
                within(&inner.cond)
                    || self.in_block(&inner.then_branch)
                        && inner.else_branch.as_ref().is_some_and(|(_, other)| within(other))
            }
            Expr::Match(inner) => {
                within(&inner.expr)
                    || !inner.arms.is_empty() && inner.arms.iter().all(|arm| within(&arm.body))
            }
            Expr::Await(inner) => within(&inner.base),
            Expr::Try(inner) => within(&inner.expr),
            Expr::Paren(inner) => within(&inner.expr),
            Expr::Group(inner) => within(&inner.expr),
            Expr::Reference(inner) => within(&inner.expr),
            Expr::Let(inner) => within(&inner.expr),
            Expr::Tuple(inner) => inner.elems.iter().any(within),
            Expr::Assign(inner) => within(&inner.right),
            Expr::Return(inner) => inner.expr.as_deref().is_some_and(within),
            Expr::Call(inner) => inner.args.iter().any(within),
            Expr::MethodCall(inner) => {
                (self.is_it)(inner) || within(&inner.receiver) || inner.args.iter().any(within)
            }
            _ => false,
        }
    }
}
