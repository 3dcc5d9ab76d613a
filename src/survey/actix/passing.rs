//! Whether a middleware of the application's own lets every request through.
//!
//! `next.call(req).await` in a `from_fn` function, or `self.service.call(req)` in a `Service`, on every path: it lets
//! everybody through. A `?` or `return` before it, or an arm without it, may refuse. What comes after the call can't
//! refuse for who asks. Near misses: exits in closures, which return from themselves only.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use crate::survey::actix::names::is_actix;
use crate::survey::always::Always;
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::index::{Function, FunctionId, Index};

/// What is known of a middleware.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passing {
    /// True if nothing ends it before it calls what it stands before.
    pub always: bool,
    /// True if it looks at the path, so that some may be let through that others are not.
    pub by_path: bool,
    /// True if it names answers that ask who somebody is: `Unauthorized`, `Forbidden`, the log-in page.
    pub asks_who: bool,
    /// True if it counts requests: it answers `TooManyRequests`.
    pub counts: bool,
}

/// Collects what is known of middleware functions.
#[derive(Default)]
pub struct Middlewares {
    /// By function.
    pub passing: BTreeMap<FunctionId, Passing>,
}

impl Recogniser for Middlewares {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let is_call = matches!(expr, Expr::MethodCall(call) if call.method == "call" && call.args.len() == 1);
        if !is_call || self.passing.contains_key(&place.function) {
            return;
        }
        if is_middleware(place.scope.index, &place.scope.index.functions[place.function])
            && let Some(Around::Block(whole, _)) = place.around.first()
        {
            self.passing.insert(place.function, passing(whole));
        }
    }
}

/// True for a function with a parameter of type `Next`, and for `call` of a `Service`.
pub fn is_middleware(index: &Index, function: &Function) -> bool {
    let of_service = function.name == "call" && function.of_trait.as_ref().is_some_and(|of| of.is("Service"));
    let takes_next = || {
        let mut params = function.params.iter().map(|param| index.resolve_ty(function.module, &param.ty));
        params.any(|ty| is_actix(&ty, "Next"))
    };
    of_service || takes_next()
}

/// True for the body of a closure that calls what it stands before on every path.
pub fn lets_all_pass(body: &Expr) -> bool {
    let block = match body {
        Expr::Block(inner) => inner.block.clone(),
        Expr::Async(inner) => inner.block.clone(),
        other => {
            Block { brace_token: syn::token::Brace::default(), stmts: vec![Stmt::Expr(other.clone(), None)] }
        }
    };
    passing(&block).always
}

/// Reads a middleware's body.
pub fn passing(body: &Block) -> Passing {
    let mut events = Events::default();
    events.visit_block(body);
    let last = events.seen.iter().rposition(|event| *event == Event::Call);
    let ends_before = events.seen[..last.unwrap_or(0)].contains(&Event::Exit);
    let mut words = Words::default();
    words.visit_block(body);
    let says = |names: &[&str]| words.words.iter().any(|word| names.contains(&word.as_str()));
    Passing {
        always: last.is_some() && !ends_before && CALLS.in_block(body),
        by_path: words.path && words.text_path,
        asks_who: words.login
            || says(&[
                "Unauthorized",
                "Forbidden",
                "ErrorUnauthorized",
                "ErrorForbidden",
                "UNAUTHORIZED",
                "FORBIDDEN",
            ]),
        counts: says(&["TooManyRequests", "ErrorTooManyRequests", "TOO_MANY_REQUESTS"]),
    }
}

/// What happens in a body, in its order.
#[derive(Default)]
struct Events {
    seen: Vec<Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Call,
    Exit,
}

impl<'ast> Visit<'ast> for Events {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let before = self.seen.len();
        match expr {
            Expr::Closure(_) => {}
            Expr::Try(_) | Expr::Return(_) => {
                visit::visit_expr(self, expr);
                if !self.seen[before..].contains(&Event::Call) {
                    self.seen.push(Event::Exit);
                }
            }
            Expr::MethodCall(call) if is_the_call(call) => {
                visit::visit_expr(self, expr);
                self.seen.push(Event::Call);
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if ["bail", "ensure"].contains(&name.as_str())
            || mac.tokens.to_token_stream().to_string().contains("return ")
        {
            self.seen.push(Event::Exit);
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The call on every path, in a future that is handed back as well.
const CALLS: Always = Always { is_it: is_the_call, in_futures: true };

/// `next.call(req)`, `self.service.call(req)`.
fn is_the_call(call: &syn::ExprMethodCall) -> bool {
    call.method == "call" && call.args.len() == 1
}

/// Names in a body, and whether it looks at the path.
#[derive(Default)]
struct Words {
    words: Vec<String>,
    path: bool,
    text_path: bool,
    login: bool,
}

impl<'ast> Visit<'ast> for Words {
    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.words.push(ident.to_string());
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.path |= call.method == "path" || call.method == "uri" || call.method == "match_pattern";
        visit::visit_expr_method_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        let text = text.value();
        self.text_path |= text.starts_with('/');
        self.login |= text.contains("login") || text.contains("signin") || text.contains("sign-in");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Passing {
        passing(&syn::parse_str(&format!("{{ {body} }}")).unwrap())
    }

    #[test]
    fn what_always_calls_the_next_passes() {
        for body in [
            "let response = next.call(req).await?; Ok(response)",
            "let service = self.service.clone(); Box::pin(async move { if quiet { mark(&req); } let res = service.call(req).await?; Ok(res) })",
            "let fut = self.service.call(req); Box::pin(async move { let mut res = fut.await?; stamp(&mut res)?; Ok(res) })",
            "if off { return next.call(req).await; } match timeout(secs, next.call(req)).await { Ok(res) => res, Err(_) => Err(late()) }",
            "if let Some(user) = find(&req).await { req.extensions_mut().insert(user); } next.call(req).await.map(|res| res.map_into_boxed_body())",
            "let names = list.iter().filter_map(|x| { x.ok()?; Some(1) }); next.call(req).await",
        ] {
            assert!(read(body).always, "{body}");
        }
    }

    #[test]
    fn what_may_end_before_does_not() {
        for body in [
            "let user = find(&req).await?; next.call(req).await",
            "match find(&req) { Ok(user) => next.call(req).await, Err(response) => Ok(req.into_response(response)) }",
            "if user.is_none() { return Err(ErrorUnauthorized(\"no\")); } next.call(req).await",
            "Box::pin(async move { if ok { service.call(req).await } else { Ok(redirect(req)) } })",
            "ensure!(ok, \"no\"); next.call(req).await",
            "let later = 1; refuse()",
        ] {
            assert!(!read(body).always, "{body}");
        }
    }

    #[test]
    fn what_it_asks_is_read_off() {
        assert!(
            read("if req.path().starts_with(\"/public\") { return next.call(req).await } Err(no())").by_path
        );
        assert!(read("if x { return Err(AppError::Unauthorized.into()) } next.call(req).await").asks_who);
        assert!(read("if x { return Ok(see_other(\"/login\")) } next.call(req).await").asks_who);
        assert!(read("if x { return Err(AppError::TooManyRequests) } next.call(req).await").counts);
    }
}
