//! Where metadata joins the pairs of a request: a list or map that can grow, an array that becomes one, a JSON value.
//!
//! `let mut form = vec![("email", mail)];` is extended, `.form(&[("email", mail)])` goes on as an iterator. What keys and
//! values are has to be proven by one of them: `&mail` may be a `&String` or a `&str`. Near misses: a list declared
//! outside of the block with the request, an array that is used twice, a list on the same line as its call.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Lit, Pat, Stmt};

use super::locals::{declares, is_name, names_only};
use crate::survey::stripe::form::{Grown, PairsJoin, PairsWay, Text};
use crate::survey::stripe::metadata::has_long_text;
use crate::survey::stripe::site::statement_around;
use crate::survey::walk::{Around, Place};
use crate::target::index::{Ty, segments};

/// Where metadata joins the pairs that a call is given as its argument `arg`; `grows`: it takes lists of any length.
pub fn join(arg: &Expr, alone: bool, grows: bool, place: &Place<'_, '_>) -> Option<PairsJoin> {
    let Some(Around::Block(block, number)) = place.around.last() else {
        return None;
    };
    let statement = statement_around(place)?;
    if place.in_macro || in_a_condition(&block.stmts[*number], arg, place) {
        return None;
    }
    let bare = bare(arg);
    let (how, item, insertion) = match bare {
        Expr::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            let (how, item) = local(&name, block, *number, grows, place)?;
            let after = match &how {
                PairsWay::Extend { local, .. } | PairsWay::Set { local } => local.after,
                PairsWay::Chain { .. } => return None,
            };
            (how, item, after)
        }
        Expr::Array(array) if grows && !has_long_text(arg, place) => {
            let list = place.parsed.range(arg);
            let end = list.end;
            let close = place.text.text[end..].find(|c: char| !c.is_whitespace() && c != ',')? + end;
            let own_lines = place.text.is_first_on_line(list.start);
            // The call stands on a line of its own, as links of a chain do.
            let linked =
                place.text.text[place.text.line_start(list.start)..list.start].trim().starts_with('.');
            if !(own_lines || alone && linked && place.text.text[close..].starts_with(')')) {
                return None;
            }
            let item = kinds(array.elems.iter(), place)?;
            let close = (!own_lines).then_some(close);
            (PairsWay::Chain { list, close, statement: statement.start }, item, statement.start)
        }
        _ => return None,
    };
    if matches!(how, PairsWay::Chain { .. }) && !place.text.is_first_on_line(statement.start) {
        return None;
    }
    let Some(Around::Block(whole, _)) = place.around.first() else {
        return None;
    };
    let name_is_taken = speaks_of_metadata(whole);
    Some(PairsJoin { how, item, insertion, name_is_taken })
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Reference(inner) if inner.mutability.is_none() => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        other => other,
    }
}

/// A local list, map or JSON value, declared in the block with the request.
fn local(
    name: &str,
    block: &syn::Block,
    number: usize,
    grows: bool,
    place: &Place<'_, '_>,
) -> Option<(PairsWay, (Text, Text))> {
    let start = block.stmts[..number].iter().rposition(|stmt| declares(stmt, name))?;
    let Stmt::Local(declared) = &block.stmts[start] else {
        return None;
    };
    let init =
        declared.init.as_ref().filter(|init| init.diverge.is_none() && names_only(&declared.pat, name))?;
    let (ident, annotation) = match &declared.pat {
        Pat::Ident(ident) => (ident, None),
        Pat::Type(typed) => match &*typed.pat {
            Pat::Ident(ident) => (ident, Some(Ty::from_syn(&typed.ty))),
            _ => return None,
        },
        _ => return None,
    };
    let between = &block.stmts[start + 1..number];
    let mut changes = Changes { name, items: Vec::new(), changed: false, taken: false };
    let mut last = place.parsed.range(declared).end;
    for stmt in between {
        changes.changed = false;
        changes.visit_stmt(stmt);
        if changes.changed {
            last = place.parsed.range(stmt).end;
        }
    }
    if changes.taken || !place.text.is_first_on_line(place.parsed.range(declared).start) {
        return None;
    }
    let grown = Grown {
        name: name.to_string(),
        not_mutable: ident.mutability.is_none().then(|| place.parsed.bytes(ident.ident.span()).start),
        after: place.text.past_trailing_comment(last),
        indent: place.text.indentation(place.parsed.range(declared).start).to_string(),
    };
    let extend = |local, array| PairsWay::Extend { local, array };
    let items = match &*init.expr {
        Expr::Macro(inner) if inner.mac.path.segments.last()?.ident == "json" => {
            return Some((PairsWay::Set { local: grown }, (Text::Borrowed, Text::Owned)));
        }
        Expr::Array(array)
            if annotation.is_none() && grows && mentions(name, &block.stmts[start + 1..]) == 1 =>
        {
            let bracket = place.parsed.range(array).start;
            return Some((extend(grown, Some(bracket)), kinds(array.elems.iter(), place)?));
        }
        Expr::Macro(inner) if inner.mac.path.is_ident("vec") => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            inner.mac.parse_body_with(parser).ok()?.into_iter().collect()
        }
        Expr::Call(call) => {
            let Expr::Path(func) = &*call.func else { return None };
            let path = segments(&func.path);
            let [.., owner, made] = path.as_slice() else { return None };
            if !["Vec", "HashMap", "BTreeMap"].contains(&owner.as_str()) {
                return None;
            }
            match (made.as_str(), call.args.first().map(bare)) {
                ("new" | "with_capacity" | "default", _) => Vec::new(),
                ("from", Some(Expr::Array(array))) => array.elems.iter().cloned().collect(),
                _ => return None,
            }
        }
        _ => return None,
    };
    let written = annotation.as_ref().and_then(annotated);
    let item = match written {
        Some(item) => item,
        None => kinds(items.iter().chain(&changes.items), place)?,
    };
    Some((extend(grown, None), item))
}

/// Key and value of `Vec<(&str, String)>`, `HashMap<String, String>`.
fn annotated(ty: &Ty) -> Option<(Text, Text)> {
    let of = |ty: &Ty| match ty {
        Ty::Ref(inner) if inner.is("str") => Some(Text::Borrowed),
        ty if ty.is("String") => Some(Text::Owned),
        _ => None,
    };
    match (ty.name()?, ty.args()) {
        ("Vec", [Ty::Tuple(item)]) => match item.as_slice() {
            [key, value] => Some((of(key)?, of(value)?)),
            _ => None,
        },
        ("HashMap" | "BTreeMap", [key, value]) => Some((of(key)?, of(value)?)),
        _ => None,
    }
}

/// What all keys and all values of a list are, if one of each tells: all of them have one type.
fn kinds<'e>(items: impl Iterator<Item = &'e Expr>, place: &Place<'_, '_>) -> Option<(Text, Text)> {
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for item in items {
        let Expr::Tuple(tuple) = item else { return None };
        let [key, value] = [tuple.elems.first()?, tuple.elems.iter().nth(1)?];
        if tuple.elems.len() != 2 {
            return None;
        }
        keys.extend(kind(key, place));
        values.extend(kind(value, place));
    }
    let one =
        |found: Vec<Text>| found.first().copied().filter(|first| found.iter().all(|kind| kind == first));
    Some((one(keys)?, one(values)?))
}

/// What an expression certainly is; a reference may be coerced to something else.
fn kind(expr: &Expr, place: &Place<'_, '_>) -> Option<Text> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(_), .. }) => Some(Text::Borrowed),
        Expr::Macro(inner) if inner.mac.path.is_ident("format") => Some(Text::Owned),
        Expr::MethodCall(call) => match (call.method.to_string().as_str(), call.args.first()) {
            ("as_str", None) => Some(Text::Borrowed),
            ("to_string", None) => Some(Text::Owned),
            ("unwrap_or", Some(other)) => kind(other, place),
            ("clone" | "to_owned", None) => {
                let receiver = place.scope.infer(&call.receiver);
                let once = match &receiver {
                    Ty::Ref(inner) => inner,
                    other => other,
                };
                once.is("String").then_some(Text::Owned)
            }
            _ => None,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Path(func) => match segments(&func.path).as_slice() {
                [owner, made] if owner == "String" && ["from", "new"].contains(&made.as_str()) => {
                    Some(Text::Owned)
                }
                _ => None,
            },
            _ => None,
        },
        Expr::Path(_) | Expr::Field(_) => match place.scope.infer(expr) {
            Ty::Ref(inner) if inner.is("str") => Some(Text::Borrowed),
            ty @ Ty::Path { .. } if ty.is("String") => Some(Text::Owned),
            _ => None,
        },
        _ => None,
    }
}

/// True if the argument stands in the condition of an `if` or `while`, whose names the statement does not have.
fn in_a_condition(stmt: &Stmt, arg: &Expr, place: &Place<'_, '_>) -> bool {
    struct Conditions<'p, 'w, 'a>(usize, &'p Place<'w, 'a>, bool);
    impl<'ast> Visit<'ast> for Conditions<'_, '_, '_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let condition = match expr {
                Expr::If(inner) => Some(&inner.cond),
                Expr::While(inner) => Some(&inner.cond),
                _ => None,
            };
            self.2 |= condition.is_some_and(|condition| self.1.parsed.range(condition).contains(&self.0));
            visit::visit_expr(self, expr);
        }
    }
    let mut seen = Conditions(place.parsed.range(arg).start, place, false);
    seen.visit_stmt(stmt);
    seen.2
}

/// How often statements mention a name, macros included.
fn mentions(name: &str, stmts: &[Stmt]) -> usize {
    stmts.iter().map(|stmt| words(stmt.to_token_stream(), name)).sum()
}

fn speaks_of_metadata(block: &syn::Block) -> bool {
    words(block.to_token_stream(), "metadata") > 0
}

/// How often tokens speak of a name, methods and fields of that name aside.
fn words(tokens: proc_macro2::TokenStream, name: &str) -> usize {
    let mut after_dot = false;
    let mut count = 0;
    for tree in tokens {
        let dot = matches!(&tree, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == '.');
        count += match tree {
            proc_macro2::TokenTree::Ident(ident) => usize::from(ident == name && !after_dot),
            proc_macro2::TokenTree::Group(group) => words(group.stream(), name),
            // `"{params:?}"`
            proc_macro2::TokenTree::Literal(text) => {
                usize::from(text.to_string().contains(&format!("{{{name}")))
            }
            proc_macro2::TokenTree::Punct(_) => 0,
        };
        after_dot = dot;
    }
    count
}

/// What is done to a local list between its declaration and the request.
struct Changes<'n> {
    name: &'n str,
    items: Vec<Expr>,
    changed: bool,
    /// True if it is given away or assigned anew.
    taken: bool,
}

impl<'ast> Visit<'ast> for Changes<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if is_name(&call.receiver, self.name) {
            self.changed = true;
            match (call.method.to_string().as_str(), call.args.len(), call.args.first()) {
                ("push", 1, Some(item)) => self.items.push(item.clone()),
                ("insert", 2, Some(_)) => {
                    let args = &call.args;
                    self.items.push(syn::parse_quote!((#args)));
                }
                ("into_iter", ..) => self.taken = true,
                _ => {}
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(assign) => {
                let mut base = &*assign.left;
                while let Expr::Index(inner) = base {
                    base = &inner.expr;
                }
                self.changed |= is_name(base, self.name);
                self.taken |= is_name(&assign.left, self.name);
            }
            Expr::Reference(inner) if inner.mutability.is_some() && is_name(&inner.expr, self.name) => {
                self.changed = true;
            }
            Expr::Call(call) => self.taken |= call.args.iter().any(|arg| is_name(arg, self.name)),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}
