//! How Rust code names pages: what it includes, which folders it serves, where its templates lie.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;

use super::{SERVERS, Served};
use crate::survey::literals::{folder, is_test, normal, strings, way_out};
use crate::target::Package;
use crate::target::index::Parsed;

/// Looks through one file.
pub struct Reader<'a> {
    pub served: &'a mut Served,
    pub package: &'a Package,
    pub file: &'a str,
    pub parsed: &'a Parsed,
    /// Macros of the file that include what they are given.
    pub including: BTreeSet<String>,
}

impl Reader<'_> {
    fn template_dir(&mut self, literal: &syn::LitStr) {
        let written = literal.value();
        let inside = before_pattern(&written);
        if !inside.is_empty() {
            self.served.template_dirs.extend(normal(&self.package.path(inside)));
            self.leaves(&self.package.path(inside), literal);
        }
    }

    fn place(&mut self, literal: &syn::LitStr) {
        let written = literal.value();
        let inside = written.trim_start_matches("$CARGO_MANIFEST_DIR/").trim_start_matches("./");
        self.leaves(&self.package.path(inside), literal);
        // Programs run in the package's folder or in the workspace's root.
        self.served.places.extend(normal(&self.package.path(inside)));
        self.served.places.extend(normal(inside));
    }

    /// Notes what `include_str!` takes.
    fn include(&mut self, literal: &syn::LitStr) {
        let value = literal.value();
        // `concat!(env!("CARGO_MANIFEST_DIR"), "/page.html")`
        let path = match value.strip_prefix('/') {
            Some(inside) => normal(&self.package.path(inside)),
            None => normal(&format!("{}/{value}", folder(self.file))),
        };
        if let Some(path) = path {
            let at = self.parsed.bytes(literal.span()).start;
            self.served.mentions.push((path.clone(), self.file.to_string(), at));
            self.served.included.insert(path);
        }
    }

    /// Notes a path that leaves the root.
    fn leaves(&mut self, path: &str, literal: &syn::LitStr) {
        if normal(path).is_none() {
            let at = self.parsed.bytes(literal.span());
            self.served.outside.push((way_out(path), self.file.to_string(), at));
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(name) = item.ident.as_ref().filter(|_| includes_given(item.mac.tokens.clone())) {
            self.including.insert(name.to_string());
        }
        syn::visit::visit_item_macro(self, item);
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        let value = literal.value();
        if value.len() < 200 && !value.contains(char::is_whitespace) {
            if value.contains('.') {
                let at = self.parsed.bytes(literal.span()).start;
                self.served.mentions.push((value.clone(), self.file.to_string(), at));
            }
            self.served.names.insert(value);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func
            && path.path.segments.iter().any(|segment| SERVERS.iter().any(|name| segment.ident == name))
        {
            let literals: Vec<_> = call.args.iter().flat_map(|arg| strings(arg.to_token_stream())).collect();
            self.served.elsewhere |= literals.is_empty();
            literals.iter().for_each(|literal| self.place(literal));
        }
        if let syn::Expr::Path(path) = &*call.func {
            let segments: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let of_templates = match segments.as_slice() {
                [.., ty, name] if ty == "Tera" => matches!(name.as_str(), "new" | "parse"),
                [.., name] => matches!(name.as_str(), "path_loader" | "embed_templates"),
                [] => false,
            };
            if of_templates {
                let first = call.args.first().map(|arg| strings(arg.to_token_stream())).unwrap_or_default();
                first.iter().take(1).for_each(|literal| self.template_dir(literal));
            }
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "register_templates_directory" {
            let literals: Vec<_> = call.args.iter().flat_map(|arg| strings(arg.to_token_stream())).collect();
            // One of them is an ending.
            for literal in literals
                .iter()
                .filter(|literal| !literal.value().starts_with('.') || literal.value().contains('/'))
            {
                self.template_dir(literal);
            }
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let found = strings(mac.tokens.clone());
        match (name.as_str(), found.last()) {
            ("include_str" | "include_bytes", Some(last)) => self.include(last),
            ("embed_templates", Some(last)) => self.template_dir(last),
            // Rocket's `relative!` names a folder of the package.
            ("include_dir" | "relative", Some(last)) => self.place(last),
            _ => {
                for literal in &found {
                    self.visit_lit_str(literal);
                }
                if self.including.contains(&name) {
                    found.iter().for_each(|literal| self.include(literal));
                }
                // Macros such as `format!` may hold calls; `include_str!` inside them is found by its name.
                if let Ok(args) = mac.parse_body_with(
                    syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated,
                ) {
                    for arg in &args {
                        self.visit_expr(arg);
                    }
                }
            }
        }
    }
}

/// The folder that a pattern for templates starts with: `templates` for `templates/**/*.html`.
fn before_pattern(written: &str) -> &str {
    let plain = written.split(['*', '{']).next().unwrap_or_default();
    let folder = if plain.len() < written.len() {
        plain.rsplit_once('/').map_or("", |(folder, _)| folder)
    } else {
        plain
    };
    folder.trim_start_matches("./").trim_end_matches('/')
}

/// True for `include_str!($name)` somewhere in a macro's rules.
fn includes_given(rules: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = rules.into_iter().collect();
    tokens.windows(3).any(|three| match three {
        [TokenTree::Ident(name), _, TokenTree::Group(given)] => {
            (name == "include_str" || name == "include_bytes") && given.stream().to_string().starts_with('$')
        }
        _ => false,
    }) || tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Group(inner) if includes_given(inner.stream())))
}

#[cfg(test)]
mod tests {
    use super::super::{Served, Shared};
    use crate::survey::pages::tests::project;

    #[test]
    fn a_macro_that_includes_what_it_is_given() {
        let files = [
            ("Cargo.toml", "[package]\nname = \"app\"\n"),
            (
                "src/pages/mod.rs",
                "macro_rules! page {\n    ($all:expr, $name:literal) => { $all.insert($name, include_bytes!($name)) };\n}\nmacro_rules! named {\n    ($name:literal) => { (include_str!(\"one.html\"), $name) };\n}\nfn all(all: &mut Map) {\n    page!(all, \"home.html\");\n    named!(\"two.html\");\n}\n",
            ),
            ("src/main.rs", "mod pages;\nfn main() {}\n"),
        ];
        let (_dir, target) = project(&files);
        let served = Served::read(&target, &target.packages[0], &Shared::of(&target, &[]));
        assert!(served.how("src/pages/home.html").is_some());
        // One that includes something else says nothing of what it is given.
        assert!(served.how("src/pages/two.html").is_none());
    }
}
