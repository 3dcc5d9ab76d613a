//! What a request carries as proof of who is signed in: whether that is a bearer token and nothing else.
//!
//! `headers.get(AUTHORIZATION)` with `strip_prefix("Bearer ")` is one, and so are axum-extra's `TypedHeader` and
//! actix-web-httpauth's `BearerAuth`. A page of another site can't send such a token on a visitor's behalf, as it can
//! send their cookies. Near misses: a cookie as the second choice, `Basic` (which browsers repeat by themselves), a
//! session behind an alias, a request that is handed to code of another crate.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprCall, ExprMethodCall, Member};

use crate::survey::calls::Body;
use crate::target::Target;
use crate::target::index::{FunctionId, Ty};

/// True if everything these functions lead to reads a bearer token, and nothing in it reads what a browser sends by
/// itself. What can't be followed counts as such.
pub fn is_bearer_alone(target: &Target, from: &[FunctionId], bodies: &BTreeMap<FunctionId, Body>) -> bool {
    let mut seen = Seen::default();
    let mut todo = from.to_vec();
    let mut done = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if !done.insert(id) {
            continue;
        }
        if !seen.read(target, id, bodies) {
            return false;
        }
        todo.extend(bodies.get(&id).into_iter().flat_map(|body| &body.calls));
        if seen.extensions {
            // What is read there was put there: whoever does that counts as well.
            let puts = bodies.iter().filter(|(id, body)| {
                !body.puts.is_empty() && !target.index.functions[**id].test && !done.contains(*id)
            });
            todo.extend(puts.map(|(id, _)| *id));
        }
    }
    seen.bearer && seen.header
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    /// A word that says that the token is a bearer token.
    bearer: bool,
    /// The header's name, or what stands for it.
    header: bool,
    /// A look into the request's extensions.
    extensions: bool,
}

impl Seen {
    /// Takes in a function; `false` if it reads, or may read, something else.
    fn read(&mut self, target: &Target, id: FunctionId, bodies: &BTreeMap<FunctionId, Body>) -> bool {
        let function = &target.index.functions[id];
        if function.body.is_empty() {
            return true;
        }
        let Some(text) = target.text(&function.file) else { return false };
        let (Some(head), Some(body)) =
            (text.text.get(function.at.clone()), text.text.get(function.body.clone()))
        else {
            return false;
        };
        let Ok(block) = syn::parse_str::<Block>(body) else { return false };
        let mut words = Vec::new();
        for part in [head, body] {
            // The head alone may not be balanced: then its types are those of the index.
            if let Ok(tokens) = part.parse::<TokenStream>() {
                collect(tokens, &mut words);
            }
        }
        if words.iter().any(|word| self.word(target, function.module, word)) {
            return false;
        }
        let known: BTreeSet<&str> = bodies
            .get(&id)
            .into_iter()
            .flat_map(|body| &body.calls)
            .map(|called| target.index.functions[*called].name.as_str())
            .collect();
        let mut handed = Handed { known: &known, out: false, extensions: false };
        handed.visit_block(&block);
        self.extensions |=
            handed.extensions || words.iter().any(|word| *word == Word::Name("ReqData".into()));
        !handed.out
    }

    /// Takes in a word; `true` if it stands for something that a browser sends by itself.
    fn word(&mut self, target: &Target, module: usize, word: &Word) -> bool {
        match word {
            Word::Text(text) => {
                let lower = text.trim().to_ascii_lowercase();
                self.header |= lower == "authorization";
                self.bearer |= lower == "bearer" || lower.starts_with("bearer ");
                lower == "cookie" || lower.starts_with("basic")
            }
            Word::Name(name) => {
                let lower = name.to_ascii_lowercase();
                self.header |= matches!(name.as_str(), "AUTHORIZATION" | "Authorization" | "BearerAuth");
                self.bearer |= matches!(name.as_str(), "Bearer" | "BearerAuth");
                let basic = matches!(name.as_str(), "Basic" | "BasicAuth");
                if basic
                    || lower.contains("cookie")
                    || matches!(lower.as_str(), "get_session" | "get_identity")
                {
                    return true;
                }
                if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
                    return false;
                }
                // A type by its own name, which may be an alias: one of theirs is read where it is made.
                let ty = target.index.resolve_ty(module, &Ty::named(name));
                let ambient = |path: &str| {
                    let lower = path.to_ascii_lowercase();
                    ["session", "cookie", "identity", "connectinfo", "basic"]
                        .iter()
                        .any(|word| lower.contains(word))
                };
                target.index.type_of(&ty).is_none()
                    && (ambient(name) || ty.path().is_some_and(|path| ambient(&path)))
            }
        }
    }
}

/// A word of a function's text.
#[derive(PartialEq)]
enum Word {
    /// An identifier.
    Name(String),
    /// What a string holds.
    Text(String),
}

fn collect(tokens: TokenStream, words: &mut Vec<Word>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), words),
            TokenTree::Ident(name) => words.push(Word::Name(name.to_string())),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                    words.push(Word::Text(text.value()));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Looks for a request that leaves the project's own code.
struct Handed<'a> {
    /// Names of the project's functions that are called.
    known: &'a BTreeSet<&'a str>,
    out: bool,
    extensions: bool,
}

impl Handed<'_> {
    fn goes(&mut self, name: &str, whole: &dyn ToTokens) {
        // Passing on, and putting together again.
        let passes =
            matches!(name, "run" | "call" | "from_parts" | "Ok" | "Some" | "ServiceResponse" | "new");
        // axum-extra's and actix-web-httpauth's readers of the header.
        let reads = || whole.to_token_stream().to_string().contains("Bearer");
        self.out |= !(passes || self.known.contains(name) || reads());
    }
}

impl<'ast> Visit<'ast> for Handed<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if call.args.iter().any(is_request) {
            let name = match &*call.func {
                Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
                _ => None,
            };
            self.goes(&name.unwrap_or_default(), call);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        let extracts = name.starts_with("extract") && is_request(&call.receiver);
        if extracts || call.args.iter().any(is_request) {
            self.goes(&name, call);
        }
        if matches!(name.as_str(), "get" | "get_all" | "typed_get") && is_request(&call.receiver) {
            self.out |= !call.args.iter().all(is_harmless) || name == "typed_get";
        }
        let of_extensions = match &*call.receiver {
            Expr::Field(field) => matches!(&field.member, Member::Named(name) if name == "extensions"),
            Expr::MethodCall(inner) => inner.method == "extensions" || inner.method == "extensions_mut",
            _ => false,
        };
        self.extensions |= of_extensions && name != "insert";
        visit::visit_expr_method_call(self, call);
    }
}

/// The header with the token, or one that says nothing of who is signed in. Whatever else a header is called, what
/// stands before the application may have filled it from a cookie.
fn is_harmless(name: &Expr) -> bool {
    const SAYS_NOTHING: [&str; 8] = [
        "authorization",
        "user-agent",
        "accept-language",
        "content-type",
        "host",
        "origin",
        "x-request-id",
        "x-forwarded-for",
    ];
    match name {
        Expr::Reference(inner) => is_harmless(&inner.expr),
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => SAYS_NOTHING.contains(&text.value().to_ascii_lowercase().as_str()),
            _ => false,
        },
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
            SAYS_NOTHING.contains(&last.ident.to_string().to_ascii_lowercase().replace('_', "-").as_str())
        }),
        _ => false,
    }
}

/// A request, its parts, or its headers.
fn is_request(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(inner) => is_request(&inner.expr),
        Expr::Paren(inner) => is_request(&inner.expr),
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            ["parts", "req", "request", "headers", "head", "jar", "header_map"].iter().any(|own| name == own)
        }),
        Expr::Field(field) => matches!(&field.member, Member::Named(name) if name == "headers"),
        Expr::MethodCall(call) => {
            let own = call.method == "headers" || call.method == "head" || call.method == "request";
            own || call.method == "clone" && is_request(&call.receiver)
        }
        _ => false,
    }
}
