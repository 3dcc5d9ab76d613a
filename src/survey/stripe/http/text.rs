//! Small readings of syntax that addresses and parameters share: the pieces of a format string, names in a pattern,
//! assignments to a name.

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt};

/// A piece of a format string.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// As written, braces unescaped.
    Text(String),
    /// `{}`
    Next,
    /// `{0}`
    Number(usize),
    /// `{name}`
    Name(String),
}

/// The pieces of a format string; what follows a `:` in braces is left out.
pub fn pieces(template: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        if rest[at + 1..].starts_with(brace) {
            text.push_str(brace);
            rest = &rest[at + 2..];
            continue;
        }
        let Some(length) = rest[at..].find('}').filter(|_| brace == "{") else {
            rest = &rest[at + 1..];
            continue;
        };
        if !text.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut text)));
        }
        let name = rest[at + 1..at + length].split(':').next().unwrap_or_default().trim();
        out.push(match (name.is_empty(), name.parse()) {
            (true, _) => Piece::Next,
            (_, Ok(number)) => Piece::Number(number),
            _ => Piece::Name(name.to_string()),
        });
        rest = &rest[at + length + 1..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
    out
}

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
            let is_it =
                |expr: &Expr| matches!(expr, Expr::Path(path) if path.path.is_ident(self.0));
            let changes = match expr {
                Expr::Assign(assign) => is_it(&assign.left),
                Expr::Binary(inner) => {
                    matches!(inner.op, syn::BinOp::AddAssign(_)) && is_it(&inner.left)
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_fall_into_pieces() {
        let text = |text: &str| Piece::Text(text.into());
        assert_eq!(
            pieces("{BASE}/a/{}{1}?{{x}}&{id:?}"),
            [
                Piece::Name("BASE".into()),
                text("/a/"),
                Piece::Next,
                Piece::Number(1),
                text("?{x}&"),
                Piece::Name("id".into())
            ]
        );
        assert_eq!(pieces("plain"), [text("plain")]);
        assert_eq!(pieces("open {"), [text("open ")]);
    }
}
