//! Metadata in the parameters of an async-stripe call: what it is made of, and whether it can be extended.

use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::survey::stripe::form::LiteralMetadata;
use crate::survey::stripe::site::statement_around;
use crate::survey::walk::{Around, Place};

/// `Some(EXPR)`; `bound`: it stands in a `let` before the statement with the call.
pub fn some_metadata(expr: &Expr, bound: bool, place: &Place<'_, '_>) -> LiteralMetadata {
    let Expr::Call(call) = expr else {
        return LiteralMetadata::Other;
    };
    let is_some = matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"));
    let (Some(inner), true) = (call.args.first(), is_some && call.args.len() == 1) else {
        return LiteralMetadata::Other;
    };
    // Its type would no longer be known if more calls followed.
    let open = match inner {
        Expr::MethodCall(last) => {
            ["into", "default", "unwrap_or_default"].iter().any(|name| last.method == name)
        }
        Expr::Call(inner) => match &*inner.func {
            Expr::Path(path) => path.path.segments.first().is_some_and(|first| first.ident == "Default"),
            _ => false,
        },
        _ => false,
    };
    if open && !place.text.text[place.parsed.range(inner)].contains("cello") {
        return LiteralMetadata::Other;
    }
    let whole = place.parsed.range(call);
    let text = &place.text.text[whole.clone()];
    let collect = match inner {
        Expr::MethodCall(last) if last.method == "collect" => {
            Some(place.parsed.bytes(last.dot_token.span()).start)
        }
        _ => None,
    };
    let local = match inner {
        Expr::Path(path) if !bound => path.path.get_ident().map(ToString::to_string).and_then(|name| {
            let mutable = place.scope.locals().iter().any(|local| local.name == name && local.mutable);
            let statement = statement_around(place)?;
            mutable.then_some((name, statement.start))
        }),
        _ => None,
    };
    let mut keys = string_keys(inner);
    let mut cello = text.contains("cello");
    if let Expr::Path(path) = inner
        && let Some(name) = path.path.get_ident()
    {
        let name = name.to_string();
        let map = map_before(&name, place);
        keys.extend(map.keys);
        cello |= map.cello;
    }
    LiteralMetadata::Some {
        keys,
        cello,
        inner: place.parsed.range(inner),
        indent: place.text.indentation(whole.start).to_string(),
        whole,
        collect,
        local,
    }
}

/// What goes into a local map before a call.
pub struct Map<'n> {
    name: &'n str,
    /// Keys that can be read off.
    pub keys: Vec<String>,
    /// True if Cello's module gives some of it.
    pub cello: bool,
}

/// What goes into a local map before a place.
pub fn map_before<'n>(name: &'n str, place: &Place<'_, '_>) -> Map<'n> {
    let mut map = Map { name, keys: Vec::new(), cello: false };
    for around in place.around {
        let Around::Block(block, number) = around else { continue };
        block.stmts[..*number].iter().for_each(|stmt| map.visit_stmt(stmt));
    }
    map
}

impl<'ast> Visit<'ast> for Map<'_> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        let named = matches!(pattern(&local.pat), syn::Pat::Ident(ident) if ident.ident == self.name);
        if let Some(init) = local.init.as_ref().filter(|_| named) {
            self.keys.extend(string_keys(&init.expr));
            self.cello |= calls_cello(&init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if is_name(&call.receiver, self.name) {
            self.cello |= call.args.iter().any(calls_cello);
            if call.method == "insert" {
                self.keys.extend(call.args.first().and_then(first_string));
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn pattern(pat: &syn::Pat) -> &syn::Pat {
    match pat {
        syn::Pat::Type(typed) => &typed.pat,
        other => other,
    }
}

/// The string an expression starts with: `"key"`, `"key".to_string()`.
fn first_string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::MethodCall(call) => first_string(&call.receiver),
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// True if an expression is this name.
pub fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

/// True if an expression calls something in a module called `cello`.
pub fn calls_cello(expr: &Expr) -> bool {
    let mut seen = Cello(false);
    seen.visit_expr(expr);
    seen.0
}

/// True if something in a statement does.
pub fn statement_calls_cello(stmt: &syn::Stmt) -> bool {
    let mut seen = Cello(false);
    seen.visit_stmt(stmt);
    seen.0
}

struct Cello(bool);

impl<'ast> Visit<'ast> for Cello {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0 |= path.segments.iter().any(|segment| segment.ident == "cello");
    }
}

/// First strings of pairs: `("key".to_string(), …)`.
pub fn string_keys(expr: &Expr) -> Vec<String> {
    struct Keys(Vec<String>);
    impl<'ast> Visit<'ast> for Keys {
        fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
            self.0.extend(tuple.elems.first().and_then(first_string));
        }
    }
    let mut keys = Keys(Vec::new());
    keys.visit_expr(expr);
    keys.0
}
