//! Where metadata joins a chain of async-stripe 1.0's calls.
//!
//! A second `.metadata(…)` would replace the first, so what is given already is extended. Near misses: a chain on one line
//! in the middle of something else, which rustfmt would lay out anew.

use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use crate::survey::stripe::form::BuilderJoin;
use crate::survey::stripe::metadata::has_long_text;
use crate::survey::stripe::site::statement_around;
use crate::survey::walk::Place;

/// Links shorter than this stay on the line of what they are called on.
const SHORT: usize = 4;

/// Where a call of `metadata` goes in before the one that sends.
pub fn before_send(send: &ExprMethodCall, place: &Place<'_, '_>) -> Option<BuilderJoin> {
    let dot = place.parsed.bytes(send.dot_token.span()).start;
    if place.text.is_first_on_line(dot) {
        return Some(BuilderJoin::Call { dot, spread: Vec::new(), hugs: false });
    }
    let statement = statement_around(place)?;
    let range = place.parsed.range(send);
    let text = &place.text.text;
    // `let customer = CHAIN`, `CHAIN`, `return CHAIN`, on one line.
    let before = text[place.text.line_start(range.start)..range.start].trim();
    let plain =
        before.is_empty() || before == "return" || (before.starts_with("let ") && before.ends_with('='));
    if !plain || text[range.clone()].contains('\n') || !place.text.is_first_on_line(statement.start) {
        return None;
    }
    let mut spread = Vec::new();
    let mut at = &*send.receiver;
    while let Expr::MethodCall(call) = at {
        spread.push(place.parsed.bytes(call.dot_token.span()).start);
        at = &call.receiver;
    }
    spread.reverse();
    let short = place.parsed.range(at).len() <= SHORT;
    let hugs = short && spread.is_empty();
    if short && !hugs {
        spread.remove(0);
    }
    let mut rest = &text[range.end..];
    if rest.starts_with(".await") {
        spread.push(range.end);
        rest = &rest[".await".len()..];
    }
    let ends = |rest: &str| rest.starts_with([';', '\n', '\r']);
    ends(rest.strip_prefix('?').unwrap_or(rest)).then_some(BuilderJoin::Call { dot, spread, hugs })
}

/// Where the map that is given to `metadata` is extended.
pub fn extended(call: &ExprMethodCall, arg: &Expr, place: &Place<'_, '_>) -> Option<BuilderJoin> {
    let is_map = place.scope.infer(arg).is("HashMap");
    if let Expr::Path(path) = arg
        && let Some(name) = path.path.get_ident().map(ToString::to_string)
        && place.scope.locals().iter().any(|local| local.name == name && local.mutable)
    {
        let statement = statement_around(place)?.start;
        let whole = is_map && place.text.is_first_on_line(statement);
        return whole.then_some(BuilderJoin::Extend { name, statement });
    }
    // An array is a map by its type alone.
    if !(is_map || matches!(arg, Expr::Array(_))) || calls_into(arg) || has_long_text(arg, place) {
        return None;
    }
    let inner = place.parsed.range(arg);
    let dot = place.parsed.bytes(call.dot_token.span()).start;
    let close = place.parsed.bytes(call.paren_token.span.close()).start;
    place.text.is_first_on_line(dot).then_some(BuilderJoin::Chain { inner, close })
}

/// True if an array's items are made by `into`, whose type would no longer be known.
fn calls_into(arg: &Expr) -> bool {
    struct Into(bool);
    impl<'ast> syn::visit::Visit<'ast> for Into {
        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            self.0 |= call.method == "into";
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut seen = Into(false);
    syn::visit::Visit::visit_expr(&mut seen, arg);
    seen.0
}
