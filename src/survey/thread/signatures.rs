//! Signatures of certain functions, and what forbids a further parameter.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Signature as Sig};

use super::{List, Signature, mentions};
use crate::target::SourceText;
use crate::target::index::{Index, Parsed};

/// Signatures of functions of these names: where the name stands, the signature, and why it has to stay as it is.
pub fn read(
    index: &Index,
    text: &SourceText,
    parsed: &Parsed,
    names: &BTreeSet<String>,
) -> Vec<(usize, Signature, Option<String>)> {
    let mut functions = Functions { index, text, parsed, names, around: None, found: Vec::new() };
    functions.visit_file(&parsed.file);
    functions.found
}

struct Functions<'f> {
    index: &'f Index,
    text: &'f SourceText,
    parsed: &'f Parsed,
    names: &'f BTreeSet<String>,
    /// What is said of the trait or `impl` around.
    around: Option<String>,
    found: Vec<(usize, Signature, Option<String>)>,
}

impl Functions<'_> {
    fn function(&mut self, sig: &Sig, attrs: &[Attribute], body: Option<&Block>) {
        if !self.names.contains(&sig.ident.to_string()) {
            return;
        }
        let name = self.parsed.bytes(sig.ident.span()).start;
        let end = self.parsed.range(sig).end;
        let mut functions = self.index.functions.iter().enumerate();
        let Some((id, _)) = functions.find(|(_, known)| known.file == self.text.path && known.at.end == end)
        else {
            return;
        };
        let list = List {
            open: self.parsed.bytes(sig.paren_token.span.open()).end,
            close: self.parsed.bytes(sig.paren_token.span.close()).start,
            items: sig.inputs.iter().map(|input| self.parsed.range(input)).collect(),
        };
        let line = &self.text.text[list.close..];
        let line_end = list.close + line.find(['\n', '\r']).unwrap_or(line.len());
        let mut tokens = sig.inputs.to_token_stream();
        tokens.extend(body.map(ToTokens::to_token_stream));
        let problem = self.around.clone().or_else(|| attribute(attrs)).or_else(|| {
            let special = sig.abi.is_some() || sig.variadic.is_some() || sig.ident == "main";
            special.then(|| "its signature is fixed".to_string())
        });
        let signature = Signature {
            function: id,
            at: self.text.at(self.parsed.range(sig)),
            list,
            line_end,
            name_is_taken: mentions::has_name(tokens, "metadata"),
        };
        self.found.push((name, signature, problem));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.attrs, Some(&item.block));
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let outer = std::mem::replace(&mut self.around, attribute(&item.attrs));
        visit::visit_item_impl(self, item);
        self.around = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.attrs, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let outer = std::mem::replace(&mut self.around, attribute(&item.attrs));
        visit::visit_item_trait(self, item);
        self.around = outer;
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig, &item.attrs, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }
}

/// An attribute that may read the signature: a mock's expectations take as many arguments, a span records each.
fn attribute(attrs: &[Attribute]) -> Option<String> {
    const PLAIN: [&str; 11] = [
        "doc",
        "allow",
        "expect",
        "warn",
        "deny",
        "inline",
        "must_use",
        "cold",
        "deprecated",
        "async_trait",
        "derive",
    ];
    let other = attrs.iter().find(|attribute| {
        let name = attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let skips_all = name == "instrument" && attribute.to_token_stream().to_string().contains("skip_all");
        !(PLAIN.contains(&name.as_str()) || skips_all)
    })?;
    let name = other.path().to_token_stream().to_string().replace(' ', "");
    Some(format!("`#[{name}]` may rest on its parameters"))
}
