//! Every call of certain functions, with what one more argument needs.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Token, punctuated::Punctuated};

use super::{Chained, Handed, List, mentions};
use crate::survey::scope::COMMON_METHODS;
use crate::survey::stripe::metadata::cello_names;
use crate::survey::stripe::site::{Standing, statement_around};
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Ty, segments};

/// Collects calls.
pub struct Calls<'n> {
    names: &'n BTreeSet<String>,
    groups: &'n BTreeMap<FunctionId, usize>,
    /// Calls with the number of their group.
    pub found: Vec<(usize, Handed)>,
    /// Functions of groups that are named without being called, with the number of their group.
    pub named: Vec<(usize, At)>,
    /// Where names stand whose meaning is known, of other functions of the same name as well.
    pub known: BTreeSet<usize>,
}

impl<'n> Calls<'n> {
    /// Calls of functions in these groups, by name.
    pub fn new(names: &'n BTreeSet<String>, groups: &'n BTreeMap<FunctionId, usize>) -> Self {
        Self { names, groups, found: Vec::new(), named: Vec::new(), known: BTreeSet::new() }
    }

    fn note(
        &mut self,
        callees: &[FunctionId],
        name: usize,
        args: &Punctuated<Expr, Token![,]>,
        expr: &Expr,
        place: &Place<'_, '_>,
    ) {
        self.known.insert(name);
        let Some(&group) = callees.iter().find_map(|callee| self.groups.get(callee)) else {
            return;
        };
        if !callees.iter().all(|callee| self.groups.get(callee) == Some(&group)) {
            self.known.remove(&name);
            return;
        }
        let range = place.parsed.range(expr);
        let items: Vec<_> = args.iter().map(|arg| place.parsed.range(arg)).collect();
        let (open, close) = match expr {
            Expr::MethodCall(call) => (call.paren_token.span.open(), call.paren_token.span.close()),
            Expr::Call(call) => (call.paren_token.span.open(), call.paren_token.span.close()),
            _ => return,
        };
        let list = List {
            open: place.parsed.bytes(open).end,
            close: place.parsed.bytes(close).start,
            items: items.clone(),
        };
        // `Type::method(&value, …)` counts the receiver among its arguments.
        let by_path = matches!(expr, Expr::Call(_)) && place.scope.index.functions[callees[0]].has_self;
        let arguments = items.into_iter().skip(usize::from(by_path));
        let statement = statement_around(place).map(|statement| statement.start).filter(|&start| {
            let direct = matches!(place.around.last(), Some(Around::Block(..)));
            direct && place.text.is_first_on_line(start) && !in_a_condition(range.start, place)
        });
        let insertion = statement.unwrap_or(range.start);
        self.found.push((
            group,
            Handed {
                standing: Standing::at(range.start, insertion, place),
                arguments: arguments.map(|at| place.text.text[at].to_string()).collect(),
                chain: chained(expr, place),
                statement,
                cello: cello_names(place.around),
                name_is_taken: mentions::speaks_of_metadata(place),
                at: place.text.at(range),
                list,
            },
        ));
    }

    /// A path that is not called, of a handler in a router: it may be another function of the same name.
    fn path(&mut self, path: &syn::Path, place: &Place<'_, '_>) {
        let Some(last) = path.segments.last().filter(|last| self.names.contains(&last.ident.to_string()))
        else {
            return;
        };
        let named = place.scope.functions_called(&segments(path));
        let at = place.parsed.bytes(last.ident.span());
        // What is called has been looked at already.
        if !named.is_empty() && self.known.insert(at.start) {
            let groups = named.iter().filter_map(|function| self.groups.get(function));
            self.named.extend(groups.map(|&group| (group, place.text.at(at.clone()))));
        }
    }

    /// What a method call means, if that can be read: functions of the project, none for another crate's.
    fn meant(&self, call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Vec<FunctionId>> {
        let name = call.method.to_string();
        let found = place.scope.methods_called(call);
        if !found.is_empty() {
            return Some(found);
        }
        let receiver = place.scope.infer(&call.receiver);
        let parameter = |path: &str| path.len() <= 2 && path.chars().all(|c| c.is_ascii_uppercase());
        let foreign = receiver != Ty::Unknown
            && !receiver.behind_pointers().path().is_none_or(|path| parameter(&path))
            && place.scope.index.type_of(&receiver).is_none();
        if foreign {
            return Some(Vec::new());
        }
        // All methods of that name are one trait's.
        let all = place.scope.index.methods_named(&name);
        let group = all.first().and_then(|first| self.groups.get(first))?;
        let one = all.iter().all(|method| self.groups.get(method) == Some(group));
        let takes = place.scope.index.functions[all[0]].params.len();
        (one && !COMMON_METHODS.contains(&name.as_str()) && takes == call.args.len()).then(|| all.to_vec())
    }
}

impl Recogniser for Calls<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        match expr {
            Expr::MethodCall(call) if self.names.contains(&call.method.to_string()) => {
                if let Some(callees) = self.meant(call, place) {
                    let name = place.parsed.bytes(call.method.span()).start;
                    self.note(&callees, name, &call.args, expr, place);
                }
            }
            Expr::Call(call) => {
                let Expr::Path(func) = &*call.func else { return };
                let path = segments(&func.path);
                let Some(last) =
                    func.path.segments.last().filter(|last| self.names.contains(&last.ident.to_string()))
                else {
                    return;
                };
                let callees = place.scope.functions_called(&path).to_vec();
                // A variant or a function of another crate has another path.
                let foreign = || {
                    let path = place.scope.index.resolve(place.scope.module, &path);
                    path.is_some_and(|path| !path.starts_with("crate") && path.contains("::"))
                };
                if !callees.is_empty() || foreign() {
                    let name = place.parsed.bytes(last.ident.span()).start;
                    self.note(&callees, name, &call.args, expr, place);
                }
            }
            // A local that is called like the function; a handler of the same name, `post(orders::checkout)`.
            Expr::Path(path) => {
                let local = path.path.get_ident().filter(|name| {
                    let name = name.to_string();
                    self.names.contains(&name) && place.scope.type_of(&name).is_some()
                });
                match local {
                    Some(name) => drop(self.known.insert(place.parsed.bytes(name.span()).start)),
                    None => self.path(&path.path, place),
                }
            }
            _ => {}
        }
    }
}

/// The chain that a call ends.
fn chained(expr: &Expr, place: &Place<'_, '_>) -> Chained {
    let start = place.parsed.range(expr).start;
    let mut dots = Vec::new();
    let mut at = expr;
    loop {
        at = match at {
            Expr::MethodCall(call) => {
                dots.push(place.parsed.bytes(call.dot_token.span()).start);
                &call.receiver
            }
            Expr::Field(field) => {
                dots.push(place.parsed.bytes(field.dot_token.span()).start);
                &field.base
            }
            Expr::Await(inner) => {
                dots.push(place.parsed.bytes(inner.dot_token.span()).start);
                &inner.base
            }
            Expr::Try(inner) => &inner.expr,
            _ => break,
        };
    }
    dots.reverse();
    Chained { start, dots, root: place.parsed.range(at).len() }
}

/// True for what stands in a loop: what is handed to it would be gone the second time.
pub fn looped(at: usize, place: &Place<'_, '_>) -> bool {
    within(at, place, |expr| match expr {
        Expr::ForLoop(inner) => Some(inner.body.span()),
        Expr::While(inner) => Some(inner.body.span()),
        Expr::Loop(inner) => Some(inner.body.span()),
        _ => None,
    })
}

/// True for what stands in the condition of an `if` or `while`, whose names its statement does not have.
fn in_a_condition(at: usize, place: &Place<'_, '_>) -> bool {
    within(at, place, |expr| match expr {
        Expr::If(inner) => Some(inner.cond.span()),
        Expr::While(inner) => Some(inner.cond.span()),
        _ => None,
    })
}

/// True if a byte lies in a part of some expression of the function.
pub fn within(at: usize, place: &Place<'_, '_>, part: fn(&Expr) -> Option<proc_macro2::Span>) -> bool {
    struct Within<'p, 'w, 'a> {
        at: usize,
        place: &'p Place<'w, 'a>,
        part: fn(&Expr) -> Option<proc_macro2::Span>,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Within<'_, '_, '_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let part = (self.part)(expr).map(|span| self.place.parsed.bytes(span));
            self.found |= part.is_some_and(|part| part.contains(&self.at));
            visit::visit_expr(self, expr);
        }
    }
    let Some(Around::Block(block, number)) = place.around.first() else {
        return false;
    };
    let mut seen = Within { at, place, part, found: false };
    seen.visit_stmt(&block.stmts[*number]);
    seen.found
}
