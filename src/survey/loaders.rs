//! Functions of the application that load a person by id, for identities that carry no more than the id.
//!
//! `users::find_by_id(&pool, id) -> Result<Option<User>>` is one. Near misses: methods on services that can't be
//! reached, functions that load something else by id, ones whose result has no e-mail.

use std::collections::BTreeSet;

use crate::survey::findings::Loader;
use crate::survey::handles::looks_like_a_person;
use crate::survey::store::sqlx::pool_database;
use crate::target::index::{Function, FunctionId, Index, Ty};

/// Loaders that take a pool and an id of this type, best first.
pub fn loaders(index: &Index, packages: &BTreeSet<usize>, krate: &str, id: &Ty) -> Vec<Loader> {
    let mut found: Vec<(usize, Loader)> = (0..index.functions.len())
        .filter(|&function| packages.contains(&index.modules[index.functions[function].module].package))
        .filter_map(|function| loader(index, krate, function, id))
        .collect();
    found.sort_by_key(|(rank, loader)| (*rank, loader.call.clone()));
    let best = found.first().map(|(rank, _)| *rank);
    found.into_iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, loader)| loader).collect()
}

fn loader(index: &Index, krate: &str, id: FunctionId, id_ty: &Ty) -> Option<(usize, Loader)> {
    let function = &index.functions[id];
    let rank = name_rank(&function.name)?;
    if function.test || function.has_self || !function.is_async || function.of_trait.is_some() {
        return None;
    }
    let arguments: Option<Vec<&str>> = function
        .params
        .iter()
        .map(|param| argument(index, function, &param.ty, &param.pattern, id_ty))
        .collect();
    let arguments = arguments?;
    let each_once = |what: &str| arguments.iter().filter(|argument| **argument == what).count() == 1;
    if arguments.len() != 2
        || !each_once("{pool}")
        || arguments.iter().filter(|a| a.contains("{id}")).count() != 1
    {
        return None;
    }
    let returns = index.resolve_ty(function.module, &own_returns(index, function));
    let (unwrap, person) = unwrapped(&returns)?;
    let owner = index.type_of(&person)?;
    if !looks_like_a_person(owner) || !owner.fields.iter().any(|field| field.name == "email") {
        return None;
    }
    let path = function_path(index, krate, id)?;
    let call = format!("{path}({})", arguments.join(", "));
    Some((rank, Loader { function: id, call, unwrap, person }))
}

/// 0 for names that say it all; a function of any other name is no loader.
fn name_rank(name: &str) -> Option<usize> {
    match name {
        "find_by_id" | "get_by_id" | "by_id" | "load_by_id" | "fetch_by_id" | "find_user_by_id"
        | "get_user_by_id" => Some(0),
        "find" | "get" | "load" | "fetch" | "find_user" | "get_user" | "load_user" | "fetch_user" => Some(1),
        _ => None,
    }
}

/// What to give for a parameter: the pool, or the id.
fn argument(index: &Index, function: &Function, ty: &Ty, pattern: &str, id: &Ty) -> Option<&'static str> {
    let resolved = index.resolve_ty(function.module, ty);
    if pool_database(&resolved).is_some() && matches!(resolved, Ty::Ref(_)) {
        return Some("{pool}");
    }
    let executor = resolved.name().is_some_and(|name| name.ends_with("Executor"));
    if executor {
        return Some("{pool}");
    }
    let named = pattern == "id" || pattern.ends_with("_id");
    let by_reference = matches!(resolved, Ty::Ref(_));
    let same = resolved.behind_pointers() == id.behind_pointers()
        || (resolved.behind_pointers().is("str") && id.behind_pointers().is("String"));
    (named && same).then_some(if by_reference { "&{id}" } else { "{id}" })
}

fn own_returns(index: &Index, function: &Function) -> Ty {
    let own = function.self_ty.as_ref().map(|ty| index.resolve_ty(function.module, ty));
    replace_self(&function.returns, own.as_ref())
}

fn replace_self(ty: &Ty, own: Option<&Ty>) -> Ty {
    match (ty, own) {
        (Ty::Path { path, .. }, Some(own)) if path.as_slice() == ["Self"] => own.clone(),
        (Ty::Path { path, args }, _) => {
            Ty::Path { path: path.clone(), args: args.iter().map(|arg| replace_self(arg, own)).collect() }
        }
        (other, _) => other.clone(),
    }
}

/// From what a loader returns to the person.
fn unwrapped(returns: &Ty) -> Option<(&'static str, Ty)> {
    if returns.is("Result") {
        let inner = returns.success();
        return Some(if inner.is("Option") { (".ok()??", inner.success()) } else { (".ok()?", inner) });
    }
    returns.is("Option").then(|| ("?", returns.success()))
}

/// How a module at the crate's root calls a function: by its module, or by its type.
fn function_path(index: &Index, krate: &str, id: FunctionId) -> Option<String> {
    let function = &index.functions[id];
    let module = &index.modules[function.module];
    match &function.self_ty {
        Some(ty) => {
            let owner = index.resolve_ty(function.module, ty).path()?;
            if !index.seen_from_root(function.visibility, &module.path, krate) {
                return None;
            }
            Some(format!("{}::{}", index.path_from_root(&owner, krate)?, function.name))
        }
        None => index.path_from_root(&format!("{}::{}", module.path, function.name), krate),
    }
}
