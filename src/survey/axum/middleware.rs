//! Functions that stand in front of handlers: whether one passes every request on, or may answer by itself.
//!
//! `async fn guard(request: Request, next: Next) -> Result<Response, StatusCode>` with a `?` on its way may refuse;
//! one whose every path ends in `next.run(request).await` does not. Where that can't be told, it may.

use syn::visit::{self, Visit};
use syn::{Block, Expr};

use crate::survey::always::Always;
use crate::target::index::{FunctionId, Index, Ty};

/// True for axum's `Next`.
pub fn is_next(ty: &Ty) -> bool {
    ty.behind_pointers().path().as_deref() == Some("axum::middleware::Next")
}

/// True for a function that `from_fn` can take: it has a parameter of type `Next`.
pub fn is_middleware(index: &Index, id: FunctionId) -> bool {
    let function = &index.functions[id];
    function.params.iter().any(|param| is_next(&index.resolve_ty(function.module, &param.ty)))
}

/// True if a function has an extractor of the project's own among its parameters, which may refuse before it starts.
pub fn asks(index: &Index, id: FunctionId) -> bool {
    let function = &index.functions[id];
    function.params.iter().any(|param| index.type_of(&index.resolve_ty(function.module, &param.ty)).is_some())
}

/// True if a middleware's body passes on whatever comes: it always calls `next.run`, and nothing ends it before.
pub fn always_runs(body: &Block) -> bool {
    let mut exits = Exits { found: false };
    exits.visit_block(body);
    !exits.found && RUNS.in_block(body)
}

/// The call on every path; a future that is made here may never run.
const RUNS: Always = Always { is_it: is_the_run, in_futures: false };

/// `next.run(request)`.
fn is_the_run(call: &syn::ExprMethodCall) -> bool {
    call.method == "run" && call.args.len() == 1
}

/// Looks for what ends a function without calling `next.run`.
struct Exits {
    found: bool,
}

impl<'ast> Visit<'ast> for Exits {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // These run at another time, or return from themselves.
            Expr::Closure(_) | Expr::Async(_) => {}
            Expr::Try(_) => self.found = true,
            Expr::Return(inner) => {
                self.found |= !inner.expr.as_ref().is_some_and(|inner| RUNS.in_expr(inner))
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        // Logging goes on; any other macro may hold a `return`.
        const GOES_ON: [&str; 12] = [
            "trace",
            "debug",
            "info",
            "warn",
            "error",
            "event",
            "println",
            "eprintln",
            "format",
            "json",
            "info_span",
            "matches",
        ];
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        self.found |= !GOES_ON.contains(&name.as_str());
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(body: &str) -> bool {
        always_runs(&syn::parse_str(&format!("{{ {body} }}")).unwrap())
    }

    #[test]
    fn one_that_always_calls_next_passes() {
        assert!(passes(
            "if let Some(user) = find(&req) { req.extensions_mut().insert(user); } next.run(req).await"
        ));
        assert!(passes("let response = next.run(req).await; tracing::info!(\"done\"); response"));
        assert!(passes(
            "match user { Ok(u) => { put(u); next.run(req).await } Err(_) => next.run(req).await }"
        ));
        assert!(passes("if quiet { return next.run(req).await; } Ok(next.run(req).await)"));
    }

    #[test]
    fn one_that_may_end_before_does_not() {
        assert!(!passes("let user = find(&req)?; Ok(next.run(req).await)"));
        assert!(!passes("if none { return StatusCode::UNAUTHORIZED.into_response(); } next.run(req).await"));
        assert!(!passes("match user { Ok(u) => next.run(req).await, Err(e) => e.into_response() }"));
        assert!(!passes("if ok { next.run(req).await } else { Redirect::to(\"/login\").into_response() }"));
        assert!(!passes("ensure!(ok, \"no\"); next.run(req).await"));
        assert!(!passes("let later = async { next.run(req).await }; refuse()"));
    }
}
