//! Single pairs of key and value, and what is added to a container of them: `form.push(("email", mail))`.

use syn::visit::{self, Visit};
use syn::{Expr, Lit, Stmt};

use super::json::keys_of;
use super::locals::is_name;
use super::pairs::{Container, Pairs};
use crate::survey::stripe::metadata::statement_calls_cello;

/// `email={}&metadata[user]={id}`
pub fn of_text(text: &str) -> Pairs {
    let mut found = Pairs::new(Container::Text);
    for part in text.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, value)) => {
                let key = key.replace("%5B", "[").replace("%5D", "]");
                found.keys.push((key, (!value.contains('{')).then(|| value.to_string())));
            }
            None => found.open = true,
        }
    }
    found
}

/// `("key", value)`, also where the key is made: `(leak(format!("metadata[{key}]")), value)`.
pub fn pair(item: &Expr) -> Option<(String, Option<String>)> {
    match item {
        Expr::Tuple(tuple) => {
            let key = any_string(tuple.elems.first()?)?;
            Some((key, tuple.elems.get(1).and_then(first_string)))
        }
        Expr::Reference(inner) => pair(&inner.expr),
        Expr::Paren(inner) => pair(&inner.expr),
        _ => None,
    }
}

/// A literal's string.
pub fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The string an expression is: `"a"`, `"a".to_string()`, `Some("a".into())`, `String::from("a")`.
pub fn first_string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::MethodCall(call) if call.args.is_empty() => first_string(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => first_string(call.args.first()?),
        Expr::Reference(inner) => first_string(&inner.expr),
        other => string(other),
    }
}

/// The first string in an expression, at any depth, macros included.
pub fn any_string(expr: &Expr) -> Option<String> {
    struct First(Option<String>);
    impl<'ast> Visit<'ast> for First {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.0.get_or_insert_with(|| text.value());
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            if let Some(text) = crate::survey::literals::strings(mac.tokens.clone()).first() {
                self.0.get_or_insert_with(|| text.value());
            }
        }
    }
    let mut first = First(None);
    first.visit_expr(expr);
    first.0
}

/// What is added to a local container.
pub struct Changes<'n> {
    /// Its name.
    pub name: &'n str,
    /// Locals that hold what Cello's module gave.
    pub cello: Vec<String>,
    /// What is added.
    pub found: Pairs,
}

impl Changes<'_> {
    /// Reads one statement.
    pub fn statement(&mut self, stmt: &Stmt) {
        let before = (self.found.keys.len(), std::mem::take(&mut self.found.open));
        self.visit_stmt(stmt);
        if self.found.keys.len() > before.0 || self.found.open {
            self.found.cello |= statement_calls_cello(stmt, &self.cello);
        }
        self.found.open |= before.1;
    }
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if is_name(&call.receiver, self.name) {
            let args: Vec<&Expr> = call.args.iter().collect();
            match (call.method.to_string().as_str(), args.as_slice()) {
                ("push", [item]) => match pair(item) {
                    Some(pair) => self.found.keys.push(pair),
                    None => self.found.open = true,
                },
                ("insert" | "append_pair", [key, value]) => match any_string(key) {
                    Some(key) => self.found.keys.push((key, first_string(value))),
                    None => self.found.open = true,
                },
                ("extend" | "extend_from_slice" | "append" | "push_str", _) => {
                    let mut tuples = Tuples(Vec::new());
                    args.iter().for_each(|arg| tuples.visit_expr(arg));
                    self.found.open |= tuples.0.is_empty();
                    self.found.keys.extend(tuples.0);
                }
                _ => {}
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        // `body["metadata"]["user"] = …`, `params.email = …`
        let mut keys = Vec::new();
        let mut base = &*assign.left;
        loop {
            match base {
                Expr::Index(inner) => {
                    keys.extend(string(&inner.index));
                    base = &inner.expr;
                }
                Expr::Field(inner) => base = &inner.base,
                _ => break,
            }
        }
        let indexed = matches!(&*assign.left, Expr::Index(_));
        // A key that is known at run time alone.
        self.found.open |= indexed && keys.is_empty() && is_name(base, self.name);
        if is_name(base, self.name) && !keys.is_empty() {
            keys.reverse();
            let (first, rest) = (keys[0].clone(), &keys[1..]);
            let key = rest.iter().fold(first, |path, key| format!("{path}[{key}]"));
            match &*assign.right {
                Expr::Macro(inner) if inner.mac.path.is_ident("json") => {
                    let nested = keys_of(inner.mac.tokens.clone());
                    if nested.is_empty() {
                        self.found.keys.push((key.clone(), None));
                    }
                    self.found
                        .keys
                        .extend(nested.into_iter().map(|(inner, value)| (format!("{key}[{inner}]"), value)));
                }
                other => self.found.keys.push((key, first_string(other))),
            }
        }
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
        self.found.open |= reference.mutability.is_some() && is_name(&reference.expr, self.name);
        visit::visit_expr_reference(self, reference);
    }
}

/// Pairs in an expression, at any depth.
struct Tuples(Vec<(String, Option<String>)>);

impl<'ast> Visit<'ast> for Tuples {
    fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
        self.0.extend(pair(&Expr::Tuple(tuple.clone())));
    }
}
