//! An event is sent again whatever went wrong, although the first may have arrived.
//!
//! Near misses: once more after a 401; only after what was surely not taken; a loop over different events.

use syn::visit::{self, Visit};

use super::Hit;
use crate::doctor::chart::Chart;
use crate::target::index::finish;

/// Words of code that looks at what went wrong before it tries again.
const LOOKS: [&str; 9] = [
    "UNAUTHORIZED",
    "TOO_MANY_REQUESTS",
    "is_connect",
    "is_timeout",
    "is_server_error",
    "is_client_error",
    "StatusCode",
    "Idempotency",
    "idempotency",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for id in chart.senders() {
        let function = &chart.target.index.functions[id];
        let mut tries = Tries(false);
        if let Ok(block) = syn::parse_str::<syn::Block>(chart.body(function)) {
            tries.visit_block(&block);
        }
        finish();
        if !tries.0 {
            continue;
        }
        let body = chart.body(function);
        let start = function.body.start + body.find("for ").unwrap_or(0);
        let text = "This loop sends the event again after any failure, a timeout included.";
        hits.push(Hit::new(&function.file, &(start..start + 3), text));
    }
    hits
}

/// Looks for a loop that counts attempts around a request.
struct Tries(bool);

impl<'ast> Visit<'ast> for Tries {
    fn visit_expr_for_loop(&mut self, inner: &'ast syn::ExprForLoop) {
        let words = crate::survey::words(quote::ToTokens::to_token_stream(&inner.body));
        let strings = crate::survey::strings(quote::ToTokens::to_token_stream(&inner.body));
        let numbers = quote::ToTokens::to_token_stream(&inner.body).to_string();
        let looks = words.iter().any(|word| LOOKS.contains(&word.as_str()))
            || strings.iter().any(|text| LOOKS.iter().any(|look| text.value().contains(look)))
            || ["401", "429"].iter().any(|code| numbers.contains(code));
        let posts = words.iter().any(|word| word == "post") && words.iter().any(|word| word == "send");
        // A number that something is taken by counts things, not attempts.
        let name = quote::ToTokens::to_token_stream(&inner.pat).to_string();
        let counts = matches!(&*inner.expr, syn::Expr::Range(_)) && !numbers.contains(&format!("[{name}]"));
        self.0 |= counts && posts && !looks;
        visit::visit_expr_for_loop(self, inner);
    }
}
