//! Chains of calls that put an actix-web application together.
//!
//! `App::new().wrap(..).service(web::scope("/api").route("/me", web::get().to(me)))` is two chains, one in the other;
//! `cfg.service(a);` in a `fn config(cfg: &mut web::ServiceConfig)` is one that starts with the configuration. Near
//! misses: `Scope` of an OAuth library, `App` of a command line, `.route(…)` of axum.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use crate::survey::actix::arguments::{self, Endpoint, Part};
use crate::survey::actix::names::is_service_config;
use crate::survey::actix::start;
pub use crate::survey::actix::start::Start;
use crate::survey::actix::wrap::{self, Wrap};
use crate::survey::constant_text::constant_text;
use crate::survey::unchain::unchain;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Ty, segments};

/// A chain of calls on an application, a scope, a resource or a service configuration.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Function that holds it.
    pub function: FunctionId,
    /// The whole chain.
    pub at: At,
    /// End of what it starts with: where its first call begins.
    pub root_end: usize,
    /// True in a macro's arguments, or in a branch of the function or closure that makes it.
    pub conditional: bool,
    /// What it starts with.
    pub start: Start,
    /// Its calls in order.
    pub calls: Vec<Call>,
    /// Name it is bound to, if it is.
    pub bound_to: Option<String>,
    /// True if it is what its function returns.
    pub returned: bool,
}

/// One call of a chain.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub method: String,
    /// From its dot to its closing parenthesis.
    pub bytes: Range<usize>,
    /// Path of a `.route("/x", …)`.
    pub path: Option<String>,
    /// Handlers it registers.
    pub endpoints: Vec<Endpoint>,
    /// What a `.service` or `.configure` brings, inline chains aside.
    pub parts: Vec<Part>,
    /// What a `.wrap` puts around everything.
    pub wrap: Option<Wrap>,
    /// Type of a `.app_data(…)`.
    pub data: Option<Ty>,
    /// The guard of a `.guard(…)`, as written.
    pub condition: Option<String>,
}

/// Collects [`Chain`]s.
#[derive(Default)]
pub struct Chains {
    /// All chains, outer ones before those in them.
    pub chains: Vec<Chain>,
    /// Bytes of the constructors, calls and locals that chains start with.
    roots: BTreeSet<usize>,
    /// Parameters of closures given to `.configure`, by the closure's bytes.
    closures: Vec<(Range<usize>, String)>,
    /// Names that chains are bound to, by function.
    bound: BTreeMap<(FunctionId, String), usize>,
}

impl Recogniser for Chains {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        match expr {
            Expr::MethodCall(outermost) => {
                let (calls, root) = unchain(outermost);
                if calls.iter().any(|call| METHODS.iter().any(|name| call.method == name)) {
                    self.chain(expr, &calls, root, place);
                }
            }
            Expr::Call(call) => {
                self.bare(expr, call, place);
            }
            _ => {}
        }
    }
}

/// Calls without which nothing is put together.
const METHODS: [&str; 10] = [
    "service",
    "route",
    "configure",
    "wrap",
    "wrap_fn",
    "app_data",
    "default_service",
    "to",
    "guard",
    "split_for_parts",
];

impl Chains {
    /// `users::config(cfg)`, and a `web::scope("/x")` without calls.
    fn bare(&mut self, expr: &Expr, call: &syn::ExprCall, place: &Place<'_, '_>) {
        if !self.configured(call, place) && start::may_start(call) {
            self.chain(expr, &[], expr, place);
        }
    }

    fn chain(&mut self, whole: &Expr, calls: &[&ExprMethodCall], root: &Expr, place: &Place<'_, '_>) {
        let Some(start) = self.start(root, calls, place) else {
            return;
        };
        // Outer expressions come first, so what starts where a chain starts was taken with it.
        let range = place.parsed.range(whole);
        if !self.roots.insert(range.start) {
            return;
        }
        for call in calls {
            self.remember_closures(call, place);
        }
        let (bound_to, returned) = start::role(&range, place);
        if let Some(name) = &bound_to {
            self.bound.insert((place.function, name.clone()), range.start);
        }
        self.chains.push(Chain {
            function: place.function,
            at: place.text.at(range),
            root_end: place.parsed.range(root).end,
            conditional: is_conditional(place),
            start,
            calls: calls.iter().map(|call| read_call(call, place)).collect(),
            bound_to,
            returned,
        });
    }

    fn start(&self, root: &Expr, calls: &[&ExprMethodCall], place: &Place<'_, '_>) -> Option<Start> {
        match root {
            Expr::Call(call) => start::constructed(call, place),
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                let ty = place.scope.type_of(&name);
                if ty.is_some_and(is_service_config) || self.is_closure_parameter(&name, root, place) {
                    return Some(Start::Config);
                }
                let known = self.bound.contains_key(&(place.function, name.clone()));
                (known && !calls.is_empty()).then_some(Start::Local(name))
            }
            // `(*cfg).service(…)`, `App::new()` in parentheses.
            Expr::Paren(inner) => self.start(&inner.expr, calls, place),
            Expr::Unary(inner) => self.start(&inner.expr, calls, place),
            _ => None,
        }
    }

    fn is_closure_parameter(&self, name: &str, root: &Expr, place: &Place<'_, '_>) -> bool {
        let at = place.parsed.range(root).start;
        self.closures.iter().any(|(bytes, parameter)| parameter == name && bytes.contains(&at))
    }

    /// `.configure(|cfg| …)`: inside, `cfg` is a service configuration, whatever its type says.
    fn remember_closures(&mut self, call: &ExprMethodCall, place: &Place<'_, '_>) {
        let Some(Expr::Closure(closure)) = call.args.first().filter(|_| call.method == "configure") else {
            return;
        };
        if let Some(syn::Pat::Ident(parameter)) = closure.inputs.first() {
            self.closures.push((place.parsed.range(closure), parameter.ident.to_string()));
        }
    }

    /// `users::config(cfg);`, which is `cfg.configure(users::config);`.
    fn configured(&mut self, call: &syn::ExprCall, place: &Place<'_, '_>) -> bool {
        let Expr::Path(func) = &*call.func else {
            return false;
        };
        let takes = |arg: &Expr| {
            let arg = match arg {
                Expr::Reference(inner) => &*inner.expr,
                other => other,
            };
            self.start(arg, &[], place) == Some(Start::Config)
        };
        if !call.args.iter().any(takes) {
            return false;
        }
        let called = place.scope.functions_called(&segments(&func.path));
        let range = place.parsed.range(call);
        if called.is_empty() || !self.roots.insert(range.start) {
            return false;
        }
        let parts = called.iter().map(|&id| Part::Function(id)).collect();
        let held = Call { parts, ..Call::named("configure", range.clone()) };
        self.chains.push(Chain {
            function: place.function,
            root_end: range.start,
            conditional: is_conditional(place),
            at: place.text.at(range),
            start: Start::Config,
            calls: vec![held],
            bound_to: None,
            returned: false,
        });
        true
    }
}

impl Call {
    fn named(method: &str, bytes: Range<usize>) -> Self {
        Self {
            method: method.to_string(),
            bytes,
            path: None,
            endpoints: Vec::new(),
            parts: Vec::new(),
            wrap: None,
            data: None,
            condition: None,
        }
    }
}

/// True in a macro's arguments, and in a branch since the last function or closure.
fn is_conditional(place: &Place<'_, '_>) -> bool {
    let since = place.around.iter().rposition(Around::is_deferred);
    let own = &place.around[since.map_or(0, |last| last + 1)..];
    place.in_macro || own.len() > 1
}

fn read_call(call: &ExprMethodCall, place: &Place<'_, '_>) -> Call {
    let start = place.parsed.bytes(call.dot_token.span()).start;
    let end = place.parsed.bytes(call.paren_token.span.close()).end;
    let mut out = Call::named(&call.method.to_string(), start..end);
    match out.method.as_str() {
        "service" | "configure" | "external_resource" => {
            call.args.iter().for_each(|arg| arguments::parts(arg, place, &mut out.parts));
        }
        "route" => {
            out.path = call.args.first().and_then(|arg| constant_text(arg, place));
            out.endpoints = call.args.last().map(|arg| arguments::route(arg, place)).unwrap_or_default();
        }
        "to" => out.endpoints = arguments::handler(call.args.first(), "", place),
        method if arguments::HTTP_METHODS.contains(&method) => {
            out.endpoints = arguments::handler(call.args.first(), method, place);
        }
        "wrap" | "wrap_fn" => out.wrap = call.args.first().map(|arg| wrap::read(arg, place)),
        "app_data" => out.data = call.args.first().map(|arg| arguments::data(arg, place)),
        "guard" => {
            let written = call.args.first().map(|arg| place.text.text[place.parsed.range(arg)].to_string());
            out.condition = written;
        }
        _ => {}
    }
    out
}
