//! JSON Web Tokens that Rust code signs: `jsonwebtoken::encode(&header, &claims, &key)`.

use quote::ToTokens;
use syn::Expr;

use super::shape;
use super::value::{self, Entry, bare, init_of};
use crate::survey::walk::Place;
use crate::target::index::segments;

/// A token that is signed.
#[derive(Debug, Clone)]
pub struct Signing {
    /// The algorithm, such as `HS512`, if it can be read off.
    pub algorithm: Option<String>,
    /// Its claims, as far as they can be read off.
    pub claims: Vec<Entry>,
    /// Names and strings in the key.
    pub key: Vec<String>,
    /// True if the key is decoded from base64 before use.
    pub key_decoded: bool,
    /// True if the key is written into the code.
    pub key_literal: bool,
}

/// The signing that an expression is.
pub(super) fn of(expr: &Expr, place: &Place<'_, '_>) -> Option<Signing> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(func) = &*call.func else { return None };
    let path = place.scope.index.resolve(place.scope.module, &segments(&func.path))?;
    if path != "jsonwebtoken::encode" || call.args.len() != 3 {
        return None;
    }
    let claims = value::read(&call.args[1], place);
    let claims = match claims.entries() {
        Some(entries) => entries.to_vec(),
        None => {
            let ty = claims.other().map(|other| other.ty.clone())?;
            shape::of_type(place.scope.index, &ty, claims.at).map(|shape| shape.entries).unwrap_or_default()
        }
    };
    let key = followed(&call.args[2], place);
    let made = key.to_token_stream().to_string();
    Some(Signing {
        algorithm: algorithm(followed(&call.args[0], place)),
        claims,
        key: value::read(&call.args[2], place).other().map(|other| other.words.clone()).unwrap_or_default(),
        key_decoded: made.contains("from_base64_secret"),
        key_literal: is_literal(key),
    })
}

/// The expression that a name was declared with, else itself.
fn followed<'e>(expr: &'e Expr, place: &Place<'e, '_>) -> &'e Expr {
    let expr = bare(expr);
    init_of(expr, place).map_or(expr, bare)
}

/// `Header::new(Algorithm::HS512)`, `Header::default()`, `Header { alg: Algorithm::HS512, .. }`.
fn algorithm(header: &Expr) -> Option<String> {
    let last = |expr: &Expr| match expr {
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    match header {
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else { return None };
            let func = segments(&func.path);
            match func.last().map(String::as_str) {
                Some("default") => Some("HS256".to_string()),
                Some("new") => call.args.first().and_then(last).filter(|name| is_algorithm(name)),
                _ => None,
            }
        }
        Expr::Struct(literal) => {
            let alg = literal
                .fields
                .iter()
                .find(|field| matches!(&field.member, syn::Member::Named(name) if name == "alg"));
            match alg {
                Some(field) => last(&field.expr).filter(|name| is_algorithm(name)),
                None => Some("HS256".to_string()),
            }
        }
        _ => None,
    }
}

/// A constant's name says nothing of what it is.
fn is_algorithm(name: &str) -> bool {
    [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "PS384", "PS512",
        "EdDSA",
    ]
    .contains(&name)
}

/// True for `EncodingKey::from_secret(b"…")` and its like.
fn is_literal(key: &Expr) -> bool {
    let Expr::Call(call) = key else { return false };
    let Some(argument) = call.args.first() else { return false };
    matches!(bare(argument), Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)))
}
