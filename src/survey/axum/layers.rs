//! What a `.layer(…)` or `.route_layer(…)` puts around routes: the middleware functions named in it, and whether
//! something else in it may refuse a request.
//!
//! `.layer(from_fn_with_state(state.clone(), guard))` names `guard`, and so does `.layer(auth.clone())` below
//! `let auth = from_fn(guard);`. Tracing, CORS and compression refuse nobody; a layer of the application's own, one that
//! is called after authorisation, or a local of unknown making may.

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Pat, Stmt};

use crate::survey::axum::middleware::is_middleware;
use crate::survey::calls::is_refusal;
use crate::survey::walk::{Around, Place};
use crate::target::index::{FunctionId, segments};

/// What stands in one layer.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Functions given to `from_fn` and its kin; `None` for closures and what can't be resolved.
    pub middleware: Vec<Option<FunctionId>>,
    /// True if something else in it may refuse.
    pub may_refuse: bool,
    /// True if a closure in it names an answer that refuses people, or leads them elsewhere.
    pub closure_refuses: bool,
}

const MIDDLEWARE: [&str; 6] = [
    "from_fn",
    "from_fn_with_state",
    "from_extractor",
    "from_extractor_with_state",
    "map_request",
    "map_request_with_state",
];

/// Parts of names of what lets only some through.
const REFUSING: [&str; 12] = [
    "auth",
    "permission",
    "require",
    "login",
    "validate",
    "admin",
    "subscri",
    "guard",
    "access",
    "role",
    "protect",
    "session_check",
];

/// Parts of names of what refuses nobody for who they are.
const HARMLESS: [&str; 12] = [
    "cors",
    "trac",
    "compress",
    "timeout",
    "limit",
    "cache",
    "header",
    "session",
    "request_id",
    "metric",
    "panic",
    "csp",
];

/// Reads the arguments of `.layer(…)` or `.route_layer(…)`.
pub fn read(call: &ExprMethodCall, place: &Place<'_, '_>) -> Layer {
    let mut reader = Reader { place, layer: Layer::default() };
    for arg in &call.args {
        reader.layer(arg);
    }
    reader.layer
}

/// `name` of `name`, `name.clone()` and `&name`.
fn named_local(arg: &Expr) -> Option<&syn::Ident> {
    match arg {
        Expr::Path(path) => path.path.get_ident(),
        Expr::MethodCall(call) if call.method == "clone" => named_local(&call.receiver),
        Expr::Reference(inner) => named_local(&inner.expr),
        _ => None,
    }
}

/// What a plain `let` before this place makes a local of.
fn made_before<'w>(name: &syn::Ident, place: &Place<'w, '_>) -> Option<&'w Expr> {
    let blocks = place.around.iter().rev().filter_map(|around| match around {
        Around::Block(block, number) => Some(&block.stmts[..*number]),
        _ => None,
    });
    let mut sooner = blocks.flat_map(|stmts| stmts.iter().rev()).filter_map(|stmt| match stmt {
        Stmt::Local(local) => Some(local),
        _ => None,
    });
    let local = sooner.find(|local| binds(&local.pat, name))?;
    let plain =
        local.attrs.is_empty() && matches!(&local.pat, Pat::Ident(bound) if bound.mutability.is_none());
    local.init.as_ref().filter(|init| plain && init.diverge.is_none()).map(|init| &*init.expr)
}

/// True if a pattern binds a name.
fn binds(pat: &Pat, name: &syn::Ident) -> bool {
    struct Names<'n>(&'n syn::Ident, bool);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_pat_ident(&mut self, bound: &'ast syn::PatIdent) {
            self.1 |= bound.ident == *self.0;
            visit::visit_pat_ident(self, bound);
        }
    }
    let mut names = Names(name, false);
    names.visit_pat(pat);
    names.1
}

struct Reader<'p, 'w, 'a> {
    place: &'p Place<'w, 'a>,
    layer: Layer,
}

impl Reader<'_, '_, '_> {
    /// What is given to `.layer(…)`; a local stands for what it was made of.
    fn layer(&mut self, arg: &Expr) {
        match (named_local(arg).and_then(|name| made_before(name, self.place)), arg) {
            (Some(made @ (Expr::Call(_) | Expr::MethodCall(_))), _) => self.layer(made),
            // `.layer({ let origins = …; CorsLayer::new() })`
            (_, Expr::Block(inner)) if inner.label.is_none() => {
                let (last, sooner) = match inner.block.stmts.split_last() {
                    Some((Stmt::Expr(last, None), sooner)) => (last, sooner),
                    _ => return self.layer.may_refuse = true,
                };
                sooner.iter().for_each(|stmt| self.visit_stmt(stmt));
                self.layer(last);
            }
            _ => {
                self.visit_expr(arg);
                self.direct(arg);
            }
        }
    }

    /// `.layer(name)` and `.layer(name.clone())`: a layer made elsewhere.
    fn direct(&mut self, arg: &Expr) {
        match arg {
            Expr::Path(path) => {
                let name = path.path.segments.last().map(|segment| segment.ident.to_string());
                self.layer.may_refuse |= name.is_none_or(|name| !is_harmless(&name));
            }
            Expr::MethodCall(call) if call.method == "clone" => self.direct(&call.receiver),
            Expr::Reference(inner) => self.direct(&inner.expr),
            Expr::MethodCall(_) | Expr::Call(_) => {}
            _ => self.layer.may_refuse = true,
        }
    }

    fn named(&mut self, parts: &[String]) {
        let index = self.place.scope.index;
        let is_layer =
            |name: &String| index.impls.iter().any(|item| item.of_trait.is("Layer") && item.self_ty.is(name));
        let refuses = |name: &String| {
            let lower = name.to_ascii_lowercase();
            let constant = *name == name.to_ascii_uppercase();
            !constant && is_refusing(&lower)
        };
        self.layer.may_refuse |= parts.iter().any(|name| refuses(name) || is_layer(name));
    }
}

/// Looks for an answer that refuses people, or leads them elsewhere.
struct Refusals(bool);

impl<'ast> Visit<'ast> for Refusals {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0 |= is_refusal(path);
        visit::visit_path(self, path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_, '_> {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let Expr::Path(func) = &*call.func else {
            self.layer.may_refuse = true;
            return;
        };
        let parts = segments(&func.path);
        let last = parts.last().map(String::as_str).unwrap_or_default();
        let scope = self.place.scope;
        if MIDDLEWARE.contains(&last) {
            let function = match call.args.last() {
                Some(Expr::Path(path)) => scope.functions_called(&segments(&path.path)).first().copied(),
                Some(Expr::Closure(closure)) => {
                    let mut refusals = Refusals(false);
                    refusals.visit_expr(&closure.body);
                    self.layer.closure_refuses |= refusals.0;
                    None
                }
                _ => None,
            };
            self.layer.middleware.push(function.filter(|&id| is_middleware(scope.index, id)));
            return;
        }
        let own = !scope.functions_called(&parts).is_empty();
        self.layer.may_refuse |= own && !is_harmless(last);
        self.named(&parts);
        for arg in &call.args {
            self.visit_expr(arg);
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.named(&segments(&path.path));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "layer" {
            // `ServiceBuilder::new().layer(…)`: each is a layer.
            self.visit_expr(&call.receiver);
            for arg in &call.args {
                self.layer(arg);
            }
            return;
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        // `login_required!(Backend)`.
        self.named(&segments(&mac.path));
    }
}

/// True if a name says that it refuses nobody for who they are.
pub fn is_harmless(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    HARMLESS.iter().any(|part| lower.contains(part)) && !REFUSING.iter().any(|part| lower.contains(part))
}

/// True if a name says that it lets only some through.
pub fn is_refusing(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    REFUSING.iter().any(|part| lower.contains(part))
}
