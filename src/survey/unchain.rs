//! Chains of method calls, as routers and applications are built.

use syn::{Expr, ExprMethodCall};

/// Calls of a chain from the first to the last, and what they are called on.
pub fn unchain(outermost: &ExprMethodCall) -> (Vec<&ExprMethodCall>, &Expr) {
    let mut calls = vec![outermost];
    let mut root = &*outermost.receiver;
    while let Expr::MethodCall(inner) = root {
        calls.push(inner);
        root = &inner.receiver;
    }
    calls.reverse();
    (calls, root)
}
