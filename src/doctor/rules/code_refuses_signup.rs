//! A sign-up is refused because of its referral code.
//!
//! Near misses: a code that is left out where it is wrong; a check that refuses for another reason.

use quote::ToTokens;
use syn::visit::{self, Visit};

use super::Hit;
use super::api_fails_signup::signups;
use crate::doctor::chart::Chart;
use crate::target::index::finish;

/// Names of Cello's code in Rust code.
const CODES: [&str; 6] =
    ["ucc", "cello_ucc", "cello_code", "referral_ucc", "referral_code", "cello_referral"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for id in signups(chart) {
        let function = &chart.target.index.functions[id];
        let body = chart.body(function);
        let mut refusals = Refusals(Vec::new());
        if let Ok(block) = syn::parse_str::<syn::Block>(body) {
            refusals.visit_block(&block);
        }
        finish();
        for name in refusals.0 {
            let start = body.find(&name).unwrap_or(0) + function.body.start;
            let text = format!("Nobody signs up here with a `{name}` that doesn't please.");
            hits.push(Hit::new(&function.file, &(start..start + name.len()), text));
        }
    }
    hits
}

/// Looks for `if … code … { return Err(…) }`.
struct Refusals(Vec<String>);

impl<'ast> Visit<'ast> for Refusals {
    fn visit_expr_if(&mut self, inner: &'ast syn::ExprIf) {
        let asked = crate::survey::words(inner.cond.to_token_stream());
        let code = asked.iter().find(|word| CODES.contains(&word.as_str()));
        // A failure of something within the branch is another reason.
        let refuses = inner.then_branch.stmts.iter().any(|stmt| {
            let returned = match stmt {
                syn::Stmt::Expr(syn::Expr::Return(returned), _) => returned,
                _ => return false,
            };
            let words = returned.to_token_stream().to_string();
            words.contains("Err") || words.contains("BAD_REQUEST") || words.contains("BadRequest")
        });
        if let Some(code) = code.filter(|_| refuses && inner.else_branch.is_none()) {
            self.0.push(code.clone());
        }
        visit::visit_expr_if(self, inner);
    }
}
