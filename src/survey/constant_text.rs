//! Texts that are known before the program runs: literals, constants, and what `concat!` and `format!` make of those.
//!
//! `.route(LOGIN, …)`, `.nest(&format!("{API}/v1"), …)`, `web::scope(paths::ADMIN)`. Near misses: a parameter, a field or
//! a local, whose value another place decides.

use syn::{Expr, Lit};

use crate::survey::stripe::http::text::{Piece, pieces};
use crate::survey::walk::Place;
use crate::target::index::segments;

/// The text of an expression, if it is known.
pub fn constant_text(expr: &Expr, place: &Place<'_, '_>) -> Option<String> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Reference(inner) => constant_text(&inner.expr, place),
        Expr::Paren(inner) => constant_text(&inner.expr, place),
        Expr::Path(path) => named(&segments(&path.path), place),
        Expr::MethodCall(call)
            if ["as_str", "to_string", "to_owned"].iter().any(|name| call.method == name) =>
        {
            constant_text(&call.receiver, place).filter(|_| call.args.is_empty())
        }
        Expr::Macro(inner) => made(&inner.mac, place),
        _ => None,
    }
}

/// The text of a constant. What a parameter or local hides is not seen.
fn named(path: &[String], place: &Place<'_, '_>) -> Option<String> {
    let scope = place.scope;
    let canonical = match path {
        [name] if scope.type_of(name).is_some() => return None,
        [first, rest @ ..] if first == "Self" => {
            format!("{}::{}", scope.self_ty.as_ref()?.path()?, rest.join("::"))
        }
        path => scope.index.resolve(scope.module, path)?,
    };
    scope.index.constants.get(&canonical).map(|constant| constant.text.clone())
}

/// `concat!("/a", "/b")`, `format!("{API}/v1")`.
fn made(mac: &syn::Macro, place: &Place<'_, '_>) -> Option<String> {
    let name = mac.path.segments.last()?.ident.to_string();
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let args = mac.parse_body_with(parser).ok()?;
    if ["concat", "concatcp"].contains(&name.as_str()) {
        return args.iter().map(|arg| constant_text(arg, place)).collect();
    }
    if !["format", "formatcp"].contains(&name.as_str()) {
        return None;
    }
    let mut args = args.iter();
    let template = constant_text(args.next()?, place)?;
    let given: Vec<&Expr> = args.collect();
    let mut next = 0;
    let of = |piece: Piece| match piece {
        Piece::Text(text) => Some(text),
        Piece::Next => {
            next += 1;
            constant_text(given.get(next - 1)?, place)
        }
        Piece::Number(number) => constant_text(given.get(number)?, place),
        // With `name = value` among the arguments the name stands for that.
        Piece::Name(name) if !given.iter().any(|arg| matches!(arg, Expr::Assign(_))) => named(&[name], place),
        Piece::Name(_) => None,
    };
    pieces(&template).into_iter().map(of).collect()
}
