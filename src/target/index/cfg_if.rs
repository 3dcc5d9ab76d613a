//! Items within `cfg_if! { if #[cfg(…)] { … } else { … } }`, which stand in the file as if written beside it.
//!
//! Applications built for server and browser declare half of their modules so. Every branch is read, as `#[cfg]` twins
//! are, and each item gets its branch's condition. The macro stays among the items, as it is what stands there.
//!
//! Near misses: a macro of the same name that is called otherwise, and the macro as a statement: both stay closed.

use quote::quote_spanned;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Item, Token};

/// Adds what every `cfg_if!` holds, in inline modules too.
pub(super) fn open(items: &mut Vec<Item>) {
    let mut found = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Mod(module) => {
                if let Some((_, inner)) = &mut module.content {
                    open(inner);
                }
            }
            Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == "cfg_if") => {
                if let Ok(Branches(inner)) = Branches::parse.parse2(item.mac.tokens.clone()) {
                    found.extend(inner);
                }
            }
            _ => {}
        }
    }
    if !found.is_empty() {
        open(&mut found);
        items.extend(found);
    }
}

struct Branches(Vec<Item>);

impl Parse for Branches {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut all = Vec::new();
        let mut refused = Vec::new();
        input.parse::<Token![if]>()?;
        loop {
            let condition = single(input.call(Attribute::parse_outer)?, input)?;
            refused.push(condition.parse_args::<syn::Meta>()?);
            branch(input, &condition, &mut all)?;
            if input.is_empty() {
                return Ok(Self(all));
            }
            let otherwise = input.parse::<Token![else]>()?;
            if input.parse::<Option<Token![if]>>()?.is_none() {
                let rest = quote_spanned!(otherwise.span=> #[cfg(not(any(#(#refused),*)))]);
                let rest = single(Attribute::parse_outer.parse2(rest)?, input)?;
                branch(input, &rest, &mut all)?;
                return if input.is_empty() { Ok(Self(all)) } else { Err(input.error("more than branches")) };
            }
        }
    }
}

fn single(mut attributes: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Attribute> {
    match (attributes.pop(), attributes.is_empty()) {
        (Some(only), true) if only.path().is_ident("cfg") => Ok(only),
        _ => Err(input.error("not one condition")),
    }
}

fn branch(input: ParseStream<'_>, condition: &Attribute, all: &mut Vec<Item>) -> syn::Result<()> {
    let inner;
    syn::braced!(inner in input);
    while !inner.is_empty() {
        let mut item: Item = inner.parse()?;
        if let Some(attrs) = attributes_of(&mut item) {
            attrs.push(condition.clone());
        }
        all.push(item);
    }
    Ok(())
}

/// Attributes of the items that the index keeps.
fn attributes_of(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    Some(match item {
        Item::Const(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Macro(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        Item::Static(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        Item::Use(item) => &mut item.attrs,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::target::index::attributes::attributes;
    use crate::target::index::{Parsed, finish};

    /// The functions of a file: name, where the name stands, and the conditions.
    fn functions(text: &str) -> Vec<(String, Vec<String>)> {
        let parsed = Parsed::new(text).unwrap();
        let mut todo: Vec<&syn::Item> = parsed.file.items.iter().rev().collect();
        let mut found = Vec::new();
        while let Some(item) = todo.pop() {
            match item {
                syn::Item::Fn(item) => {
                    assert_eq!(text[parsed.range(&item.sig.ident)], item.sig.ident.to_string());
                    found.push((item.sig.ident.to_string(), attributes(&item.attrs)));
                }
                syn::Item::Mod(module) => todo.extend(module.content.iter().flat_map(|(_, items)| items)),
                _ => {}
            }
        }
        drop(parsed);
        finish();
        found
    }

    #[test]
    fn every_branch_is_read_with_its_condition() {
        let text = "cfg_if! { if #[cfg(feature = \"ssr\")] { fn a() {} } else if #[cfg(test)] { fn b() {} } \
                    else { fn c() {} } }";
        let found = functions(text);
        let shown: Vec<_> = found.iter().map(|(name, attrs)| (name.as_str(), attrs.join(" "))).collect();
        assert_eq!(shown[0], ("a", "cfg(feature=\"ssr\")".to_string()));
        assert_eq!(shown[1], ("b", "cfg(test)".to_string()));
        assert_eq!(shown[2], ("c", "cfg(not(any(feature=\"ssr\",test)))".to_string()));
    }

    #[test]
    fn in_modules_and_in_each_other() {
        let found = functions(
            "mod m { cfg_if::cfg_if! { if #[cfg(unix)] { cfg_if! { if #[cfg(test)] { fn a() {} } } } } }",
        );
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_is_called_otherwise_stays_closed() {
        for text in [
            "cfg_if! { fn a() {} }",
            "cfg_if! { if #[test] { fn a() {} } }",
            "cfg_if! { if #[cfg(unix)] { fn a() {} } fn b() {} }",
            "cfg_if! { if #[cfg(unix)] { fn a() {} } else { fn b() {} } else { fn c() {} } }",
            "other! { if #[cfg(unix)] { fn a() {} } }",
        ] {
            assert_eq!(functions(text), [], "{text}");
        }
    }
}
