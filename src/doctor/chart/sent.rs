//! What Rust code sends along: a bearer token, a Customer's e-mail, metadata in a chain of calls.

use quote::ToTokens;
use syn::{Expr, ExprMethodCall};

use super::value::{self, Value, bare};
use crate::survey::walk::Place;

/// The value of `.bearer_auth(…)` or of an `Authorization` header.
pub(super) fn bearer(expr: &Expr, place: &Place<'_, '_>) -> Option<Value> {
    let Expr::MethodCall(call) = expr else { return None };
    if call.method == "bearer_auth" && call.args.len() == 1 {
        return Some(value::read(&call.args[0], place));
    }
    let is_header = (call.method == "header" || call.method == "insert") && call.args.len() == 2;
    let name = call.args.first().filter(|_| is_header)?.to_token_stream().to_string().to_ascii_lowercase();
    name.contains("authorization").then(|| value::read(&call.args[1], place))
}

/// The e-mail of `CreateCustomer { email: …, .. }`.
pub(super) fn customer_email(expr: &Expr, place: &Place<'_, '_>) -> Option<Value> {
    let Expr::Struct(literal) = expr else { return None };
    let named = literal.path.segments.last().is_some_and(|last| last.ident == "CreateCustomer");
    let is_email =
        |field: &&syn::FieldValue| matches!(&field.member, syn::Member::Named(name) if name == "email");
    let email = literal.fields.iter().find(is_email).filter(|_| named)?;
    Some(value::read(bare(&email.expr), place))
}

/// True for `.metadata(…)` on a chain that has one already, if either is Cello's.
pub(super) fn replaces_metadata(expr: &Expr, place: &Place<'_, '_>) -> bool {
    let Expr::MethodCall(last) = expr else { return false };
    if last.method != "metadata" || last.args.len() != 1 {
        return false;
    }
    let mut calls = vec![last];
    let mut receiver = &*last.receiver;
    while let Expr::MethodCall(call) = receiver {
        if call.method == "metadata" && call.args.len() == 1 {
            calls.push(call);
        }
        receiver = &call.receiver;
    }
    calls.len() > 1 && calls.iter().any(|call| is_cellos(call, place))
}

fn is_cellos(call: &ExprMethodCall, place: &Place<'_, '_>) -> bool {
    let value = value::read(&call.args[0], place);
    let of_cello = |word: &String| word.contains("cello") || word == "new_user_id";
    value.other().is_some_and(|other| other.words.iter().any(of_cello))
        || value.entries().is_some_and(|entries| entries.iter().any(|entry| of_cello(&entry.key)))
}
