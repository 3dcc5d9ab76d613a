//! What handlers of actix-web share: `web::Data<AppState>`, and the database handle, by itself or in that state.
//!
//! Near misses: a template engine, an e-mail client, settings: data that is neither a state nor holds a pool.

use std::collections::BTreeMap;

use crate::survey::actix::names::{is_actix, words};
use crate::survey::actix::web::Web;
use crate::survey::findings::Pool;
use crate::target::Target;
use crate::target::index::{Index, ModuleId, Ty};

/// The data of a package's handlers and of the application they are part of: type, module that names it, how often.
fn data(target: &Target, web: &Web, package: usize) -> Vec<(Ty, Ty, ModuleId)> {
    let index = &target.index;
    let of = |module: ModuleId| index.modules[module].package;
    let mut count: BTreeMap<String, (usize, Ty, Ty, ModuleId)> = BTreeMap::new();
    let mut add = |resolved: Ty, written: Ty, module: ModuleId| {
        let key = format!("{:?}", resolved.behind_pointers());
        count.entry(key).or_insert((0, resolved, written, module)).0 += 1;
    };
    for &handler in web.handlers() {
        let function = &index.functions[handler];
        if of(function.module) != package {
            continue;
        }
        for param in &function.params {
            let ty = index.resolve_ty(function.module, &param.ty);
            if is_actix(&ty, "Data")
                && let (Some(resolved), Some(written)) = (ty.args().first(), param.ty.args().first())
            {
                add(resolved.clone(), written.clone(), function.module);
            }
        }
    }
    for chain in &web.tree.chains {
        let module = index.functions[chain.function].module;
        let given = chain.calls.iter().filter_map(|call| call.data.clone());
        for ty in given.filter(|ty| of(module) == package && *ty != Ty::Unknown) {
            add(ty.clone(), ty, module);
        }
    }
    let mut all: Vec<_> = count.into_iter().collect();
    all.sort_by(|(a, (m, ..)), (b, (n, ..))| n.cmp(m).then_with(|| a.cmp(b)));
    all.into_iter().map(|(_, (_, resolved, written, module))| (resolved, written, module)).collect()
}

/// The state, where there is one: a struct that is called so, else one that holds the database and more.
pub fn state(target: &Target, web: &Web, package: usize) -> Option<Ty> {
    let all = data(target, web, package);
    let named = |ty: &Ty| {
        let words = words(ty.name().unwrap_or_default());
        words.iter().any(|word| ["state", "context", "ctx"].contains(&word.as_str()))
            || words == ["app", "data"]
    };
    let own = |ty: &Ty| {
        target.index.type_of(ty).is_some_and(|owner| owner.fields.len() > 1 || named(ty.behind_pointers()))
    };
    let mut found = all.iter().map(|(ty, ..)| ty.behind_pointers()).filter(|ty| own(ty));
    let holds = |ty: &&Ty| named(ty) || crate::survey::handles::holds_pool(&target.index, ty);
    found.find(holds).cloned()
}

/// Types among which the database handle may be, those most handlers take first.
pub fn handles(target: &Target, web: &Web, package: usize) -> Vec<Ty> {
    data(target, web, package).into_iter().map(|(ty, ..)| ty).collect()
}

/// A pool that is data by itself, with the name handlers have for its type.
pub fn as_written(target: &Target, web: &Web, package: usize, pool: Pool) -> Pool {
    let is_it = |ty: &Ty| pool.path.is_empty() && *ty == pool.declared && ty == ty.behind_pointers();
    let mut all = data(target, web, package).into_iter();
    match all.find(|(ty, written, _)| is_it(ty) && written.args().is_empty()) {
        Some((_, written, module)) => Pool { declared: written, module, ..pool },
        None => pool,
    }
}

/// How handlers spell the handle of a database that is not sqlx's.
pub fn other_handle(target: &Target, web: &Web, package: usize) -> Option<String> {
    const CRATES: [&str; 12] = [
        "diesel",
        "diesel_async",
        "deadpool_diesel",
        "deadpool_postgres",
        "deadpool",
        "bb8",
        "r2d2",
        "sea_orm",
        "mongodb",
        "surrealdb",
        "tokio_postgres",
        "rusqlite",
    ];
    let index: &Index = &target.index;
    let known = |ty: &Ty| {
        let path = ty.behind_pointers().path().unwrap_or_default();
        CRATES.contains(&path.split("::").next().unwrap_or_default())
    };
    let all = data(target, web, package);
    let found = all.into_iter().find(|(ty, _, _)| known(ty) && index.type_of(ty).is_none());
    found.map(|(_, written, _)| written.to_string())
}
