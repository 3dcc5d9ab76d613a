//! HTML documents in string literals of Rust code: `format!("<html><head>…")`, `const PAGE: &str = r#"…"#`.
//!
//! Near misses: `"</head>"` that is looked for or replaced (`html.replace("</head>", …)`, `line == "<head>"`, a
//! pattern); doc comments and tests; text between the tags of a `view!`; a piece without the end of its head, whose
//! end stands in a literal beside it.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, LitStr, Token};

use super::super::place::{self, Place};
use super::{Candidate, Shape};
use crate::survey::html::Document;
use crate::survey::literals::{is_test, strings};
use crate::survey::mapped::Mapped;
use crate::target::SourceText;
use crate::target::index::Parsed;

/// Methods whose arguments are texts to look for or to replace.
const SEARCHES: [&str; 18] = [
    "contains",
    "ends_with",
    "find",
    "match_indices",
    "matches",
    "replace",
    "replacen",
    "rfind",
    "rsplit",
    "rsplit_once",
    "split",
    "split_once",
    "split_terminator",
    "splitn",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "trim_start_matches",
];

/// The documents in a file's literals.
pub fn documents(file: &SourceText, parsed: &Parsed) -> Vec<Candidate> {
    let mut reader = Reader { file, parsed, searched: 0, found: Vec::new() };
    reader.visit_file(&parsed.file);
    reader.found
}

struct Reader<'a> {
    file: &'a SourceText,
    parsed: &'a Parsed,
    /// Inside so many things that look for a text.
    searched: usize,
    found: Vec<Candidate>,
}

impl Reader<'_> {
    fn looking_for(&mut self, visit: impl FnOnce(&mut Self)) {
        self.searched += 1;
        visit(self);
        self.searched -= 1;
    }

    fn literal(&mut self, literal: &LitStr) {
        let value = literal.value();
        if self.searched > 0 || !value.contains('<') {
            return;
        }
        let document = Document::plain(&value);
        if !document.is_shell() {
            return;
        }
        let at = self.parsed.bytes(literal.span());
        let Some(source) = self.file.text.get(at.clone()) else {
            return;
        };
        // CRLF in a literal is a single line end in its value.
        let mapped = Mapped::literal(source, at.start).filter(|mapped| {
            mapped.value == value
                || mapped.value.len() != value.len() && mapped.value.replace("\r\n", "\n") == value
        });
        let Some(mapped) = mapped else {
            return;
        };
        let document = Document::plain(&mapped.value);
        let bytes = |tags: &[Range<usize>]| -> Option<Range<usize>> {
            tags.last().map(|tag| mapped.before(tag.start)..mapped.after(tag.end))
        };
        let place: Result<Place, String> = place::in_literal(self.file, &document, &mapped, at.clone());
        self.found.push(Candidate {
            shape: Shape::Text,
            head_end: bytes(&document.head_ends),
            body_end: bytes(&document.body_ends),
            at,
            place,
            already: document.scripts.iter().any(|src| super::super::is_client(src)),
            ends_head: !document.head_ends.is_empty(),
            loads: document.loads(),
            mail_layout: document.looks_like_email(),
            leads_on: document.refreshes,
            documents_api: document.documents_api,
        });
    }
}

/// The tokens of a Leptos `view!` without the texts between its tags, which are shown as they are; attributes' stay.
fn without_text(tokens: &TokenStream) -> TokenStream {
    let mut of_attribute = false;
    let kept = tokens.clone().into_iter().filter(|tree| {
        let keep = of_attribute || !matches!(tree, TokenTree::Literal(_));
        of_attribute = matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '=');
        keep
    });
    kept.collect()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        self.looking_for(|reader| visit::visit_pat(reader, pat));
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.literal(literal);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        match binary.op {
            syn::BinOp::Eq(_) | syn::BinOp::Ne(_) => {
                self.looking_for(|reader| visit::visit_expr_binary(reader, binary));
            }
            _ => visit::visit_expr_binary(self, binary),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        let searches = SEARCHES.iter().any(|name| call.method == name);
        let args = |reader: &mut Self| call.args.iter().for_each(|arg| reader.visit_expr(arg));
        match searches {
            true => self.looking_for(args),
            false => args(self),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if name.contains("assert") || name == "matches" {
            return;
        }
        match mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            Ok(args) => args.iter().for_each(|arg| self.visit_expr(arg)),
            Err(_) => {
                let tokens = if name == "view" { without_text(&mac.tokens) } else { mac.tokens.clone() };
                strings(tokens).iter().for_each(|literal| self.literal(literal));
            }
        }
    }
}
