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
    let moves = has_long_text(inner, place);
    if (open || moves) && !place.text.text[place.parsed.range(inner)].contains("cello") {
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

/// True if a text in an expression goes on in the next line: its lines can't be moved.
pub fn has_long_text(expr: &Expr, place: &Place<'_, '_>) -> bool {
    struct Long<'p, 'w, 'a>(&'p Place<'w, 'a>, bool);
    impl<'ast> Visit<'ast> for Long<'_, '_, '_> {
        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            self.1 |= self.0.text.text[self.0.parsed.bytes(text.span())].contains('\n');
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let texts = crate::survey::literals::strings(mac.tokens.clone());
            texts.iter().for_each(|text| self.visit_lit_str(text));
        }
    }
    let mut seen = Long(place, false);
    seen.visit_expr(expr);
    seen.1
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

/// True if something in a statement does, or mentions a local that holds what it gave.
pub fn statement_calls_cello(stmt: &syn::Stmt, names: &[String]) -> bool {
    let mut seen = Cello(false);
    seen.visit_stmt(stmt);
    seen.0 || mentions(&names_in_tokens(stmt), names)
}

/// True if an expression mentions a local that holds what Cello's module gave.
pub fn is_of_cello(expr: &Expr, names: &[String]) -> bool {
    calls_cello(expr) || mentions(&names_in_tokens(expr), names)
}

fn names_in_tokens(tokens: &impl quote::ToTokens) -> Vec<String> {
    fn read(tokens: proc_macro2::TokenStream, out: &mut Vec<String>) {
        for tree in tokens {
            match tree {
                proc_macro2::TokenTree::Ident(ident) => out.push(ident.to_string()),
                proc_macro2::TokenTree::Group(group) => read(group.stream(), out),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    read(tokens.to_token_stream(), &mut out);
    out
}

fn mentions(words: &[String], names: &[String]) -> bool {
    words.iter().any(|word| names.contains(word))
}

/// Locals around a place that hold what Cello's module gave.
pub fn cello_names(around: &[Around<'_>]) -> Vec<String> {
    let blocks = around.iter().filter_map(|around| match around {
        Around::Block(block, number) => Some(&block.stmts[..*number]),
        _ => None,
    });
    let locals = blocks.flatten().filter_map(|stmt| match stmt {
        syn::Stmt::Local(local) => Some(local),
        _ => None,
    });
    let given = locals.filter(|local| local.init.as_ref().is_some_and(|init| calls_cello(&init.expr)));
    given.flat_map(|local| crate::survey::stripe::http::locals::names_in(&local.pat)).collect()
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
