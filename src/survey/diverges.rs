//! Expressions that never yield a value.

use syn::Expr;

/// True if an expression never yields a value: `return`, `break`, `continue`, `panic!` and blocks that end in one.
pub fn diverges(expr: &Expr) -> bool {
    const MACROS: [&str; 5] = ["panic", "unreachable", "todo", "unimplemented", "bail"];
    let is_exit = |mac: &syn::Macro| {
        mac.path.segments.last().is_some_and(|segment| MACROS.iter().any(|name| segment.ident == name))
    };
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(inner) => is_exit(&inner.mac),
        Expr::Block(inner) => block_diverges(&inner.block),
        Expr::If(inner) => {
            let other = inner.else_branch.as_ref().is_some_and(|(_, other)| diverges(other));
            block_diverges(&inner.then_branch) && other
        }
        Expr::Match(inner) => !inner.arms.is_empty() && inner.arms.iter().all(|arm| diverges(&arm.body)),
        _ => false,
    }
}

/// True if a block never reaches its end.
pub fn block_diverges(block: &syn::Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        syn::Stmt::Expr(expr, _) => diverges(expr),
        syn::Stmt::Macro(mac) => {
            diverges(&Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.mac.clone() }))
        }
        _ => false,
    })
}
