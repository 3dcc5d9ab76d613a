//! Reads of settings: `std::env::var("X")`, an own helper with the name in it, figment, `config`, envy, clap's `env`,
//! Shuttle's secrets, `env!` and macros of the project.
//!
//! Near misses: `env!("CARGO_PKG_VERSION")`, a helper of that form that reads something else than the environment.

use syn::visit::{self, Visit};
use syn::{Expr, Lit};

use crate::survey::scope::Scope;
use crate::survey::walk::{AroundStatic, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, ModuleId, segments};

/// One read.
#[derive(Debug, Clone)]
pub struct Read {
    /// `std`, `dotenvy`, `helper`, `figment`, `config`, `envy`, `clap`, `shuttle`, `macro` or `compile-time`.
    pub source: &'static str,
    /// Name of the setting, if it is written there.
    pub name: Option<String>,
    /// The function that is called with it, if it is one of the project.
    pub helper: Option<FunctionId>,
    /// True if a library is told to look at the environment as well.
    pub environment: bool,
    /// The function it stands in, unless it is the value of a static.
    pub function: Option<FunctionId>,
    /// The module it stands in.
    pub module: ModuleId,
    /// Where.
    pub at: At,
}

impl Read {
    /// True for a read of the environment itself.
    pub fn is_environment(&self) -> bool {
        matches!(self.source, "std" | "dotenvy")
    }

    /// True for a library that reads all settings at once.
    pub fn is_library(&self) -> bool {
        matches!(self.source, "figment" | "config" | "envy" | "clap")
    }
}

/// Collects [`Read`]s.
#[derive(Default)]
pub struct Reads {
    /// All of them.
    pub reads: Vec<Read>,
}

impl Recogniser for Reads {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        self.read(expr, place.scope, Some(place.function), || place.text.at(place.parsed.range(expr)));
    }

    fn value_of_static(&mut self, value: &Expr, around: &AroundStatic<'_>) {
        InStatic { reads: self, around }.visit_expr(value);
    }
}

impl Reads {
    fn read(&mut self, expr: &Expr, scope: &Scope<'_>, function: Option<FunctionId>, at: impl Fn() -> At) {
        let found = match expr {
            Expr::Call(call) => called(call, scope),
            Expr::MethodCall(call) if call.method == "get" => secret(call, scope),
            Expr::Macro(inner) => expanded(&inner.mac),
            _ => None,
        };
        let Some((source, name, helper, environment)) = found else { return };
        let module = scope.module;
        self.reads.push(Read { source, name, helper, environment, function, module, at: at() });
    }
}

/// Reads of `static SETTINGS: LazyLock<Settings> = LazyLock::new(|| …)`.
struct InStatic<'r, 'w> {
    reads: &'r mut Reads,
    around: &'r AroundStatic<'w>,
}

impl<'ast> Visit<'ast> for InStatic<'_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let AroundStatic { scope, parsed, text } = self.around;
        self.reads.read(expr, scope, None, || text.at(parsed.range(expr)));
        visit::visit_expr(self, expr);
    }
}

type Found = (&'static str, Option<String>, Option<FunctionId>, bool);

fn called(call: &syn::ExprCall, scope: &Scope<'_>) -> Option<Found> {
    let Expr::Path(func) = &*call.func else { return None };
    let path = segments(&func.path);
    let name = call.args.first().and_then(literal);
    let known =
        path.last().is_some_and(|last| CALLS.iter().any(|(known, _, _)| known.ends_with(last.as_str())));
    if known && let Some(canonical) = scope.index.resolve(scope.module, &path) {
        let found = CALLS.iter().find(|(known, _, _)| *known == canonical);
        if let Some((_, source, environment)) = found {
            return Some((source, name, None, *environment));
        }
    }
    let name = name.filter(|name| is_variable(name))?;
    let helper = *scope.functions_called(&path).first()?;
    Some(("helper", Some(name), Some(helper), false))
}

/// Calls of other crates that read settings, and whether they look at the environment.
const CALLS: [(&str, &str, bool); 14] = [
    ("std::env::var", "std", true),
    ("std::env::var_os", "std", true),
    ("dotenvy::var", "dotenvy", true),
    ("dotenv::var", "dotenvy", true),
    ("figment::Figment::new", "figment", false),
    ("figment::Figment::from", "figment", false),
    ("figment::providers::Env::prefixed", "figment", true),
    ("figment::providers::Env::raw", "figment", true),
    ("config::Config::builder", "config", false),
    ("config::Environment::default", "config", true),
    ("config::Environment::with_prefix", "config", true),
    ("envy::from_env", "envy", true),
    ("envy::prefixed", "envy", true),
    ("envconfig::Envconfig::init_from_env", "envy", true),
];

/// `secrets.get("X")` of Shuttle's store.
fn secret(call: &syn::ExprMethodCall, scope: &Scope<'_>) -> Option<Found> {
    let name = call.args.first().and_then(literal)?;
    let ty = scope.infer(&call.receiver);
    let is_store = ty
        .behind_pointers()
        .path()
        .is_some_and(|path| path.starts_with("shuttle_") && path.ends_with("::SecretStore"));
    is_store.then_some(("shuttle", Some(name), None, false))
}

/// `env!("X")`, and `get_env!("X", …)` of the project's own.
fn expanded(mac: &syn::Macro) -> Option<Found> {
    let macro_name = mac.path.segments.last()?.ident.to_string();
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let args = mac.parse_body_with(parser).ok()?;
    let name =
        args.first().and_then(literal).filter(|name| is_variable(name) && !name.starts_with("CARGO_"))?;
    match macro_name.as_str() {
        "env" | "option_env" => Some(("compile-time", Some(name), None, false)),
        _ => macro_name
            .split('_')
            .any(|word| ["env", "var", "vars", "config", "setting", "secret"].contains(&word))
            .then_some(("macro", Some(name), None, false)),
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Reference(inner) => literal(&inner.expr),
        _ => None,
    }
}

/// True for `STRIPE_SECRET_KEY` and its like.
fn is_variable(name: &str) -> bool {
    name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
