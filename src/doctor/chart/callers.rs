//! Who calls the functions whose parameters matter, and with what, so that a value can be followed to a field.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use syn::Expr;
use syn::visit::{self, Visit};

use super::rust::RustCode;
use super::shape;
use super::value::{self, Origin, Value};
use crate::survey::walk::{Place, Recogniser, walk};
use crate::target::index::{FunctionId, Parsed, finish, on_deep_stack, segments};
use crate::target::{SourceText, Target};

/// Where the arguments of each call come from, by the function that is called.
pub type Callers = BTreeMap<FunctionId, Vec<Vec<Origin>>>;

/// Who calls the functions whose parameters matter, and with what; callers of callers too.
pub fn find(target: &Target, files: &[&SourceText], origins: Vec<Origin>) -> Callers {
    let mut found = Callers::new();
    let mut wanted: BTreeSet<FunctionId> = origins.iter().filter_map(of_parameter).collect();
    for _ in 0..3 {
        wanted.retain(|function| !found.contains_key(function));
        if wanted.is_empty() {
            break;
        }
        let names: Vec<&str> = wanted.iter().map(|&id| target.index.functions[id].name.as_str()).collect();
        let near: Vec<&&SourceText> =
            files.iter().filter(|file| names.iter().any(|name| file.text.contains(name))).collect();
        let read = |file: &&&SourceText| {
            let mut reader = Calls { wanted: &wanted, found: Vec::new() };
            if let Ok(parsed) = Parsed::new(&file.text) {
                walk(&target.index, file, &parsed, &mut [&mut reader]);
            }
            finish();
            reader.found
        };
        let parts: Vec<_> = on_deep_stack(|| near.par_iter().map(read).collect());
        wanted.iter().for_each(|&id| {
            found.entry(id).or_default();
        });
        let mut next = BTreeSet::new();
        for (function, arguments) in parts.into_iter().flatten() {
            next.extend(arguments.iter().filter_map(of_parameter));
            found.entry(function).or_default().push(arguments);
        }
        wanted = next;
    }
    found
}

fn of_parameter(origin: &Origin) -> Option<FunctionId> {
    match origin {
        Origin::Parameter(function, _) => Some(*function),
        _ => None,
    }
}

impl RustCode {
    /// The field a value comes from, through parameters to all callers if they agree.
    pub fn field_of(&self, value: &Value) -> Option<(String, String)> {
        self.resolve(&value.other()?.origin, 0)
    }

    fn resolve(&self, origin: &Origin, depth: usize) -> Option<(String, String)> {
        match origin {
            Origin::Field(owner, field) => Some((owner.clone(), field.clone())),
            Origin::Parameter(function, number) if depth < 3 => {
                let calls = self.calls.get(function)?;
                let mut fields =
                    calls.iter().map(|arguments| self.resolve(arguments.get(*number)?, depth + 1));
                let first = fields.next()??;
                fields.all(|field| field.as_ref() == Some(&first)).then_some(first)
            }
            _ => None,
        }
    }
}

struct Calls<'w> {
    wanted: &'w BTreeSet<FunctionId>,
    found: Vec<(FunctionId, Vec<Origin>)>,
}

impl Recogniser for Calls<'_> {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let (called, arguments) = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => {
                    (place.scope.functions_called(&segments(&path.path)).to_vec(), &call.args)
                }
                _ => return,
            },
            Expr::MethodCall(call) => (place.scope.methods_called(call), &call.args),
            Expr::Macro(inner) if inner.mac.path.segments.last().is_some_and(|last| last.ident == "json") => {
                for value in shape::expressions(inner.mac.tokens.clone()) {
                    Each { calls: self, place }.visit_expr(&value);
                }
                return;
            }
            _ => return,
        };
        for function in called.into_iter().filter(|function| self.wanted.contains(function)) {
            let origins = arguments.iter().map(|argument| match value::read(argument, place).other() {
                Some(other) => other.origin.clone(),
                None => Origin::Unknown,
            });
            self.found.push((function, origins.collect()));
        }
    }
}

/// Shows every expression within one of `json!`.
struct Each<'e, 'c, 'p, 'w, 'a> {
    calls: &'e mut Calls<'c>,
    place: &'p Place<'w, 'a>,
}

impl<'ast> Visit<'ast> for Each<'_, '_, '_, '_, '_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.calls.expression(expr, self.place);
        visit::visit_expr(self, expr);
    }
}
