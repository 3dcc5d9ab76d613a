//! What stands around an item: attributes, visibility, type parameters, fields.

use quote::ToTokens;
use syn::Attribute;

use super::items::{Field, Visibility};
use super::ty::Ty;

/// Attributes without white space, such as `cfg(debug_assertions)` or `tokio::test`; doc comments left out.
pub(super) fn attributes(attrs: &[Attribute]) -> Vec<String> {
    attrs
        .iter()
        .filter(|attr| !attr.path().is_ident("doc"))
        .map(|attr| attr.meta.to_token_stream().to_string().replace(' ', ""))
        .collect()
}

pub(super) fn derives(attrs: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // A malformed derive has no names; rustc will say so.
        let _ = attr.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        });
    }
    names
}

pub(super) fn is_test(attrs: &[Attribute]) -> bool {
    attributes(attrs)
        .iter()
        .any(|attr| attr == "cfg(test)" || (attr.starts_with("cfg(all(") && attr.contains("test")))
}

pub(super) fn is_debug_only(attrs: &[Attribute]) -> bool {
    attributes(attrs).iter().any(|attr| {
        attr == "cfg(debug_assertions)"
            || (attr.starts_with("cfg(all(")
                && attr.contains("debug_assertions")
                && !attr.contains("not(debug_assertions)"))
    })
}

pub(super) fn path_attribute(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().find(|attr| attr.path().is_ident("path")).and_then(|attr| match &attr.meta {
        syn::Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

pub(super) fn fields(fields: &syn::Fields) -> Vec<Field> {
    fields
        .iter()
        .enumerate()
        .map(|(i, field)| Field {
            name: field.ident.as_ref().map_or_else(|| i.to_string(), ToString::to_string),
            ty: Ty::from_syn(&field.ty),
            visibility: visibility(&field.vis),
            attributes: attributes_for(&field.attrs, &["serde", "arg", "clap", "sea_orm"]),
        })
        .collect()
}

fn attributes_for(attrs: &[Attribute], names: &[&str]) -> Vec<String> {
    let wanted = attrs.iter().filter(|attr| names.iter().any(|name| attr.path().is_ident(name)));
    wanted.map(|attr| attr.meta.to_token_stream().to_string().replace(' ', "")).collect()
}

/// The text of a string literal, or of `concat!` over some.
pub(super) fn text_of(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        syn::Expr::Reference(inner) => text_of(&inner.expr),
        syn::Expr::Macro(inner) if inner.mac.path.is_ident("concat") => {
            let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
            let parts = inner.mac.parse_body_with(parser).ok()?;
            parts.iter().map(text_of).collect()
        }
        _ => None,
    }
}

pub(super) fn visibility(vis: &syn::Visibility) -> Visibility {
    match vis {
        syn::Visibility::Public(_) => Visibility::Public,
        syn::Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => Visibility::Crate,
        syn::Visibility::Restricted(_) => Visibility::Parent,
        _ => Visibility::Private,
    }
}

pub(super) fn type_parameters(generics: &syn::Generics) -> Vec<String> {
    generics.type_params().map(|param| param.ident.to_string()).collect()
}
