//! Locals that hold addresses and parameters: where they are declared, and what is done to them afterwards.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Item, Pat, Stmt};

/// Names that a pattern binds.
pub fn names_in(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, ident: &'ast syn::PatIdent) {
            self.0.push(ident.ident.to_string());
            visit::visit_pat_ident(self, ident);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// True if a statement assigns to a name, or gives it away to be changed.
pub fn assigns(stmt: &Stmt, name: &str) -> bool {
    struct Assigns<'n>(&'n str, bool);
    impl<'ast> Visit<'ast> for Assigns<'_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let is_it = |expr: &Expr| matches!(expr, Expr::Path(path) if path.path.is_ident(self.0));
            let changes = match expr {
                Expr::Assign(assign) => is_it(&assign.left),
                Expr::Binary(inner) => matches!(inner.op, syn::BinOp::AddAssign(_)) && is_it(&inner.left),
                Expr::Reference(inner) => inner.mutability.is_some() && is_it(&inner.expr),
                Expr::MethodCall(call) => call.method == "push_str" && is_it(&call.receiver),
                _ => false,
            };
            self.1 |= changes;
            visit::visit_expr(self, expr);
        }
    }
    let mut seen = Assigns(name, false);
    seen.visit_stmt(stmt);
    seen.1
}

/// What a statement does to a local.
pub enum Change<'s> {
    /// Nothing.
    None,
    /// `url.push_str("/customers")`, `url += "/customers"`.
    Append(&'s Expr),
    /// Anything else.
    Other,
}

/// What a statement does to a local of this name.
pub fn change<'s>(stmt: &'s Stmt, name: &str) -> Change<'s> {
    match stmt {
        Stmt::Expr(Expr::MethodCall(call), _) if is_name(&call.receiver, name) => {
            match (call.method == "push_str", call.args.first()) {
                (true, Some(more)) => Change::Append(more),
                _ => Change::None,
            }
        }
        Stmt::Expr(Expr::Binary(inner), _)
            if is_name(&inner.left, name) && matches!(inner.op, syn::BinOp::AddAssign(_)) =>
        {
            Change::Append(&inner.right)
        }
        other if assigns(other, name) => Change::Other,
        _ => Change::None,
    }
}

/// A constant or static inside of a block.
pub fn constant_within<'b>(block: &'b Block, name: &str) -> Option<&'b Expr> {
    block.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Item(Item::Const(item)) if item.ident == name => Some(&*item.expr),
        Stmt::Item(Item::Static(item)) if item.ident == name => Some(&*item.expr),
        _ => None,
    })
}

/// True if a `let` binds a name, in whatever pattern.
pub fn declares(stmt: &Stmt, name: &str) -> bool {
    matches!(stmt, Stmt::Local(local) if binds(&local.pat, name))
}

/// True if a pattern binds a name.
pub fn binds(pat: &Pat, name: &str) -> bool {
    names_in(pat).iter().any(|bound| bound == name)
}

/// True if a pattern is nothing but a name, perhaps with a type.
pub fn names_only(pat: &Pat, name: &str) -> bool {
    match pat {
        Pat::Ident(ident) => ident.ident == name,
        Pat::Type(typed) => names_only(&typed.pat, name),
        _ => false,
    }
}

/// True if an expression is this name.
pub fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}
