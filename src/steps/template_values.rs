//! What templates are given: what is the same whatever the framework, and the state of an axum router.

use serde_json::{Value, json};

use super::basis::{Basis, Variant};
use super::creations::{customers, signups};
use super::customer_edits::takes_fields;
use super::customer_metadata::called;
use super::identity::{NoBinding, named};
use super::store::{SEA_ORM_HANDLE, Store};
use crate::survey::{Backend, Database};
use crate::target::index::Ty;

/// A database's name in templates.
pub fn name_of(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
        Database::MySql => "mysql",
    }
}

/// The store's name in templates; nothing without one.
pub fn database_name(store: &Option<Store>) -> &'static str {
    store.as_ref().map_or("", |store| name_of(store.database))
}

/// Their logging facade.
pub fn log(basis: &Basis) -> Value {
    let facade = ["tracing", "log"].into_iter().find(|name| basis.home.depends_on(name).is_some());
    let name =
        |level: &str| facade.map_or_else(|| "eprintln".to_string(), |facade| format!("{facade}::{level}"));
    json!({ "info": name("info"), "warn": name("warn"), "error": name("error") })
}

/// Which of the module's functions other ready steps call; the others are allowed to wait for theirs.
pub fn calls(basis: &Basis) -> Value {
    let notes = basis.variant == Variant::B && signups(basis.app).any(|site| basis.note(site).is_ok());
    let [map, form] = called(basis);
    let has_form = customers(basis.app).any(|site| takes_fields(&site.params));
    json!({
        "signed_up": notes,
        // The form is made of it.
        "customer_metadata": map || has_form,
        "form": has_form,
        "customer_form": form,
        "remember_code": basis.variant == Variant::A,
        // A handler that a person writes calls it.
        "token": false,
    })
}

/// The state's type as the module spells it, and whether it stands in an `Arc`.
pub fn state_type(basis: &Basis, state: &Ty, imports: &mut Vec<String>) -> Result<(String, bool), NoBinding> {
    let index = &basis.target.index;
    let in_arc = state.is("Arc");
    let bare = state.behind_pointers();
    if *bare == Ty::Tuple(Vec::new()) {
        return Ok(("()".into(), false));
    }
    if crate::survey::pool_database(bare).is_some() && !in_arc {
        let pool = basis.app.pool.as_ref().map(|pool| pool.declared.clone()).unwrap_or(Ty::Unknown);
        return Ok((format!("sqlx::{pool}"), false));
    }
    let path = bare.path().and_then(|path| index.path_from_root(&path, &basis.app.krate));
    let sea_orm = crate::survey::backend(bare) == Some(Backend::SeaOrm);
    if path.is_none() && !in_arc && sea_orm && basis.home.depends_on("sea-orm").is_some() {
        // With a table the module has imported it.
        let path = if basis.variant == Variant::B { "" } else { "sea_orm::" };
        return Ok((format!("{path}{SEA_ORM_HANDLE}"), false));
    }
    let path = path.filter(|_| bare.args().is_empty() && (in_arc || bare == state));
    let path = path.ok_or_else(|| {
        NoBinding::Cannot(format!("the router's state `{state}` can't be named from the crate's root"))
    })?;
    let (name, import) = named(&path);
    imports.extend(import);
    Ok(if in_arc { (format!("Arc<{name}>"), true) } else { (name, false) })
}
