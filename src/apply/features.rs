//! Features behind which an edit lies: with the default ones alone, `cargo check` would never see it.
//!
//! `#[cfg(feature = "billing")]` counts on the item or block around an edit, and on the `mod billing;` by which the edited
//! file belongs to the package, within `cfg_if!` too. What else a `cfg` may ask for (a platform, the absence of a
//! feature) is not looked at.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item};

use super::check::Change;
use super::compile::Job;
use super::confine;
use crate::target::index::{Parsed, finish};

/// Features, by the name of the package that has them, which are not on by default and behind which an edit lies.
pub(super) fn needed(job: &Job, metadata: &Value) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let Some(folder) = package["manifest_path"].as_str().and_then(|path| Path::new(path).parent()) else {
            continue;
        };
        let known = |name: &str| package["features"].get(name).is_some();
        let on = defaults(&package["features"]);
        let rust = job.changes.iter().filter(|change| change.path.ends_with(".rs"));
        for change in rust.filter(|change| job.root.join(&change.path).starts_with(folder)) {
            let mut found = around_edits(job, change);
            found.extend(around_file(job.root, &change.path));
            needed.extend(found.into_iter().filter(|name| known(name) && !on.contains(name)));
        }
    }
    needed
}

/// What `default` brings along.
fn defaults(features: &Value) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut open = vec!["default".to_string()];
    while let Some(name) = open.pop() {
        if on.insert(name.clone()) {
            let more = features[&name].as_array().into_iter().flatten().filter_map(Value::as_str);
            open.extend(more.map(str::to_string));
        }
    }
    on
}

/// Features of what stands around the edits of a file.
fn around_edits(job: &Job, change: &Change) -> BTreeSet<String> {
    let before = change.before.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(file) = before.and_then(|text| syn::parse_file(text).ok()) else {
        return BTreeSet::new();
    };
    // Positions of syn do not count a byte order mark.
    let skipped = before.map_or(0, |text| text.len() - text.trim_start_matches('\u{feff}').len());
    let places: Vec<usize> =
        job.plan.edits_of(&change.path).map(|(_, edit)| edit.at[0].saturating_sub(skipped)).collect();
    let mut around = Around { places, found: BTreeSet::new() };
    around.visit_file(&file);
    around.found
}

struct Around {
    places: Vec<usize>,
    found: BTreeSet<String>,
}

impl Around {
    fn look(&mut self, attributes: &[Attribute], span: proc_macro2::Span) {
        let range = span.byte_range();
        if self.places.iter().any(|place| range.start <= *place && *place <= range.end) {
            self.found.extend(features(attributes));
        }
    }
}

impl<'ast> Visit<'ast> for Around {
    fn visit_item(&mut self, item: &'ast Item) {
        self.look(attributes(item), item.span());
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.look(&item.attrs, item.span());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        self.look(&local.attrs, local.span());
        visit::visit_local(self, local);
    }

    fn visit_expr_block(&mut self, block: &'ast syn::ExprBlock) {
        self.look(&block.attrs, block.span());
        visit::visit_expr_block(self, block);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

/// Features of the modules that a file is, up to the package's root.
fn around_file(root: &Path, path: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut module = path.strip_suffix(".rs").unwrap_or(path);
    module = module.strip_suffix("/mod").unwrap_or(module);
    while let Some((folder, name)) = module.rsplit_once('/') {
        let candidates = ["mod.rs", "lib.rs", "main.rs"].map(|file| format!("{folder}/{file}"));
        for parent in candidates.into_iter().chain([format!("{folder}.rs")]) {
            let text = confine::read(root, &parent)
                .ok()
                .flatten()
                .and_then(|(bytes, _)| String::from_utf8(bytes).ok());
            let parsed = text.and_then(|text| Parsed::new(&text).ok());
            for item in parsed.iter().flat_map(|parsed| &parsed.file.items) {
                if let Item::Mod(declared) = item
                    && declared.ident == name
                {
                    found.extend(features(&declared.attrs));
                }
            }
            drop(parsed);
            finish();
        }
        module = folder;
    }
    found
}

/// Features that `cfg`s ask for, outside of `not(…)` and `any(…)`.
fn features(attributes: &[Attribute]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
        // What can't be understood asks for nothing.
        let _ = attribute.parse_nested_meta(|meta| asked(&meta, &mut found));
    }
    found
}

fn asked(meta: &syn::meta::ParseNestedMeta, found: &mut BTreeSet<String>) -> syn::Result<()> {
    if meta.path.is_ident("all") {
        return meta.parse_nested_meta(|inner| asked(&inner, found));
    }
    if meta.input.peek(syn::Token![=]) {
        let value: syn::LitStr = meta.value()?.parse()?;
        if meta.path.is_ident("feature") {
            found.insert(value.value());
        }
    } else if meta.input.peek(syn::token::Paren) {
        // Passed over as a whole.
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_behind_what_its_declarations_ask_for() {
        let dir = tempfile::tempdir().unwrap();
        let src = dir.path().join("src");
        fs_err::create_dir(&src).unwrap();
        for (root, wanted) in [
            ("#[cfg(feature = \"ssr\")]\nmod server;\n", true),
            ("cfg_if::cfg_if! { if #[cfg(feature = \"ssr\")] { mod server; } }\n", true),
            ("cfg_if::cfg_if! { if #[cfg(feature = \"csr\")] { mod page; } else { mod server; } }\n", false),
            ("mod server;\n", false),
        ] {
            fs_err::write(src.join("lib.rs"), root).unwrap();
            assert_eq!(around_file(dir.path(), "src/server.rs").contains("ssr"), wanted, "{root}");
        }
    }
}
