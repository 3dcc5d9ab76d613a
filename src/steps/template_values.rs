//! What templates are given in the same way whatever the framework.

use serde_json::{Value, json};

use super::basis::{Basis, Variant, customers, signups};
use super::customer_edits::takes_fields;
use super::customer_metadata::called;
use super::store::Store;
use crate::survey::Database;

/// The store's name in templates.
pub fn database_name(store: &Option<Store>) -> &'static str {
    match store.as_ref().map(|store| store.database) {
        Some(Database::Sqlite) => "sqlite",
        Some(Database::Postgres) => "postgres",
        _ => "",
    }
}

/// Their logging facade.
pub fn log(basis: &Basis) -> Value {
    let facade = ["tracing", "log"].into_iter().find(|name| basis.package.depends_on(name).is_some());
    let name =
        |level: &str| facade.map_or_else(|| "eprintln".to_string(), |facade| format!("{facade}::{level}"));
    json!({ "info": name("info"), "warn": name("warn"), "error": name("error") })
}

/// Which of the module's functions other ready steps call; the others are allowed to wait for theirs.
pub fn calls(basis: &Basis) -> Value {
    let notes = basis.variant == Variant::B && signups(basis.app).any(|site| site.note.is_ok());
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
