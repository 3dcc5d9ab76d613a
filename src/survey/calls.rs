//! Who calls whom, and what each function says to the database and the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use syn::{Expr, Lit};

use crate::survey::axum::middleware::{always_runs, asks, is_next};
use crate::survey::axum::serving;
use crate::survey::store::conversion;
use crate::survey::store::creation::{self, surreal};
use crate::survey::store::sql::Insert;
use crate::survey::store::sql_files::{self, SqlFile};
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::index::{FunctionId, Ty, segments};

/// What one function does, as far as others need to know.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Functions of the project it calls or names.
    pub calls: BTreeSet<FunctionId>,
    /// Those of them that it names without calling them.
    pub named: BTreeSet<FunctionId>,
    /// Names of methods it calls on what can't be read off.
    pub unresolved: BTreeSet<String>,
    /// What it inserts, with the bytes of the statement's literal, or of the call that stands for one.
    pub inserts: Vec<(Insert, Range<usize>)>,
    /// Files of SQL that it names.
    pub sql_files: Vec<SqlFile>,
    /// Tables it deletes from.
    pub deletes: BTreeSet<String>,
    /// True if a string in it names an API-key header.
    pub api_key: bool,
    /// Types of what it puts into a request's extensions.
    pub puts: Vec<Ty>,
    /// Types of what it looks up in them: `extensions().get::<CurrentUser>()`.
    pub gets: Vec<Ty>,
    /// Headers that it writes into a request, by their text or the name of their constant.
    pub stamps: BTreeSet<String>,
    /// True for a middleware that passes on every request: it never ends without `next.run`.
    pub passes: bool,
    /// True if it names an answer that refuses people, or leads them elsewhere: `UNAUTHORIZED`, `Redirect`.
    pub refuses: bool,
    /// True if it hands a router to what serves it.
    pub serves: bool,
}

impl Body {
    /// Takes in what a text says to the database or of API keys.
    pub fn read_string(&mut self, text: &str, at: impl FnOnce() -> Range<usize>) {
        if let Some(insert) =
            Insert::read(text).or_else(|| conversion::read(text)).or_else(|| surreal::of_query(text))
        {
            self.inserts.push((insert, at()));
        }
        let lower = text.to_ascii_lowercase();
        if let Some(rest) = lower.trim_start().strip_prefix("delete from ") {
            let table = rest.split([' ', '\n', ';']).next().unwrap_or_default();
            self.deletes.insert(table.rsplit('.').next().unwrap_or(table).trim_matches('"').to_string());
        }
        // A header of its own, or a bearer token told by its prefix, as `Bearer sk_`.
        let is_prefix = |rest: &str| {
            rest.contains(['_', '-']) && rest.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
        };
        let prefixed = lower.strip_prefix("bearer ").is_some_and(is_prefix);
        let named = ["x-api-key", "api-key", "apikey", "x-api-token"].contains(&lower.as_str());
        self.api_key |= prefixed || named || looks_up_keys(&lower);
    }
}

/// Collects [`Body`]s.
#[derive(Default)]
pub struct Calls {
    /// By function.
    pub bodies: BTreeMap<FunctionId, Body>,
    /// Address of the function's path, right after its call was shown.
    called: Option<usize>,
}

impl Recogniser for Calls {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let body = self.bodies.entry(place.function).or_default();
        body.serves |= serving::hands_over(expr, place);
        if let Some(made) = creation::read(expr, place) {
            body.inserts.push((made.insert, place.parsed.range(expr)));
        }
        let is_called = self.called.take() == Some(address(expr));
        match expr {
            Expr::Call(call) => self.called = Some(address(&call.func)),
            Expr::Path(path) if is_refusal(&path.path) => body.refuses = true,
            Expr::Path(path)
                if path
                    .path
                    .get_ident()
                    .is_none_or(|name| place.scope.type_of(&name.to_string()).is_none()) =>
            {
                let called = place.scope.functions_called(&segments(&path.path));
                let all: Vec<_> =
                    called.iter().flat_map(|&id| place.scope.index.with_implementations(id)).collect();
                if !is_called {
                    body.named.extend(&all);
                }
                body.calls.extend(all);
            }
            Expr::MethodCall(call) => {
                if call.method == "insert" && is_extensions(&call.receiver) && call.args.len() == 1 {
                    body.puts.extend(call.args.first().map(|value| place.scope.infer(value)));
                }
                if call.method == "get" && is_extensions(&call.receiver) {
                    body.gets.extend(given_type(call).map(|ty| place.scope.resolve(&ty)));
                }
                if ["insert", "append"].iter().any(|name| call.method == name)
                    && is_request_headers(&call.receiver, place)
                {
                    body.stamps.extend(call.args.first().and_then(header));
                }
                if call.method == "run"
                    && is_next(&place.scope.infer(&call.receiver))
                    && let Some(Around::Block(whole, _)) = place.around.first()
                {
                    body.passes = always_runs(whole) && !asks(place.scope.index, place.function);
                }
                let called = place.scope.methods_called(call);
                if called.is_empty() {
                    body.unresolved.insert(call.method.to_string());
                }
                body.calls
                    .extend(called.into_iter().flat_map(|id| place.scope.index.with_implementations(id)));
            }
            Expr::Macro(inner) => body.sql_files.extend(sql_files::named(&inner.mac, place)),
            Expr::Lit(literal) => {
                if let Lit::Str(text) = &literal.lit {
                    body.read_string(&text.value(), || place.parsed.bytes(text.span()));
                }
            }
            _ => {}
        }
    }

    fn closed_macro(&mut self, mac: &syn::Macro, place: &Place<'_, '_>) {
        let body = self.bodies.entry(place.function).or_default();
        for path in serving::called(mac.tokens.clone()) {
            body.serves |= serving::serves(&path, place);
            let called = place.scope.functions_called(&path);
            body.calls.extend(called.iter().flat_map(|&id| place.scope.index.with_implementations(id)));
        }
    }
}

fn address(expr: &Expr) -> usize {
    std::ptr::from_ref(expr).addr()
}

/// `CurrentUser` of `get::<CurrentUser>`.
fn given_type(call: &syn::ExprMethodCall) -> Option<Ty> {
    match call.turbofish.as_ref()?.args.first()? {
        syn::GenericArgument::Type(ty) => Some(Ty::from_syn(ty)),
        _ => None,
    }
}

/// `StatusCode::UNAUTHORIZED`, `AppError::Forbidden`, `Redirect::to`.
fn is_refusal(path: &syn::Path) -> bool {
    let refuses = |segment: &syn::PathSegment| {
        ["UNAUTHORIZED", "FORBIDDEN", "Unauthorized", "Unauthenticated", "Forbidden", "Redirect"]
            .iter()
            .any(|name| segment.ident == name)
    };
    path.segments.iter().rev().take(2).any(refuses)
}

/// `request.extensions()`, `request.extensions_mut()` or `parts.extensions`.
fn is_extensions(receiver: &Expr) -> bool {
    match receiver {
        Expr::MethodCall(call) => call.method == "extensions_mut" || call.method == "extensions",
        Expr::Field(field) => matches!(&field.member, syn::Member::Named(name) if name == "extensions"),
        _ => false,
    }
}

/// `request.headers_mut()`; those of a response tell its receiver something.
fn is_request_headers(receiver: &Expr, place: &Place<'_, '_>) -> bool {
    let Expr::MethodCall(call) = receiver else { return false };
    call.method == "headers_mut" && place.scope.infer(&call.receiver).behind_pointers().is("Request")
}

/// `"x-user"`, `USER_HEADER` or `HeaderName::from_static("x-user")`, as it would be written again.
fn header(key: &Expr) -> Option<String> {
    match key {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Expr::Call(call) => call.args.first().and_then(header),
        Expr::MethodCall(call) => header(&call.receiver),
        Expr::Reference(inner) => header(&inner.expr),
        _ => None,
    }
}

/// True for SQL that reads a table of keys, and for the name under which one is cached: `apikey:{token}`.
fn looks_up_keys(text: &str) -> bool {
    const TABLES: [&str; 7] = [
        "api_key",
        "api_keys",
        "apikeys",
        "api_token",
        "api_tokens",
        "personal_access_tokens",
        "service_tokens",
    ];
    if ["apikey:", "api_key:", "api-key:"].iter().any(|start| text.starts_with(start)) {
        return true;
    }
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let read = words.windows(2).any(|pair| ["from", "join"].contains(&pair[0]) && TABLES.contains(&pair[1]));
    read && text.trim_start().starts_with("select")
}
