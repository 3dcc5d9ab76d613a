//! Which store it is: what the router's state holds, else what a type of the application holds, else what its code uses.
//!
//! `pub struct Backend { db: SqlitePool }` of a log-in library's trait counts, though no handler reaches it. Near misses:
//! a dependency that no code uses; a cache beside the database.

use std::collections::BTreeMap;

use super::backend::{Backend, backend};
use super::migrations;
use super::sql::Through;
use crate::survey::calls::Body;
use crate::survey::facts;
use crate::survey::findings::Pool;
use crate::target::index::{FunctionId, Ty};
use crate::target::{At, Package, Target};

type Kind = fn(Backend) -> bool;

const SQLX: Kind = |found| matches!(found, Backend::Sqlx(_));
const DIESEL: Kind = |found| matches!(found, Backend::Diesel(..));
const SEA_ORM: Kind = |found| found == Backend::SeaOrm;
const SURREAL: Kind = |found| found == Backend::Surreal;
const MONGO: Kind = |found| found == Backend::Mongo;

/// Kinds of handles, those first through which people are created: a second database holds something else.
pub fn by_use(bodies: &BTreeMap<FunctionId, Body>) -> Vec<Kind> {
    let inserts = || bodies.values().flat_map(|body| &body.inserts);
    let creates = |through: Through| {
        inserts().any(|(insert, _)| insert.through == through && insert.creates_a_person())
    };
    let mut kinds = vec![
        SQLX,
        DIESEL,
        SEA_ORM,
        |found| found == Backend::TokioPostgres,
        |found| found == Backend::Rusqlite,
        SURREAL,
        MONGO,
    ];
    let own = [
        (Through::Mongo, MONGO),
        (Through::Surreal, SURREAL),
        (Through::SeaOrm, SEA_ORM),
        (Through::Diesel, DIESEL),
    ];
    // SQL may be run by any of them, in the order above.
    for (through, kind) in own.into_iter().filter(|(through, _)| creates(*through)) {
        if !creates(Through::Sql) || through == Through::Diesel {
            kinds.insert(0, kind);
        }
    }
    kinds
}

/// What handles can be of, for something created in this way.
pub fn of_creation(through: Through) -> Vec<Kind> {
    match through {
        Through::Sql => vec![SQLX, DIESEL, |_| true],
        Through::Diesel => vec![DIESEL],
        Through::SeaOrm => vec![SEA_ORM],
        Through::Surreal => vec![SURREAL],
        Through::Mongo => vec![MONGO],
    }
}

/// The store of a package, as the survey lists it.
pub fn store(
    target: &Target,
    number: usize,
    pool: Option<&Pool>,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Option<facts::Store> {
    let package = &target.packages[number];
    let reached = pool.map(|pool| (pool.backend.kind().to_string(), pool.declared.to_string(), None));
    let (kind, handle, at) = reached
        .or_else(|| {
            let (found, ty, at) = held(target, number, bodies)?;
            Some((found.kind().to_string(), ty.to_string(), at))
        })
        .or_else(|| depended_on(target, package).map(|(kind, at)| (kind, String::new(), at)))?;
    let found = migrations::find(target, package);
    let runs_by = match &found {
        Some(found) if found.run_by_application => "application",
        Some(_) => "hand",
        None => "unknown",
    };
    Some(facts::Store { kind, handle, at, migrations: found.map(|found| found.dir), runs_by: runs_by.into() })
}

/// A handle that a struct of the package holds, or a function of it takes.
fn held(
    target: &Target,
    number: usize,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Option<(Backend, Ty, Option<At>)> {
    let index = &target.index;
    let near = target.libraries(number);
    let is_near = |module: usize| {
        let package = index.modules[module].package;
        (package == number || near.contains(&package)) && !index.modules[module].test
    };
    let is_own = |module: usize| index.modules[module].package == number;
    let mut all: Vec<(bool, Backend, Ty, Option<At>)> = Vec::new();
    for ty in index.types.values().filter(|ty| !ty.test && is_near(ty.module)) {
        for field in &ty.fields {
            if let Some(found) = backend(&index.resolve_ty(ty.module, &field.ty)) {
                let at = target.text(&ty.file).map(|text| text.at(ty.at.clone()));
                all.push((is_own(ty.module), found, field.ty.clone(), at));
            }
        }
    }
    for function in index.functions.iter().filter(|function| !function.test && is_near(function.module)) {
        for param in &function.params {
            // `State(pool): State<SqlitePool>`
            let extracts = ["State", "Extension", "Data"].iter().any(|name| param.ty.is(name));
            let ty = param.ty.args().first().filter(|_| extracts).unwrap_or(&param.ty);
            if let Some(found) = backend(&index.resolve_ty(function.module, ty)) {
                let at = target.text(&function.file).map(|text| text.at(function.at.clone()));
                all.push((is_own(function.module), found, ty.clone(), at));
            }
        }
    }
    by_use(bodies).into_iter().find_map(|kind| {
        // Its own before those of the libraries it builds on.
        [true, false].into_iter().find_map(|own| {
            let found = all.iter().find(|(is_own, found, _, _)| *is_own == own && kind(*found));
            found.map(|(_, found, ty, at)| (*found, ty.clone(), at.clone()))
        })
    })
}

/// What the package depends on and its code uses.
fn depended_on(target: &Target, package: &Package) -> Option<(String, Option<At>)> {
    const KNOWN: [&str; 9] = [
        "sqlx",
        "diesel",
        "sea-orm",
        "surrealdb",
        "mongodb",
        "rusqlite",
        "tokio-rusqlite",
        "tokio-postgres",
        "deadpool-postgres",
    ];
    let source = package.path("src/");
    let uses = |name: &str| {
        let path = format!("{}::", name.replace('-', "_"));
        target.files.values().any(|file| {
            file.path.starts_with(&source) && file.path.ends_with(".rs") && file.text.contains(&path)
        })
    };
    KNOWN.iter().find_map(|name| {
        let (key, dependency) = package.depends_on(name)?;
        if !uses(key) {
            return None;
        }
        let at = target.text(&package.manifest.path).map(|text| text.at(dependency.at.clone()));
        let databases: Vec<&str> = ["postgres", "sqlite", "mysql"]
            .into_iter()
            .filter(|database| dependency.features.iter().any(|feature| feature == database))
            .collect();
        let kind = match (*name, databases.as_slice()) {
            ("sqlx", [one]) => format!("sqlx-{one}"),
            ("deadpool-postgres", _) => "tokio-postgres".to_string(),
            ("tokio-rusqlite", _) => "rusqlite".to_string(),
            _ => (*name).to_string(),
        };
        Some((kind, at))
    })
}
