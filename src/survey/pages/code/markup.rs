//! Heads in macros that hold markup: maud's `html! { head { … } }`, Leptos' `view! { <head> … </head> }`.
//!
//! Near misses: `head` as a name in an expression (`@if head { … }`), as an attribute's or a component's name, and
//! the macros of other crates that share a name. Leptos before 0.7 writes the head itself; there a `<Script>` beside
//! the `<Stylesheet>` brings the tag.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::super::place::{Form, Place};
use super::{Candidate, Shape};
use crate::survey::literals::{is_test, strings};
use crate::target::index::Parsed;
use crate::target::{Package, SourceText};

/// The heads in a file's markup macros.
pub fn heads(file: &SourceText, parsed: &Parsed, package: &Package) -> Vec<Candidate> {
    let mut reader = Reader {
        file,
        parsed,
        maud: package.depends_on("maud").is_some(),
        leptos: package.depends_on("leptos").is_some(),
        found: Vec::new(),
    };
    reader.visit_file(&parsed.file);
    reader.found
}

struct Reader<'a> {
    file: &'a SourceText,
    parsed: &'a Parsed,
    maud: bool,
    leptos: bool,
    found: Vec<Candidate>,
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

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let at = self.parsed.bytes(mac.delimiter.span().join());
        match name.as_str() {
            "html" if self.maud => self.maud(at, &mac.tokens),
            "view" if self.leptos => self.leptos(at, &mac.tokens),
            _ => {}
        }
    }
}

impl Reader<'_> {
    fn candidate(
        &self,
        shape: Shape,
        at: Range<usize>,
        end: Range<usize>,
        tokens: &TokenStream,
    ) -> Candidate {
        let already = strings(tokens.clone()).iter().any(|literal| super::super::is_client(&literal.value()));
        Candidate {
            shape,
            at,
            head_end: Some(end),
            body_end: None,
            place: Err(String::new()),
            already,
            ends_head: true,
            loads: true,
            mail_layout: false,
            leads_on: false,
            documents_api: false,
        }
    }

    fn maud(&mut self, at: Range<usize>, tokens: &TokenStream) {
        let mut heads = Vec::new();
        maud_heads(tokens, &mut heads);
        let Some(head) = heads.first() else {
            return;
        };
        let brace = self.parsed.bytes(head.span_close());
        let mut found = self.candidate(Shape::Maud, at, brace.clone(), tokens);
        found.place = match heads.len() {
            1 => Ok(self.before_brace(head, brace.start)),
            _ => Err("it has more than one head".to_string()),
        };
        self.found.push(found);
    }

    fn before_brace(&self, head: &Group, brace: usize) -> Place {
        let file = self.file;
        if !file.is_first_on_line(brace) {
            let blank = file.text[..brace].ends_with([' ', '\t']);
            let before = if blank { "" } else { " " };
            return Place { at: brace, before: before.into(), after: " ".into(), form: Form::Maud };
        }
        let first = head.stream().into_iter().next().map(|tree| self.parsed.bytes(tree.span()).start);
        let before = match first.filter(|&first| file.is_first_on_line(first)) {
            Some(first) => file.indentation(first).to_string(),
            None => format!("{}{}", file.indentation(brace), file.indent_unit()),
        };
        Place { at: file.line_start(brace), before, after: file.eol().to_string(), form: Form::Maud }
    }

    fn leptos(&mut self, at: Range<usize>, tokens: &TokenStream) {
        let mut tags = Tags::default();
        tags.read(tokens);
        let Some(end) = tags.head_ends.first() else {
            if let Some(last) = tags.stylesheets.last() {
                let after = self.parsed.bytes(*last).end;
                let mut found = self.candidate(Shape::LeptosMeta, at, after..after, tokens);
                found.place = Ok(self.after_element(after));
                self.found.push(found);
            }
            return;
        };
        let start = self.parsed.bytes(*end).start;
        let mut found = self.candidate(Shape::Leptos, at, start..start, tokens);
        found.place = match tags.head_ends.len() {
            1 => Ok(self.before_tag(start)),
            _ => Err("it has more than one head".to_string()),
        };
        self.found.push(found);
    }

    fn before_tag(&self, tag: usize) -> Place {
        let file = self.file;
        if !file.is_first_on_line(tag) {
            return Place { at: tag, before: String::new(), after: String::new(), form: Form::Html };
        }
        // Like the line above, if that is not the start of the head itself.
        let above = file.text[..file.line_start(tag)].trim_end().len().saturating_sub(1);
        let deeper = file.indentation(above);
        let own = file.indentation(tag);
        let before = if deeper.len() > own.len() {
            deeper.to_string()
        } else {
            format!("{own}{}", file.indent_unit())
        };
        Place { at: file.line_start(tag), before, after: file.eol().to_string(), form: Form::Html }
    }

    fn after_element(&self, end: usize) -> Place {
        let before = format!("{}{}", self.file.eol(), self.file.indentation(end.saturating_sub(1)));
        Place { at: end, before, after: String::new(), form: Form::LeptosMeta }
    }
}

/// Groups of `head` elements, at any depth. An element starts where a node may: first in a group, after another
/// node's braces, parentheses or text, or after a semicolon.
fn maud_heads(tokens: &TokenStream, found: &mut Vec<Group>) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else {
            continue;
        };
        let named = i.checked_sub(1).and_then(|before| trees.get(before));
        let is_head = matches!(named, Some(TokenTree::Ident(name)) if name == "head");
        let starts = match i.checked_sub(2).and_then(|before| trees.get(before)) {
            None => true,
            Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
            Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
            Some(TokenTree::Ident(_)) => false,
        };
        if is_head && starts && group.delimiter() == Delimiter::Brace {
            found.push(group.clone());
        } else if group.delimiter() == Delimiter::Brace {
            maud_heads(&group.stream(), found);
        }
    }
}

/// Tags in Leptos' tokens.
#[derive(Default)]
struct Tags {
    /// `<` of every `</head>`.
    head_ends: Vec<proc_macro2::Span>,
    /// `>` of every `<Stylesheet …/>`.
    stylesheets: Vec<proc_macro2::Span>,
}

impl Tags {
    fn read(&mut self, tokens: &TokenStream) {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let is = |i: usize, text: &str| match trees.get(i) {
            Some(TokenTree::Punct(punct)) => text.len() == 1 && text.starts_with(punct.as_char()),
            Some(TokenTree::Ident(ident)) => ident == text,
            _ => false,
        };
        for (i, tree) in trees.iter().enumerate() {
            if is(i, "<") && is(i + 1, "/") && is(i + 2, "head") && is(i + 3, ">") {
                self.head_ends.push(tree.span());
            }
            if is(i, "<") && is(i + 1, "Stylesheet") {
                let end = (i + 2..trees.len()).find(|&at| is(at, "/") && is(at + 1, ">"));
                self.stylesheets.extend(end.and_then(|end| trees.get(end + 1)).map(TokenTree::span));
            }
            if let TokenTree::Group(group) = tree {
                self.read(&group.stream());
            }
        }
    }
}
