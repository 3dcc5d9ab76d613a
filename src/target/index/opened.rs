//! Items within `cfg_if! { if #[cfg(…)] { … } else { … } }` and `lazy_static! { static ref A: T = …; }`, which stand in
//! the file as if written beside them.
//!
//! Applications built for server and browser declare half of their modules so. Every branch is read, as `#[cfg]` twins
//! are, and each item gets its branch's condition. The macros stay among the items, as they are what stands there.
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
            Item::Macro(item) => found.extend(within(&item.mac).unwrap_or_default()),
            _ => {}
        }
    }
    if !found.is_empty() {
        open(&mut found);
        items.extend(found);
    }
}

/// The items of a macro that holds some.
fn within(mac: &syn::Macro) -> Option<Vec<Item>> {
    let name = &mac.path.segments.last()?.ident;
    let tokens = || mac.tokens.clone();
    if name == "cfg_if" {
        return Branches::parse.parse2(tokens()).ok().map(|branches| branches.0);
    }
    let statics = (name == "lazy_static").then(|| Statics::parse.parse2(tokens()).ok())?;
    statics.map(|statics| statics.0)
}

struct Statics(Vec<Item>);

impl Parse for Statics {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut all = Vec::new();
        while !input.is_empty() {
            let attrs = input.call(Attribute::parse_outer)?;
            let vis = input.parse()?;
            let static_token = input.parse()?;
            input.parse::<Token![ref]>()?;
            all.push(Item::Static(syn::ItemStatic {
                attrs,
                vis,
                static_token,
                mutability: syn::StaticMutability::None,
                ident: input.parse()?,
                colon_token: input.parse()?,
                ty: input.parse()?,
                eq_token: input.parse()?,
                expr: input.parse()?,
                semi_token: input.parse()?,
            }));
        }
        Ok(Self(all))
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
    fn statics_that_are_made_when_they_are_first_asked_for() {
        let statics = |text: &str| {
            let parsed = Parsed::new(text).unwrap();
            let found: Vec<String> = parsed
                .file
                .items
                .iter()
                .filter_map(|item| match item {
                    syn::Item::Static(item) => Some(text[parsed.range(&item.expr)].to_string()),
                    _ => None,
                })
                .collect();
            drop(parsed);
            finish();
            found
        };
        let text =
            "lazy_static::lazy_static! { /// Doc.\n pub static ref A: u8 = one(); static ref B: T = 2; }";
        assert_eq!(statics(text), ["one()", "2"]);
        assert!(statics("lazy_static! { static A: u8 = 1; }").is_empty());
        assert!(statics("other! { static ref A: u8 = 1; }").is_empty());
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
