//! What the Rust code says to and of Cello: objects it sends, tokens it signs, pairs it puts into metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;
use syn::Expr;
use syn::visit::{self, Visit};

use super::callers::{self, Callers};
use super::sent;
use super::shape::{self, Shape};
use super::signing::{self, Signing};
use super::value::{self, Origin, Value};
use crate::survey::walk::{Place, Recogniser, walk};
use crate::target::index::{FunctionId, Parsed, finish, on_deep_stack};
use crate::target::{SourceText, Target};

/// Something in a function of a file.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The file.
    pub file: String,
    /// The function around it.
    pub function: FunctionId,
    /// Its bytes.
    pub at: Range<usize>,
    /// What it is.
    pub what: T,
}

/// A key and its value: `("new_user_id", id)`, `.insert("new_user_id", id)`.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The key; what stands in `metadata[…]` without that.
    pub key: String,
    /// The value.
    pub value: Value,
}

/// Two values that are compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The left side's names, methods included.
    pub left: Vec<String>,
    /// The right side's.
    pub right: Vec<String>,
    /// A number on either side.
    pub number: Option<String>,
}

/// A string literal.
#[derive(Debug, Clone)]
pub struct Literal {
    /// The file.
    pub file: String,
    /// Its bytes, quotes included.
    pub at: Range<usize>,
    /// Its text.
    pub text: String,
}

/// What was read of all Rust code that has to do with Cello.
#[derive(Debug, Default)]
pub struct RustCode {
    /// Objects.
    pub shapes: Vec<Found<Shape>>,
    /// Tokens that are signed.
    pub signings: Vec<Found<Signing>>,
    /// Keys with values.
    pub pairs: Vec<Found<Pair>>,
    /// Comparisons.
    pub comparisons: Vec<Found<Comparison>>,
    /// What is sent as `Authorization`, or as a bearer token.
    pub bearers: Vec<Found<Value>>,
    /// E-mails that Stripe Customers are made with.
    pub customer_emails: Vec<Found<Value>>,
    /// Chains that call `.metadata()` twice, once with Cello's keys.
    pub twice_metadata: Vec<Found<()>>,
    /// Names and strings of each function.
    pub functions: BTreeMap<FunctionId, BTreeSet<String>>,
    /// String literals, those of tests left out.
    pub literals: Vec<Literal>,
    /// Where arguments of calls come from.
    pub(super) calls: Callers,
}

/// Words that a file has if it has to do with Cello.
const NEEDLES: [&str; 12] = [
    "cello",
    "Cello",
    "CELLO",
    "productUserId",
    "product_user_id",
    "new_user_id",
    "ReferralUpdated",
    "eventName",
    "event_name",
    // How an answer is cached is said where it is sent, not where it is made.
    "CACHE_CONTROL",
    "Cache-Control",
    "cache-control",
];

/// Reads the Rust code of a project.
pub fn read(target: &Target) -> RustCode {
    let files: Vec<&SourceText> = target.index.files.keys().filter_map(|path| target.text(path)).collect();
    let ours: Vec<&SourceText> = files
        .iter()
        .copied()
        .filter(|file| NEEDLES.iter().any(|needle| file.text.contains(needle)))
        .collect();
    let mut code = RustCode::default();
    for part in on_deep_stack(|| ours.par_iter().map(|file| read_file(target, file)).collect::<Vec<_>>()) {
        code.add(part);
    }
    code.literals.sort_by(|a, b| (&a.file, a.at.start).cmp(&(&b.file, b.at.start)));
    code.calls = callers::find(target, &files, code.origins().cloned().collect());
    code
}

fn read_file(target: &Target, file: &SourceText) -> RustCode {
    let mut reader = Reader { target, code: RustCode::default() };
    if let Ok(parsed) = Parsed::new(&file.text) {
        walk(&target.index, file, &parsed, &mut [&mut reader]);
        let mut strings = Strings { file, parsed: &parsed, found: Vec::new() };
        let is_test = target
            .index
            .files
            .get(&file.path)
            .is_some_and(|modules| modules.iter().all(|&module| target.index.modules[module].test));
        if !is_test {
            strings.visit_file(&parsed.file);
        }
        reader.code.literals = strings.found;
        let own = target.index.functions.iter().enumerate();
        for (id, function) in own.filter(|(_, function)| function.file == file.path && !function.test) {
            let body = file.text.get(function.body.clone()).unwrap_or_default();
            let tokens: proc_macro2::TokenStream = body.parse().unwrap_or_default();
            reader.code.functions.insert(id, value::words(&tokens).into_iter().collect());
        }
    }
    finish();
    reader.code
}

impl RustCode {
    fn add(&mut self, part: Self) {
        self.shapes.extend(part.shapes);
        self.signings.extend(part.signings);
        self.pairs.extend(part.pairs);
        self.comparisons.extend(part.comparisons);
        self.bearers.extend(part.bearers);
        self.customer_emails.extend(part.customer_emails);
        self.twice_metadata.extend(part.twice_metadata);
        self.literals.extend(part.literals);
        for (function, words) in part.functions {
            self.functions.entry(function).or_default().extend(words);
        }
    }

    /// Where the values of objects and pairs come from.
    fn origins(&self) -> impl Iterator<Item = &Origin> {
        let of_shapes =
            self.shapes.iter().flat_map(|shape| shape.what.entries.iter().map(|entry| &entry.value));
        let of_claims =
            self.signings.iter().flat_map(|signing| signing.what.claims.iter().map(|entry| &entry.value));
        let of_pairs = self.pairs.iter().map(|pair| &pair.what.value);
        let of_emails = self.customer_emails.iter().map(|email| &email.what);
        let nested = of_shapes.chain(of_claims).chain(of_pairs).chain(of_emails).flat_map(flat);
        nested.filter_map(|value| value.other().map(|other| &other.origin))
    }
}

/// A value and those within it.
fn flat(value: &Value) -> Vec<&Value> {
    let mut out = vec![value];
    for entry in value.entries().unwrap_or_default() {
        out.extend(flat(&entry.value));
    }
    out
}

/// String literals of a file, outside of tests and attributes.
struct Strings<'f> {
    file: &'f SourceText,
    parsed: &'f Parsed,
    found: Vec<Literal>,
}

impl<'ast> Visit<'ast> for Strings<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attrs: &[syn::Attribute] = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => &[],
        };
        if !crate::survey::is_test(attrs) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        let at = self.parsed.bytes(literal.span());
        self.found.push(Literal { file: self.file.path.clone(), at, text: literal.value() });
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        crate::survey::strings(mac.tokens.clone()).iter().for_each(|literal| self.visit_lit_str(literal));
    }
}

struct Reader<'t> {
    target: &'t Target,
    code: RustCode,
}

impl Reader<'_> {
    fn found<T>(place: &Place<'_, '_>, at: Range<usize>, what: T) -> Found<T> {
        Found { file: place.text.path.clone(), function: place.function, at, what }
    }
}

impl Recogniser for Reader<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        if self.target.index.functions[place.function].test {
            return;
        }
        let at = place.parsed.range(expr);
        if let Some(shape) = shape::of(expr, place, 0) {
            self.code.shapes.push(Self::found(place, shape.at.clone(), shape));
        }
        if let Some(signing) = signing::of(expr, place) {
            self.code.signings.push(Self::found(place, at.clone(), signing));
        }
        if let Some(pair) = pair(expr, place) {
            self.code.pairs.push(Self::found(place, at.clone(), pair));
        }
        if let Some(bearer) = sent::bearer(expr, place) {
            self.code.bearers.push(Self::found(place, at.clone(), bearer));
        }
        if let Some(email) = sent::customer_email(expr, place) {
            self.code.customer_emails.push(Self::found(place, email.at.clone(), email));
        }
        if sent::replaces_metadata(expr, place) {
            self.code.twice_metadata.push(Self::found(place, at.clone(), ()));
        }
        match expr {
            Expr::Binary(inner) if matches!(inner.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) => {
                let number = [&inner.left, &inner.right].into_iter().find_map(|side| match &**side {
                    Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
                        Some(number.base10_digits().to_string())
                    }
                    _ => None,
                });
                let (left, right) = (value::words(&inner.left), value::words(&inner.right));
                self.code.comparisons.push(Self::found(place, at, Comparison { left, right, number }));
            }
            Expr::Macro(inner) if inner.mac.path.segments.last().is_some_and(|last| last.ident == "json") => {
                for value in shape::expressions(inner.mac.tokens.clone()) {
                    Each { reader: self, place }.visit_expr(&value);
                }
            }
            _ => {}
        }
    }
}

/// Shows every expression within one to the reader, for what stands in `json!`.
struct Each<'e, 't, 'p, 'w, 'a> {
    reader: &'e mut Reader<'t>,
    place: &'p Place<'w, 'a>,
}

impl<'ast> Visit<'ast> for Each<'_, '_, '_, '_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.reader.expression(expr, self.place);
        visit::visit_expr(self, expr);
    }
}

fn pair(expr: &Expr, place: &Place<'_, '_>) -> Option<Pair> {
    let (key, value) = match expr {
        Expr::Tuple(tuple) if tuple.elems.len() == 2 => (&tuple.elems[0], &tuple.elems[1]),
        Expr::MethodCall(call) if call.method == "insert" && call.args.len() == 2 => {
            (&call.args[0], &call.args[1])
        }
        _ => return None,
    };
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(key), .. }) = value::bare(key) else { return None };
    let key = key.value();
    let key = key.rsplit_once('[').and_then(|(_, inner)| inner.strip_suffix(']')).unwrap_or(&key).to_string();
    Some(Pair { key, value: value::read(value, place) })
}
