//! What a `.wrap(…)` puts around an application, a scope or a route.
//!
//! `from_fn(reject_anonymous)` and a type of the application's own that implements `Transform` are middlewares that
//! can be read; `HttpAuthentication::bearer(validator)` refuses; CORS, sessions, loggers and compression refuse nobody
//! for who they are. What is neither known nor read may refuse.

use syn::Expr;

use crate::survey::actix::names::{is_actix, words};
use crate::survey::actix::passing::lets_all_pass;
use crate::survey::unchain::unchain;
use crate::survey::walk::Place;
use crate::target::At;
use crate::target::index::{FunctionId, Index, Ty, segments};

/// A layer around routes.
#[derive(Debug, Clone)]
pub struct Wrap {
    /// The argument.
    pub at: At,
    /// How it is called.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The functions that do its work, as far as they are the application's own.
    pub functions: Vec<FunctionId>,
}

/// Kinds of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Cross-origin requests.
    Cors,
    /// A session, an identity in it: brings something, refuses nobody.
    Session,
    /// Refuses nobody for who they are.
    Harmless,
    /// Refuses by what it is.
    Refuses,
    /// A middleware of the application's own: its body tells.
    Own,
    /// Not known.
    Unknown,
}

/// Reads the argument of a `.wrap(…)`.
pub fn read(arg: &Expr, place: &Place<'_, '_>) -> Wrap {
    let at = place.text.at(place.parsed.range(arg));
    let (name, kind, functions) = judge(arg, place, 0);
    Wrap { at, name, kind, functions }
}

type Judged = (String, Kind, Vec<FunctionId>);

fn judge(arg: &Expr, place: &Place<'_, '_>, depth: usize) -> Judged {
    let scope = place.scope;
    match arg {
        Expr::MethodCall(outermost) => {
            // `limits.register()` of the project: what it returns; else what the chain starts with.
            let own = scope.methods_called(outermost).first().map(|&id| scope.returned_by(id));
            match own.map(|returned| of_type(scope.index, &returned)) {
                Some(found) if found.1 != Kind::Unknown => found,
                _ => judge(unchain(outermost).1, place, depth),
            }
        }
        Expr::Paren(inner) => judge(&inner.expr, place, depth),
        Expr::Reference(inner) => judge(&inner.expr, place, depth),
        Expr::Struct(literal) => of_type(scope.index, &scope.resolve(&Ty::from_path(&literal.path))),
        Expr::Path(path) => {
            let names = segments(&path.path);
            if let [name] = names.as_slice()
                && let Some(ty) = scope.type_of(name)
            {
                return match ty {
                    Ty::Unknown => (name.clone(), by_name(name).unwrap_or(Kind::Unknown), Vec::new()),
                    ty => of_type(scope.index, ty),
                };
            }
            // A unit struct, or a function that `from_fn` was left out for.
            of_type(scope.index, &scope.resolve(&Ty::from_path(&path.path)))
        }
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else {
                return ("a closure".into(), Kind::Unknown, Vec::new());
            };
            called(call, func, place, depth)
        }
        Expr::Closure(closure) => of_closure(closure),
        _ => ("a layer".into(), Kind::Unknown, Vec::new()),
    }
}

/// `wrap_fn(|req, srv| …)`: harmless if it lets every request through.
fn of_closure(closure: &syn::ExprClosure) -> Judged {
    let kind = if lets_all_pass(&closure.body) { Kind::Harmless } else { Kind::Unknown };
    ("a closure".into(), kind, Vec::new())
}

fn called(call: &syn::ExprCall, func: &syn::ExprPath, place: &Place<'_, '_>, depth: usize) -> Judged {
    let scope = place.scope;
    let names = segments(&func.path);
    let last = names.last().cloned().unwrap_or_default();
    let owner = names.len().checked_sub(2).and_then(|i| names.get(i)).cloned().unwrap_or_default();
    if last == "from_fn" {
        return given(call.args.first(), Kind::Own, place);
    }
    // `HttpAuthentication::bearer(validator)`: no credentials, no entry.
    if owner == "HttpAuthentication" {
        return given(call.args.first(), Kind::Refuses, place);
    }
    // `Condition::new(flag, layer)`, `Compat::new(layer)`.
    if ["Condition", "Compat"].contains(&owner.as_str())
        && depth < 4
        && let Some(inner) = call.args.last()
    {
        return judge(inner, place, depth + 1);
    }
    // `auth::middleware()` of the project: what it returns.
    if let Some(&id) = scope.functions_called(&names).first() {
        let returns = scope.returned_by(id);
        let found = of_type(scope.index, &returns);
        if found.1 != Kind::Unknown {
            return found;
        }
        return (last.clone(), by_name(&last).unwrap_or(Kind::Unknown), Vec::new());
    }
    // `RateLimit(limiter)`, a struct without names for its fields; else `RateLimit::new(limiter)`.
    let whole = scope.resolve(&Ty::Path { path: names.clone(), args: Vec::new() });
    if scope.index.type_of(&whole).is_some() {
        return of_type(scope.index, &whole);
    }
    let made = Ty::Path { path: names[..names.len().saturating_sub(1)].to_vec(), args: Vec::new() };
    of_type(scope.index, &scope.resolve(&made))
}

/// A function or closure handed over.
fn given(arg: Option<&Expr>, kind: Kind, place: &Place<'_, '_>) -> Judged {
    match arg {
        Some(Expr::Path(path)) => {
            let names = segments(&path.path);
            let name = names.last().cloned().unwrap_or_default();
            let found = place.scope.functions_called(&names).first().copied();
            let kind = if found.is_none() && kind == Kind::Own { Kind::Unknown } else { kind };
            (name, kind, found.into_iter().collect())
        }
        Some(Expr::Closure(closure)) if kind == Kind::Own => of_closure(closure),
        _ if kind == Kind::Own => ("a closure".into(), Kind::Unknown, Vec::new()),
        _ => ("HttpAuthentication".into(), kind, Vec::new()),
    }
}

/// What a layer of this type is.
fn of_type(index: &Index, ty: &Ty) -> Judged {
    let name = ty.name().unwrap_or("a layer").to_string();
    let path = ty.path().unwrap_or_default();
    let krate = path.split("::").next().unwrap_or_default();
    let kind = match (krate, name.as_str()) {
        ("actix_cors", _) => Kind::Cors,
        ("actix_session" | "actix_identity" | "actix_web_flash_messages", _) => Kind::Session,
        ("actix_web_httpauth", _) => Kind::Refuses,
        ("tracing_actix_web" | "sentry_actix" | "sentry" | "actix_governor" | "actix_web_prom", _)
        | (
            "actix_web_opentelemetry" | "actix_csrf" | "actix_limitation" | "actix_extensible_rate_limit",
            _,
        ) => Kind::Harmless,
        _ if is_actix(ty, &name) => Kind::Harmless,
        _ => {
            let functions = service_calls(index, ty);
            if !functions.is_empty() {
                return (name, Kind::Own, functions);
            }
            by_name(&name).unwrap_or(Kind::Unknown)
        }
    };
    (name, kind, Vec::new())
}

/// The functions that answer requests for a type of the project that implements `Transform`.
fn service_calls(index: &Index, ty: &Ty) -> Vec<FunctionId> {
    let Some(owner) = index.type_of(ty) else {
        return Vec::new();
    };
    let transforms = index.impls.iter().filter(|item| item.of_trait.is("Transform"));
    let own = transforms.filter(|item| {
        index.resolve_ty(item.module, &item.self_ty).path().as_deref() == Some(owner.path.as_str())
    });
    let services = own.filter_map(|item| {
        let (_, service) = item.associated.iter().find(|(name, _)| name == "Transform")?;
        index.resolve_ty(item.module, service).path()
    });
    services.flat_map(|path| index.functions_at(&format!("{path}::call")).to_vec()).collect()
}

/// What a name says, for a layer of which nothing else is known: a hint, and told as one.
fn by_name(name: &str) -> Option<Kind> {
    const HARMLESS: [&str; 19] = [
        "logger",
        "logging",
        "log",
        "trace",
        "tracing",
        "compress",
        "metrics",
        "prometheus",
        "limit",
        "limiter",
        "governor",
        "timeout",
        "cache",
        "headers",
        "normalize",
        "csrf",
        "sentry",
        "telemetry",
        "request",
    ];
    let words = words(name);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match () {
        () if says(&["cors"]) => Some(Kind::Cors),
        () if says(&["session", "flash"]) && !says(&["auth", "require", "check", "guard"]) => {
            Some(Kind::Session)
        }
        () if says(&HARMLESS) => Some(Kind::Harmless),
        () => None,
    }
}
