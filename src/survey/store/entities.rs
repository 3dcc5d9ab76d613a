//! SeaORM's entities and the database behind them: the key of a table, and the one `sqlx-…` feature.
//!
//! `#[sea_orm(table_name = "users")] struct Model { #[sea_orm(primary_key)] id: Uuid }`. Near misses: a key of two
//! columns, a column under another name or of a type that is written apart, a table in a schema, two databases.

use std::collections::BTreeSet;

use super::sqlx::Database;
use crate::survey::literals::number;
use crate::target::index::{Field, Index, Ty, Type};
use crate::target::{Package, Target};

/// Name and SQL type, as PostgreSQL calls it, of the single column that is the key of a table.
pub fn key_of(index: &Index, table: &str) -> Option<(String, String)> {
    // Another name would have to be quoted.
    if !table.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return None;
    }
    let of_table = format!("table_name=\"{table}\"");
    let said = |ty: &Type| ty.attributes.iter().find(|said| said.starts_with("sea_orm(")).cloned();
    let is_model = |ty: &&Type| !ty.test && said(ty).is_some_and(|said| said.contains(&of_table));
    let model = index.types.values().find(is_model)?;
    if said(model)?.contains("schema_name") {
        return None;
    }
    let (name, ty) = key(index, model)?;
    let sql = match ty.name()? {
        "i32" => "INTEGER",
        "i64" => "BIGINT",
        "Uuid" => "UUID",
        "String" => "TEXT",
        _ => return None,
    };
    Some((name.to_string(), sql.to_string()))
}

/// Name and resolved type of the one field that is a model's key, as far as these tell the column's.
pub fn key<'i>(index: &Index, model: &'i Type) -> Option<(&'i str, Ty)> {
    let said = |field: &Field| -> String {
        field.attributes.iter().filter(|said| said.starts_with("sea_orm(")).cloned().collect()
    };
    let mut keys = model.fields.iter().filter(|field| said(field).contains("primary_key"));
    let field = keys.next().filter(|_| keys.next().is_none())?;
    let apart = ["column_name", "column_type"].iter().any(|word| said(field).contains(word));
    (!apart).then(|| (field.name.as_str(), index.resolve_ty(model.module, &field.ty)))
}

/// The database that SeaORM is built for here, else why that can't be told, as the end of a sentence.
///
/// # Errors
/// If the features name none or several.
pub fn database(target: &Target, package: &Package) -> Result<Database, String> {
    let features = features(target, package);
    let named = |name: &&str| features.contains(format!("sqlx-{name}").as_str());
    match ["postgres", "sqlite", "mysql"].iter().copied().filter(named).collect::<Vec<_>>().as_slice() {
        ["postgres"] => Ok(Database::Postgres),
        ["sqlite"] => Ok(Database::Sqlite),
        ["mysql"] => Ok(Database::MySql),
        [] => Err("no feature of SeaORM says which database it is for".into()),
        several => {
            Err(format!("SeaORM is built for {} here, and which counts isn't said", several.join(" and ")))
        }
    }
}

/// Features of SeaORM that a package and its libraries ask for.
pub fn features<'t>(target: &'t Target, package: &Package) -> BTreeSet<&'t str> {
    let own = number(target, package);
    let near = own.map(|own| target.libraries(own)).unwrap_or_default();
    let packages = target.packages.iter().enumerate();
    let ours = packages.filter(|(at, _)| Some(*at) == own || near.contains(at)).map(|(_, package)| package);
    ours.flat_map(|package| ["sea-orm", "sea-orm-migration"].map(|name| package.depends_on(name)))
        .flatten()
        .flat_map(|(_, dependency)| dependency.features.iter().map(String::as_str))
        .collect()
}
