//! Objects that Rust code sends: `json!({…})` and literals of serialisable structs, with the names they have on the wire.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Expr;
use syn::parse::Parser;

use super::value::{Entry, Origin, Other, Value, ValueKind, read_within};
use crate::survey::walk::Place;
use crate::target::index::{Field, Index, Ty, Type};

/// An object.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// Path of its struct; none for `json!`.
    pub of: Option<String>,
    /// True if it has more entries than can be read off.
    pub open: bool,
    /// Its bytes.
    pub at: Range<usize>,
}

/// The object that an expression is.
pub(super) fn of(expr: &Expr, place: &Place<'_, '_>, depth: usize) -> Option<Shape> {
    match expr {
        Expr::Macro(inner) if inner.mac.path.segments.last().is_some_and(|last| last.ident == "json") => {
            let object = braces(inner.mac.tokens.clone())?;
            let entries = json(object, place, depth)?;
            Some(Shape { entries, of: None, open: false, at: place.parsed.range(expr) })
        }
        Expr::Struct(literal) => {
            let ty = place.scope.infer(expr);
            let mut shape = of_type(place.scope.index, &ty, place.parsed.range(expr))?;
            for field in &literal.fields {
                let syn::Member::Named(name) = &field.member else { continue };
                let owner = place.scope.index.type_of(&ty)?;
                let Some(key) = wire_name(owner, &name.to_string()) else { continue };
                if let Some(entry) = shape.entries.iter_mut().find(|entry| entry.key == key) {
                    entry.value = read_within(&field.expr, place, depth + 1);
                    // What a field takes decides, not what can be read off of what is put in.
                    let declared = place.scope.index.field(&ty, &name.to_string());
                    if let (ValueKind::Other(other), Some(declared)) = (&mut entry.value.kind, declared) {
                        other.ty = declared;
                    }
                }
            }
            Some(shape)
        }
        _ => None,
    }
}

/// What a serialisable struct's values look like, from its definition.
pub(super) fn of_type(index: &Index, ty: &Ty, at: Range<usize>) -> Option<Shape> {
    let owner = index.type_of(ty).filter(|owner| owner.derives.iter().any(|name| name == "Serialize"))?;
    let says = |field: &Field, what: &str| field.attributes.iter().any(|attribute| attribute.contains(what));
    let entry = |field: &Field| {
        let ty = index.resolve_ty(owner.module, &field.ty);
        let kind = ValueKind::Other(Other { ty, origin: Origin::Unknown, words: Vec::new() });
        Some(Entry { key: wire_name(owner, &field.name)?, value: Value { kind, at: at.clone() } })
    };
    Some(Shape {
        entries: owner.fields.iter().filter(|field| !says(field, "flatten")).filter_map(entry).collect(),
        of: Some(owner.path.clone()),
        open: owner.fields.iter().any(|field| says(field, "flatten"))
            || owner.attributes.iter().any(|attribute| attribute.contains("into=")),
        at: at.clone(),
    })
}

/// The name of a field on the wire; `None` if it isn't sent.
fn wire_name(owner: &Type, field: &str) -> Option<String> {
    let declared = owner.fields.iter().find(|known| known.name == field)?;
    let mut said = declared.attributes.iter();
    if said.clone().any(|said| said.contains("(skip)") || said.contains("skip_serializing)")) {
        return None;
    }
    if let Some(name) =
        said.find_map(|attribute| quoted_after(attribute, &["(rename=", ",rename=", "rename(serialize="]))
    {
        return Some(name);
    }
    let rule = owner
        .attributes
        .iter()
        .filter(|attribute| attribute.starts_with("serde("))
        .find_map(|attribute| quoted_after(attribute, &["rename_all=", "rename_all(serialize="]));
    Some(renamed(field.trim_start_matches("r#"), rule.as_deref().unwrap_or("")))
}

fn quoted_after(attribute: &str, starts: &[&str]) -> Option<String> {
    let rest = starts.iter().find_map(|start| attribute.split_once(start).map(|(_, rest)| rest))?;
    rest.strip_prefix('"')?.split('"').next().map(str::to_string)
}

fn renamed(field: &str, rule: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    };
    let words: Vec<&str> = field.split('_').filter(|word| !word.is_empty()).collect();
    match rule {
        "camelCase" => words
            .iter()
            .enumerate()
            .map(|(i, word)| if i == 0 { (*word).to_string() } else { capital(word) })
            .collect(),
        "PascalCase" => words.iter().map(|word| capital(word)).collect(),
        "kebab-case" => field.replace('_', "-"),
        "SCREAMING_SNAKE_CASE" => field.to_ascii_uppercase(),
        _ => field.to_string(),
    }
}

/// The tokens in braces, if that is all there is.
fn braces(tokens: TokenStream) -> Option<TokenStream> {
    let mut all = tokens.into_iter();
    match (all.next(), all.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => {
            Some(group.stream())
        }
        _ => None,
    }
}

/// Entries of an object as `json!` takes it; `None` if it is none.
fn json(object: TokenStream, place: &Place<'_, '_>, depth: usize) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in split(object) {
        let (key, value) = key_and_value(&entry)?;
        let at = bytes(&value, place);
        let stream: TokenStream = value.into_iter().collect();
        let kind = match braces(stream.clone()).and_then(|inner| json(inner, place, depth)) {
            Some(inner) => ValueKind::Object(inner),
            None => match syn::parse2::<Expr>(stream.clone()) {
                Ok(expr) => read_within(&expr, place, depth + 1).kind,
                Err(_) => ValueKind::Other(Other {
                    ty: Ty::Unknown,
                    origin: Origin::Unknown,
                    words: super::value::words(&stream),
                }),
            },
        };
        entries.push(Entry { key, value: Value { kind, at } });
    }
    Some(entries)
}

/// Expressions that `json!` evaluates, at any depth.
pub(super) fn expressions(tokens: TokenStream) -> Vec<Expr> {
    let Some(object) = braces(tokens.clone()) else {
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        return parser.parse2(tokens).map(|all| all.into_iter().collect()).unwrap_or_default();
    };
    let mut out = Vec::new();
    for (_, value) in split(object).iter().filter_map(|entry| key_and_value(entry)) {
        let stream: TokenStream = value.into_iter().collect();
        match syn::parse2::<Expr>(stream.clone()) {
            Ok(expr) if !matches!(expr, Expr::Block(_)) => out.push(expr),
            _ => out.extend(expressions(stream)),
        }
    }
    out
}

/// Tokens between commas.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut out = vec![Vec::new()];
    for tree in tokens {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => out.push(Vec::new()),
            _ => out.last_mut().into_iter().for_each(|last: &mut Vec<TokenTree>| last.push(tree.clone())),
        }
    }
    out.retain(|entry| !entry.is_empty());
    out
}

fn key_and_value(entry: &[TokenTree]) -> Option<(String, Vec<TokenTree>)> {
    let (key, rest) = entry.split_first()?;
    let (colon, value) = rest.split_first()?;
    let TokenTree::Literal(key) = key else { return None };
    let syn::Lit::Str(key) = syn::Lit::new(key.clone()) else { return None };
    matches!(colon, TokenTree::Punct(punct) if punct.as_char() == ':').then(|| (key.value(), value.to_vec()))
}

fn bytes(tokens: &[TokenTree], place: &Place<'_, '_>) -> Range<usize> {
    let span = |tree: &TokenTree| place.parsed.bytes(tree.span());
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => span(first).start..span(last).end,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn fields_are_named_as_serde_names_them() {
        assert_eq!(renamed("product_user_id", "camelCase"), "productUserId");
        assert_eq!(renamed("product_user_id", "PascalCase"), "ProductUserId");
        assert_eq!(renamed("product_user_id", "kebab-case"), "product-user-id");
        assert_eq!(renamed("product_user_id", ""), "product_user_id");
    }
}
