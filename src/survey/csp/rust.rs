//! Policies in string literals of Rust code.
//!
//! A literal counts if the function, constant or static around it names the header, or if code that names the header
//! names that constant or function.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Expr, Lit, LitStr, Token};

use super::policy::Policy;
use super::{Csp, CspSite};
use crate::survey::literals::{is_test, rust_files, strings, words};
use crate::survey::mapped::Mapped;
use crate::target::index::{Parsed, finish};
use crate::target::{Package, SourceText, Target};

/// A function, constant or static.
struct Owner {
    name: String,
    /// True if it names the header.
    refers: bool,
    /// True if that is the header that only reports.
    report_only: bool,
    words: BTreeSet<String>,
}

struct Found {
    file: usize,
    at: Range<usize>,
    policy: Policy,
    /// Numbers of the owners around it, outermost first.
    owners: Vec<usize>,
    by_hand: Option<String>,
}

/// The policies in a package's Rust files, without their ids.
pub fn policies(target: &Target, package: &Package) -> Vec<CspSite> {
    let files = rust_files(target, package);
    let mut owners = Vec::new();
    let mut found = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let lower = file.text.to_ascii_lowercase();
        // Code that sets the header, or that holds directives; the second need not name the first.
        if !lower.contains("-src") && !lower.replace(['_', '-'], "").contains("contentsecuritypolicy") {
            continue;
        }
        if let Ok(parsed) = Parsed::new(&file.text) {
            let mut reader = Reader {
                file,
                number,
                parsed: &parsed,
                owners: &mut owners,
                found: &mut found,
                stack: Vec::new(),
                parts: false,
            };
            reader.visit_file(&parsed.file);
        }
        finish();
    }
    found.into_iter().map(|one| site(package, files[one.file], &owners, one)).collect()
}

fn site(package: &Package, file: &SourceText, owners: &[Owner], found: Found) -> CspSite {
    let mut setters: Vec<&Owner> =
        found.owners.iter().filter_map(|&number| owners.get(number)).filter(|owner| owner.refers).collect();
    if setters.is_empty()
        && let Some(own) = found.owners.last().and_then(|&number| owners.get(number))
    {
        setters = owners.iter().filter(|owner| owner.refers && owner.words.contains(&own.name)).collect();
    }
    let decoy = setters
        .is_empty()
        .then(|| "no code around it or using it sets a Content-Security-Policy".to_string());
    let report_only = !setters.is_empty() && setters.iter().all(|owner| owner.report_only);
    CspSite {
        id: String::new(),
        csp: Csp {
            app: package.name.clone(),
            at: file.at(found.at),
            kind: "header".to_string(),
            directives: found.policy.facts(),
            decoy,
        },
        policy: found.policy,
        report_only,
        by_hand: found.by_hand,
    }
}

struct Reader<'a> {
    file: &'a SourceText,
    number: usize,
    parsed: &'a Parsed,
    owners: &'a mut Vec<Owner>,
    found: &'a mut Vec<Found>,
    stack: Vec<usize>,
    /// Inside something that puts a text together.
    parts: bool,
}

impl Reader<'_> {
    fn owner(&mut self, name: &syn::Ident, tokens: TokenStream) {
        let words: BTreeSet<String> = words(tokens.clone()).into_iter().collect();
        let headers: Vec<String> = words
            .iter()
            .map(|word| word.replace('_', "").to_ascii_lowercase())
            .chain(
                strings(tokens).iter().map(|literal| literal.value().replace('-', "").to_ascii_lowercase()),
            )
            .collect();
        let enforced = headers.iter().any(|header| header == "contentsecuritypolicy");
        let reports = headers.iter().any(|header| header == "contentsecuritypolicyreportonly");
        self.stack.push(self.owners.len());
        self.owners.push(Owner {
            name: name.to_string(),
            refers: enforced || reports,
            report_only: reports && !enforced,
            words,
        });
    }

    fn map(&self, literal: &LitStr) -> Option<(Mapped, Range<usize>)> {
        let at = self.parsed.bytes(literal.span());
        let mapped = Mapped::literal(self.file.text.get(at.clone())?, at.start)?;
        // CRLF in a literal is a single line end in its value.
        (mapped.value.replace("\r\n", "\n") == literal.value()).then_some((mapped, at))
    }

    fn literals(&mut self, literals: &[LitStr], separator: &str) {
        let mut whole: Option<(Mapped, Range<usize>)> = None;
        for literal in literals {
            let Some((mapped, at)) = self.map(literal) else {
                return;
            };
            match &mut whole {
                None => whole = Some((mapped, at)),
                Some((text, range)) => {
                    text.append(separator, mapped);
                    range.end = at.end;
                }
            }
        }
        let Some((mapped, at)) = whole else {
            return;
        };
        let Some(policy) = Policy::read(&mapped, &self.file.text) else {
            return;
        };
        let by_hand = self.parts.then(|| "it is put together from parts".to_string());
        self.found.push(Found { file: self.number, at, policy, owners: self.stack.clone(), by_hand });
    }

    fn within_parts(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.parts, true);
        visit(self);
        self.parts = before;
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            self.owner(&item.sig.ident, item.to_token_stream());
            syn::visit::visit_item_fn(self, item);
            self.stack.pop();
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.owner(&item.sig.ident, item.to_token_stream());
            syn::visit::visit_impl_item_fn(self, item);
            self.stack.pop();
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if !is_test(&item.attrs) {
            self.owner(&item.ident, item.expr.to_token_stream());
            syn::visit::visit_item_const(self, item);
            self.stack.pop();
        }
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.owner(&item.ident, item.expr.to_token_stream());
        syn::visit::visit_impl_item_const(self, item);
        self.stack.pop();
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.owner(&item.ident, item.expr.to_token_stream());
        syn::visit::visit_item_static(self, item);
        self.stack.pop();
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.literals(std::slice::from_ref(literal), "");
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        match binary.op {
            syn::BinOp::Add(_) | syn::BinOp::AddAssign(_) => {
                self.within_parts(|reader| syn::visit::visit_expr_binary(reader, binary));
            }
            _ => syn::visit::visit_expr_binary(self, binary),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        if name == "join"
            && let Some(literals) = literal_list(&call.receiver)
            && let Some(separator) = call.args.first().and_then(literal_of)
        {
            self.literals(&literals, &separator.value());
        } else if matches!(
            name.as_str(),
            "push_str" | "push" | "extend" | "insert_str" | "write_str" | "replace"
        ) {
            self.visit_expr(&call.receiver);
            self.within_parts(|reader| call.args.iter().for_each(|arg| reader.visit_expr(arg)));
        } else {
            syn::visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let args = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        match (name.as_str(), args) {
            ("concat", Ok(args)) => {
                let literals: Vec<LitStr> = args.iter().filter_map(literal_of).collect();
                if literals.len() == args.len() {
                    self.literals(&literals, "");
                } else {
                    self.within_parts(|reader| {
                        literals.iter().for_each(|literal| reader.visit_lit_str(literal))
                    });
                }
            }
            ("write" | "writeln", Ok(args)) => {
                self.within_parts(|reader| args.iter().for_each(|arg| reader.visit_expr(arg)));
            }
            (_, Ok(args)) => args.iter().for_each(|arg| self.visit_expr(arg)),
            (_, Err(_)) => strings(mac.tokens.clone()).iter().for_each(|literal| self.visit_lit_str(literal)),
        }
    }
}

/// The literals of `[…]`, `&[…]` or `vec![…]` of nothing else.
fn literal_list(expr: &Expr) -> Option<Vec<LitStr>> {
    match expr {
        Expr::Array(array) => array.elems.iter().map(literal_of).collect(),
        Expr::Reference(reference) => literal_list(&reference.expr),
        Expr::Paren(paren) => literal_list(&paren.expr),
        Expr::Macro(mac) if mac.mac.path.is_ident("vec") => {
            let args = mac.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
            args.iter().map(literal_of).collect()
        }
        _ => None,
    }
}

fn literal_of(expr: &Expr) -> Option<LitStr> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(literal) => Some(literal.clone()),
            _ => None,
        },
        _ => None,
    }
}
