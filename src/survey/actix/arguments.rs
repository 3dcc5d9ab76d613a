//! What stands in the calls of a chain: handlers with their methods, services, data.
//!
//! `web::post().to(create)`, `(list, create)`, `services![list, create]`, `users::scope()`, `web::Data::new(pool)`.
//! Near misses: `Files::new(..)`, `SwaggerUi::new(..)` and other services that are no routes of the application's.

use syn::Expr;

use crate::survey::actix::wrap::{self, Wrap};
use crate::survey::unchain::unchain;
use crate::survey::walk::Place;
use crate::target::index::{FunctionId, Ty, segments};

/// A handler, or what stands in for one.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `get`, `post`, …; empty for all.
    pub method: String,
    /// The function; `None` for a closure and what can't be resolved.
    pub handler: Option<FunctionId>,
    /// Layers around this handler alone.
    pub wraps: Vec<Wrap>,
}

/// Something brought by `.service` or `.configure`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A handler with a macro's route, a function called or given.
    Function(FunctionId),
    /// A local.
    Local(String),
}

/// HTTP methods that actix-web has functions for.
pub const HTTP_METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "trace"];

/// `web::post().guard(…).wrap(…).to(create)`.
pub fn route(arg: &Expr, place: &Place<'_, '_>) -> Vec<Endpoint> {
    let Expr::MethodCall(outermost) = arg else {
        return Vec::new();
    };
    let (calls, root) = unchain(outermost);
    let Expr::Call(start) = root else {
        return Vec::new();
    };
    let Expr::Path(func) = &*start.func else {
        return Vec::new();
    };
    let name = func.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let mut method = match name.as_str() {
        "method" => method_of(start.args.first()),
        name if HTTP_METHODS.contains(&name) => name.to_string(),
        _ => String::new(),
    };
    if let Some(call) = calls.iter().find(|call| call.method == "method") {
        method = method_of(call.args.first());
    }
    let to = calls.iter().find(|call| call.method == "to");
    let mut found = to.map(|to| handler(to.args.first(), &method, place)).unwrap_or_default();
    let wraps: Vec<Wrap> = calls
        .iter()
        .filter(|call| call.method == "wrap")
        .filter_map(|call| Some(wrap::read(call.args.first()?, place)))
        .collect();
    for endpoint in &mut found {
        endpoint.wraps.clone_from(&wraps);
    }
    found
}

/// `Method::PUT`.
fn method_of(arg: Option<&Expr>) -> String {
    let name = match arg {
        Some(Expr::Path(path)) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    name.unwrap_or_default().to_ascii_lowercase()
}

/// The handler of a `.to(…)`, or of `.post(…)` on a resource.
pub fn handler(arg: Option<&Expr>, method: &str, place: &Place<'_, '_>) -> Vec<Endpoint> {
    let function = match arg {
        Some(Expr::Path(path)) => place.scope.functions_called(&segments(&path.path)).first().copied(),
        _ => None,
    };
    vec![Endpoint { method: method.to_string(), handler: function, wraps: Vec::new() }]
}

/// What a `.service(…)` or `.configure(…)` names.
pub fn parts(arg: &Expr, place: &Place<'_, '_>, out: &mut Vec<Part>) {
    match arg {
        Expr::Path(path) => {
            let names = segments(&path.path);
            match names.as_slice() {
                [name] if place.scope.type_of(name).is_some() => out.push(Part::Local(name.clone())),
                _ => out.extend(place.scope.functions_called(&names).first().map(|&id| Part::Function(id))),
            }
        }
        Expr::Call(call) => {
            if let Expr::Path(func) = &*call.func {
                let called = place.scope.functions_called(&segments(&func.path)).first();
                out.extend(called.map(|&id| Part::Function(id)));
            }
        }
        // `users::scope().wrap(…)` starts a chain of its own; `scope.clone()` does not.
        Expr::MethodCall(call) if call.method == "clone" => parts(&call.receiver, place, out),
        Expr::Tuple(tuple) => tuple.elems.iter().for_each(|item| parts(item, place, out)),
        Expr::Paren(inner) => parts(&inner.expr, place, out),
        Expr::Reference(inner) => parts(&inner.expr, place, out),
        Expr::Macro(inner) if inner.mac.path.segments.last().is_some_and(|last| last.ident == "services") => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let items = inner.mac.parse_body_with(parser).unwrap_or_default();
            items.iter().for_each(|item| parts(item, place, out));
        }
        Expr::If(inner) => {
            block_parts(&inner.then_branch, place, out);
            if let Some((_, other)) = &inner.else_branch {
                parts(other, place, out);
            }
        }
        Expr::Block(inner) => block_parts(&inner.block, place, out),
        Expr::Match(inner) => inner.arms.iter().for_each(|arm| parts(&arm.body, place, out)),
        _ => {}
    }
}

fn block_parts(block: &syn::Block, place: &Place<'_, '_>, out: &mut Vec<Part>) {
    if let Some(syn::Stmt::Expr(tail, None)) = block.stmts.last() {
        parts(tail, place, out);
    }
}

/// Type of `.app_data(web::Data::new(pool.clone()))` and of data made elsewhere, as handlers name it: `Data<T>`.
pub fn data(arg: &Expr, place: &Place<'_, '_>) -> Ty {
    if let Expr::Call(call) = arg
        && let Expr::Path(func) = &*call.func
    {
        let names = segments(&func.path);
        if let [.., owner, made] = names.as_slice()
            && owner == "Data"
            && ["new", "from"].contains(&made.as_str())
            && let Some(value) = call.args.first()
        {
            return place.scope.infer(value);
        }
    }
    let ty = place.scope.infer(arg);
    if ty.is("Data") { ty.args().first().cloned().unwrap_or(Ty::Unknown) } else { Ty::Unknown }
}
