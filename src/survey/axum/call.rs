//! One call of a router's chain: its path, and the handlers, middleware and routers named in it.
//!
//! `.route("/me", get(me).post(change))` names two handlers with their methods, `.nest("/api", api(state.clone()))` a
//! function that returns a router.

use std::ops::Range;

use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;

use crate::survey::axum::layers::{self, Layer};
use crate::survey::axum::openapi::{listed, plain_method};
use crate::survey::axum::router::{is_router, owned};
use crate::survey::constant_text::constant_text;
use crate::survey::walk::Place;
use crate::target::index::{FunctionId, Ty, segments};

/// One call of a chain.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub method: String,
    /// From its dot to its closing parenthesis.
    pub bytes: Range<usize>,
    /// Its first argument, if it is a string.
    pub path: Option<String>,
    /// Functions named in its arguments: handlers, middleware, routers.
    pub functions: Vec<(FunctionId, Option<String>)>,
    /// Locals named in its arguments.
    pub locals: Vec<String>,
    /// Names of everything called or named in its arguments.
    pub words: Vec<String>,
    /// What a `.layer` or `.route_layer` puts around the routes before it; `None` for other calls.
    pub layer: Option<Layer>,
    /// What of it lets only some people through, once the middleware is known; see `gates`.
    pub guard: Option<String>,
    /// Layers around single handlers of a route, each with the number of functions named before it.
    pub inner: Vec<Inner>,
    /// True if whether `guard` lets only some people through is a guess: what it does can't be told.
    pub unsure: bool,
    /// `state.clone()`, where a router function or a route is given it, and its type.
    pub state_argument: Option<(String, Ty)>,
    /// Locals that are handed over as they are, and may be gone after it.
    pub given: Vec<String>,
    /// How the layer is written, where it is one and a plain call.
    pub written: Option<Written>,
}

impl Call {
    /// True if it is a `layer` or `route_layer` that lets only some people through.
    pub fn guards(&self) -> bool {
        self.guard.is_some()
    }

    /// What of it does.
    pub fn guard(&self) -> Option<&str> {
        self.guard.as_deref()
    }

    /// What of it lets other sites read answers.
    pub fn cors(&self) -> Option<&str> {
        let mut words = self.words.iter().filter(|_| self.layer.is_some());
        words.find(|word| word.to_ascii_lowercase().contains("cors")).map(String::as_str)
    }
}

/// A layer around what stands before it in one route: `post(make).route_layer(from_fn(guard))`.
#[derive(Debug, Clone)]
pub struct Inner {
    /// The layer.
    pub layer: Layer,
    /// Names in it.
    pub words: Vec<String>,
    /// How many of the call's functions it is around.
    pub around: usize,
    /// What of it lets only some people through, and whether that is a guess; see `gates`.
    pub guard: Option<(String, bool)>,
    /// How it is written, where that is a plain call.
    pub written: Option<Written>,
}

/// A call as it is written: `from_fn_with_state(state.clone(), guard)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What is called.
    pub function: String,
    /// With what.
    pub arguments: Vec<String>,
}

/// The only argument of a layer, as it is written, if that is a call with arguments on one line each, or a clone of a
/// local.
fn written(layer: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Written> {
    let mut arguments = layer.args.iter();
    let call = match (arguments.next(), arguments.next()) {
        (Some(Expr::Call(call)), None) => call,
        (Some(Expr::MethodCall(clone)), None) if clone.method == "clone" => {
            let Expr::Path(local) = &*clone.receiver else { return None };
            let function = format!("{}.clone", local.path.get_ident()?);
            return Some(Written { function, arguments: Vec::new() });
        }
        _ => return None,
    };
    let Expr::Path(_) = &*call.func else { return None };
    let text = |expr: &Expr| {
        let text = &place.text.text[place.parsed.range(expr)];
        (!text.contains('\n')).then(|| text.to_string())
    };
    let arguments = call.args.iter().map(text).collect::<Option<Vec<String>>>()?;
    Some(Written { function: text(&call.func)?, arguments })
}

/// Reads one call.
pub fn read_call(call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Call {
    let start = place.parsed.bytes(call.dot_token.span()).start;
    let end = place.parsed.bytes(call.paren_token.span.close()).end;
    let path = call.args.first().and_then(|arg| constant_text(arg, place));
    let mut out = Call {
        method: plain_method(&call.method.to_string()).to_string(),
        bytes: start..end,
        path,
        functions: Vec::new(),
        locals: Vec::new(),
        words: call
            .args
            .iter()
            .flat_map(|arg| crate::survey::literals::words(arg.to_token_stream()))
            .collect(),
        layer: (call.method == "layer" || call.method == "route_layer").then(|| layers::read(call, place)),
        guard: None,
        inner: Vec::new(),
        unsure: false,
        state_argument: None,
        given: Vec::new(),
        written: None,
    };
    out.written = out.layer.as_ref().and_then(|_| written(call, place));
    for arg in &call.args {
        read_argument(arg, None, place, &mut out);
    }
    out
}

/// Handlers (with their HTTP method), middleware and routers named in an argument.
fn read_argument(arg: &Expr, http: Option<&str>, place: &Place<'_, '_>, out: &mut Call) {
    match arg {
        Expr::Path(path) => {
            let parts = segments(&path.path);
            if let [name] = parts.as_slice()
                && place.scope.type_of(name).is_some()
            {
                out.locals.push(name.clone());
                out.given.push(name.clone());
                return;
            }
            let found = place.scope.functions_called(&parts).first();
            out.functions.extend(found.map(|&id| (id, http.map(str::to_string))));
        }
        Expr::Call(call) => {
            let mut inner_http = http.map(str::to_string);
            if let Expr::Path(func) = &*call.func {
                let parts = segments(&func.path);
                let last = parts.last().cloned().unwrap_or_default();
                if HTTP_METHODS.contains(&last.as_str()) {
                    inner_http = Some(last);
                } else if let Some(&id) = place.scope.functions_called(&parts).first() {
                    out.functions.push((id, None));
                    if is_router(&place.scope.returned_by(id)) {
                        out.state_argument = call.args.first().and_then(|arg| state_clone(arg, place));
                    }
                }
            }
            for arg in &call.args {
                read_argument(arg, inner_http.as_deref(), place, out);
            }
        }
        Expr::MethodCall(call) => {
            let before = out.given.len();
            read_argument(&call.receiver, http, place, out);
            let name = call.method.to_string();
            if name == "clone" {
                out.given.truncate(before);
            }
            if name == "layer" || name == "route_layer" {
                let words =
                    call.args.iter().flat_map(|arg| crate::survey::literals::words(arg.to_token_stream()));
                out.inner.push(Inner {
                    layer: layers::read(call, place),
                    words: words.collect(),
                    around: out.functions.len(),
                    guard: None,
                    written: written(call, place),
                });
            }
            if name == "with_state" && out.state_argument.is_none() {
                out.state_argument = call.args.first().and_then(|arg| state_clone(arg, place));
            }
            let inner_http = HTTP_METHODS.contains(&name.as_str()).then_some(name);
            for arg in &call.args {
                read_argument(arg, inner_http.as_deref().or(http), place, out);
            }
        }
        Expr::Macro(found) => {
            let (handlers, path) = listed(found, place);
            out.functions.extend(handlers);
            out.path = out.path.take().or(path);
        }
        Expr::Reference(inner) => {
            let before = out.given.len();
            read_argument(&inner.expr, http, place, out);
            out.given.truncate(before);
        }
        _ => {}
    }
}

const HTTP_METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "any", "head", "options"];

/// `state.clone()` or `Arc::clone(&state)` as written, with the type of `state`.
fn state_clone(arg: &Expr, place: &Place<'_, '_>) -> Option<(String, Ty)> {
    let cloned = match arg {
        Expr::MethodCall(call) if call.method == "clone" => &*call.receiver,
        Expr::Call(call) if call.args.len() == 1 => match (&*call.func, call.args.first()) {
            (Expr::Path(func), Some(Expr::Reference(arg)))
                if segments(&func.path).ends_with(&["clone".into()]) =>
            {
                &*arg.expr
            }
            _ => return None,
        },
        _ => return None,
    };
    let Expr::Path(path) = cloned else {
        return None;
    };
    let name = path.path.get_ident()?;
    Some((format!("{name}.clone()"), owned(place.scope.infer(cloned))))
}
