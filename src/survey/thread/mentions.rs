//! Where names stand in code without its being known what they mean there.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use crate::survey::walk::{Around, Place};
use crate::target::index::Parsed;
use crate::target::{At, SourceText};

/// Names in a file's code that stand at none of the known bytes, imports aside. What is called as a method alone is not
/// meant by a local or a field of its name; `free` holds the names that are functions of their own.
pub fn unknown(
    text: &SourceText,
    parsed: &Parsed,
    names: &BTreeSet<String>,
    free: &BTreeSet<String>,
    known: &BTreeSet<usize>,
) -> Vec<(String, At)> {
    let mut found = Vec::new();
    read(parsed.file.to_token_stream(), &mut |name, span, before, after| {
        let may_be = match before {
            // `let customer = …`, `customer.id`, `customer: …`.
            'l' => false,
            _ if after == Follows::Field => false,
            '.' => after == Follows::Call,
            // A path, or the start of a signature in a macro.
            ':' | 'f' => true,
            _ => free.contains(name),
        };
        let at = parsed.bytes(span);
        // A doc comment's text comes as tokens of its own, with the comment's place.
        let written = text.text.get(at.clone()).is_some_and(|written| written == name);
        if written && may_be && names.contains(name) && !known.contains(&at.start) {
            found.push((name.to_string(), text.at(at)));
        }
    });
    found
}

/// What stands after a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    /// A parenthesis or the rest of a path.
    Call,
    /// A field, which no function has, or what it is set to.
    Field,
    /// Anything else.
    Other,
}

/// Shows every name with what stands before it (`f` for `fn`, `l` for `let`) and after it.
fn read(tokens: TokenStream, note: &mut impl FnMut(&str, proc_macro2::Span, char, Follows)) {
    let mut import = false;
    let mut before = ' ';
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        let mut now = ' ';
        match tree {
            TokenTree::Ident(ident) => {
                import |= ident == "use";
                now = match ident.to_string().as_str() {
                    "fn" => 'f',
                    "let" => 'l',
                    "mut" => before,
                    _ => ' ',
                };
                if !import {
                    note(&ident.to_string(), ident.span(), before, follows(trees.clone()));
                }
            }
            TokenTree::Punct(punct) => {
                import &= punct.as_char() != ';';
                // `a: b` is no path.
                let path = before == 'c' && punct.as_char() == ':';
                now = match punct.as_char() {
                    '.' => '.',
                    ':' if path => ':',
                    ':' if punct.spacing() == Spacing::Joint => 'c',
                    _ => ' ',
                };
            }
            TokenTree::Group(group) if !import => read(group.stream(), note),
            _ => {}
        }
        before = now;
    }
}

fn follows(mut trees: proc_macro2::token_stream::IntoIter) -> Follows {
    let calls = |tree: Option<TokenTree>| match tree {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ':' && punct.spacing() == Spacing::Joint,
        _ => false,
    };
    match trees.next() {
        Some(TokenTree::Punct(set)) if set.as_char() == ':' && set.spacing() == Spacing::Alone => {
            Follows::Field
        }
        Some(TokenTree::Punct(dot)) if dot.as_char() == '.' => match trees.next() {
            Some(TokenTree::Ident(field)) if field != "await" && !calls(trees.next()) => Follows::Field,
            _ => Follows::Other,
        },
        next if calls(next.clone()) => Follows::Call,
        _ => Follows::Other,
    }
}

/// True if the function around a place speaks of something called `metadata` that is no field or method.
pub fn speaks_of_metadata(place: &Place<'_, '_>) -> bool {
    match place.around.first() {
        Some(Around::Block(block, _)) => has_name(block.to_token_stream(), "metadata"),
        _ => true,
    }
}

/// True if tokens have a name that is no field or method.
pub fn has_name(tokens: TokenStream, name: &str) -> bool {
    let mut after_dot = false;
    for tree in tokens {
        let dot = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
        let found = match tree {
            TokenTree::Ident(ident) => ident == name && !after_dot,
            TokenTree::Group(group) => has_name(group.stream(), name),
            TokenTree::Literal(text) => text.to_string().contains(&format!("{{{name}")),
            TokenTree::Punct(_) => false,
        };
        if found {
            return true;
        }
        after_dot = dot;
    }
    false
}
