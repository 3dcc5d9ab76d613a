//! A function with an arm for each kind of credentials: which of its callers reach the arm that makes a user.
//!
//! `authenticate(Credentials::Password(…))` leads to a `match` whose arm for `Credentials::OAuth(…)` inserts: who hands
//! on a password makes nobody. Near misses: the `match` is on another value, the arm takes both kinds, what is handed on
//! is a name.

use std::ops::Range;

use syn::{Expr, Pat};

use crate::survey::signup::entry::Entry;
use crate::survey::signup::found::Capture;
use crate::survey::walk::Place;
use crate::target::index::{FunctionId, Index, TypeKind, segments};

/// An arm of a `match` on a parameter.
#[derive(Debug, Clone)]
pub struct Arm {
    /// The function it is in.
    pub function: FunctionId,
    /// Bytes of what it does.
    pub body: Range<usize>,
    /// Which parameter is matched, `self` not counted.
    parameter: usize,
    /// The variants it takes.
    variants: Vec<String>,
}

/// A variant that is written as an argument.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Canonical path of its enum.
    of: String,
    name: String,
}

/// The arms of a `match` on a parameter that nothing else hides, as far as each names its variants.
pub fn arms(found: &syn::ExprMatch, place: &Place<'_, '_>) -> Vec<Arm> {
    let mut matched = &*found.expr;
    while let Expr::Reference(syn::ExprReference { expr, .. }) | Expr::Paren(syn::ExprParen { expr, .. }) =
        matched
    {
        matched = expr;
    }
    let Expr::Path(path) = matched else { return Vec::new() };
    let function = &place.scope.index.functions[place.function];
    // A `mut` parameter has another pattern: it may be another value by now.
    let parameter = function.params.iter().position(|param| path.path.is_ident(&param.pattern));
    let Some(parameter) = parameter.filter(|&n| place.scope.is_single(&function.params[n].pattern)) else {
        return Vec::new();
    };
    let with_variants = found.arms.iter().filter_map(|arm| {
        let variants = variants(&arm.pat)?;
        Some(Arm { function: place.function, body: place.parsed.range(&arm.body), parameter, variants })
    });
    with_variants.collect()
}

fn variants(pat: &Pat) -> Option<Vec<String>> {
    let last = |path: &syn::Path| path.segments.last().map(|last| vec![last.ident.to_string()]);
    match pat {
        Pat::TupleStruct(pat) => last(&pat.path),
        Pat::Struct(pat) => last(&pat.path),
        Pat::Path(pat) => last(&pat.path),
        Pat::Paren(pat) => variants(&pat.pat),
        Pat::Reference(pat) => variants(&pat.pat),
        Pat::Or(pat) => {
            let all: Option<Vec<_>> = pat.cases.iter().map(variants).collect();
            all.map(|all| all.concat())
        }
        _ => None,
    }
}

/// For each argument, the variant that it is.
pub fn handed<'e>(arguments: impl Iterator<Item = &'e Expr>, place: &Place<'_, '_>) -> Vec<Option<Variant>> {
    let index = place.scope.index;
    let variant = |argument: &Expr| {
        let mut argument = argument;
        while let Expr::Reference(inner) = argument {
            argument = &inner.expr;
        }
        let path = match argument {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => &path.path,
                _ => return None,
            },
            Expr::Struct(made) => &made.path,
            Expr::Path(path) => &path.path,
            _ => return None,
        };
        let resolved = index.resolve(place.scope.module, &segments(path))?;
        let (of, name) = resolved.rsplit_once("::")?;
        let owner = index.types.get(of).filter(|owner| owner.kind == TypeKind::Enum)?;
        let known = owner.variants.iter().any(|variant| variant == name);
        known.then(|| Variant { of: of.into(), name: name.into() })
    };
    arguments.map(variant).collect()
}

/// Why nobody is made by way of an entry, if a function on it does so only in the arm of another variant than it is given.
pub fn misses_the_arm(index: &Index, entry: &Entry, captures: &[Capture]) -> Option<String> {
    // What a trait only declares passes everything on.
    let levels: Vec<usize> =
        (0..entry.path.len()).filter(|&level| !index.functions[entry.path[level]].body.is_empty()).collect();
    let captures_at = |level: usize| -> Vec<&Capture> {
        let wanted = entry.wanted(level);
        let here = |capture: &&Capture| capture.function == entry.path[level] && capture.wanted == wanted;
        captures.iter().filter(here).collect()
    };
    levels.windows(2).find_map(|pair| {
        let [only] = captures_at(pair[1])[..] else { return None };
        let arm = only.arm.as_ref()?;
        let calls = captures_at(pair[0]);
        let others: Option<Vec<&Variant>> = calls.iter().map(|call| other(index, arm, call)).collect();
        let given = others?.into_iter().next()?;
        let owner = given.of.rsplit("::").next().unwrap_or_default();
        let taken = arm.variants.join("`, `");
        Some(format!("it hands on `{owner}::{}`, and only for `{taken}` is a user created there", given.name))
    })
}

/// The variant that a call hands on, if the arm surely takes others only.
fn other<'c>(index: &Index, arm: &Arm, call: &'c Capture) -> Option<&'c Variant> {
    let given = call.handed.get(arm.parameter)?.as_ref()?;
    let all = &index.types.get(&given.of)?.variants;
    let of_one_enum = arm.variants.iter().all(|known| all.contains(known));
    (of_one_enum && !arm.variants.contains(&given.name)).then_some(given)
}
