//! The key of the table that the module adds: the users' own, as their migrations and entities tell it.
//!
//! Ids come as text, so each type says how a text is turned into it. Near misses: a UUID that SQLite keeps as bytes; on
//! MySQL a text whose collation isn't said, as both sides of a foreign key must have the same, and an engine that has no
//! foreign keys.

use serde::Serialize;

use super::basis::Basis;
use super::creations::signups;
use super::store::database;
use crate::survey::migrations::tables::{Key, Name, Table};
use crate::survey::{Backend, Database, entities};
use crate::target::index::Ty;

/// The key of the table the module adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserKey {
    /// Its type in SQL.
    pub sql_type: String,
    /// `users(id)`, where it can refer to the users' table.
    pub references: Option<String>,
    /// Why it can't, where the migration should say so.
    pub apart: Option<String>,
    /// How an id bound as text is compared.
    pub param: String,
}

/// The key's type from the migrations; text without a reference where it isn't known.
pub fn user_key(basis: &Basis, backend: Backend) -> UserKey {
    let database = database(basis, backend).unwrap_or(Database::Postgres);
    let plain = plain(backend, database);
    let Some(name) = signups(basis.app).map(|site| site.table.clone()).next() else {
        return plain;
    };
    // sqlx keeps a UUID in SQLite as 16 bytes, whatever the column says; a text would never equal it.
    if database == Database::Sqlite && ids_are_uuids(basis) {
        return plain;
    }
    let found = basis.migrations();
    let of_migrations = found.as_ref().and_then(|found| found.table(&name));
    let of_entity = || {
        let (column, ty) =
            entities::key_of(&basis.target.index, &name).filter(|_| backend == Backend::SeaOrm)?;
        Some(Table::with_key(&name, &column, &ty))
    };
    let of_entity = of_entity();
    let keyed = |table: &&Table| table.key.is_some();
    let Some(table) = of_migrations.filter(keyed).or(of_entity.as_ref()) else {
        return plain;
    };
    let Some(key) = &table.key else {
        return plain;
    };
    let upper = key.ty.to_ascii_uppercase();
    let base = upper.split(['(', ' ']).next().unwrap_or_default();
    let references = Some(referred(table, key, database));
    match (database, base) {
        (Database::MySql, _) => on_mysql(table, key, base, &upper, ids_are_uuids(basis)),
        (_, "TEXT" | "VARCHAR" | "CHARACTER" | "CHAR" | "CITEXT") => UserKey { references, ..plain },
        // Ids are bound as text, which a BLOB would never equal.
        (Database::Sqlite, "INTEGER" | "INT" | "BIGINT") => {
            UserKey { sql_type: "INTEGER".into(), references, ..plain }
        }
        (Database::Postgres, "UUID") => cast("UUID", "uuid", references),
        (Database::Postgres, "BIGINT" | "BIGSERIAL" | "INT8") => cast("BIGINT", "bigint", references),
        (Database::Postgres, "INTEGER" | "INT" | "SERIAL" | "INT4") => cast("INTEGER", "integer", references),
        _ => plain,
    }
}

/// A text that refers to nothing.
fn plain(backend: Backend, database: Database) -> UserKey {
    let (sql_type, param) = match database {
        // Other texts are compared without regard to case there, and can be no key without a length.
        Database::MySql => ("VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "?"),
        // diesel numbers SQLite's parameters by their place, unless they have a number for a name.
        Database::Sqlite if matches!(backend, Backend::Diesel(..) | Backend::SeaOrm) => ("TEXT", "?1"),
        _ => ("TEXT", "$1"),
    };
    let apart = (database == Database::MySql).then(|| "the type of the users' key is not known".to_string());
    UserKey { sql_type: sql_type.into(), references: None, apart, param: param.into() }
}

fn cast(sql_type: &str, name: &str, references: Option<String>) -> UserKey {
    let param = format!("CAST($1 AS {name})");
    UserKey { sql_type: sql_type.into(), references, apart: None, param }
}

/// True if people's ids are `Uuid`s in the code.
fn ids_are_uuids(basis: &Basis) -> bool {
    let is_uuid = |id: &Ty| id.behind_pointers().is("Uuid");
    let mut noted = signups(basis.app).filter_map(|site| basis.note(site).as_ref().ok()).flatten();
    basis.app.identity.iter().any(|site| is_uuid(&site.id_ty)) || noted.any(|note| is_uuid(&note.id.ty))
}

/// The same type as theirs, as MySQL wants it for a foreign key.
fn on_mysql(table: &Table, key: &Key, base: &str, upper: &str, uuids: bool) -> UserKey {
    let mut plain = plain(Backend::Sqlx(Database::MySql), Database::MySql);
    let column = format!("{}.{}", table.name.text, key.column.text);
    let references = Some(referred(table, key, Database::MySql));
    let length = upper.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(length, _)| length);
    let typed = |sql_type: String, param: &str| UserKey {
        sql_type,
        references: references.clone(),
        apart: None,
        param: param.into(),
    };
    let of_engine = table.engine.as_deref().filter(|engine| *engine != "innodb");
    let mut theirs = match (base, length) {
        ("BIGINT" | "INT" | "INTEGER" | "MEDIUMINT" | "SERIAL", _) => {
            let base = if base == "SERIAL" { "BIGINT" } else { base };
            if base != upper && ["UNSIGNED", "ZEROFILL", "SERIAL"].iter().any(|word| upper.contains(word)) {
                typed(format!("{base} UNSIGNED"), "CAST(? AS UNSIGNED)")
            } else {
                typed(base.to_string(), "CAST(? AS SIGNED)")
            }
        }
        // As sqlx keeps a UUID.
        ("BINARY", Some("16")) if uuids => typed("BINARY(16)".into(), "UNHEX(REPLACE(?, '-', ''))"),
        ("CHAR" | "VARCHAR", Some(length)) if !uuids || length == "36" => {
            let Some(collation) = &key.text.collation else {
                plain.apart = Some(format!(
                    "no migration says which collation {column} has, and both sides need the same"
                ));
                return plain;
            };
            let charset = key.text.charset.as_ref().map(|charset| format!(" CHARACTER SET {charset}"));
            typed(format!("{base}({length}){} COLLATE {collation}", charset.unwrap_or_default()), "?")
        }
        _ => {
            plain.apart = Some(format!("{column} is {upper}, and an id is bound as text here"));
            return plain;
        }
    };
    if let Some(engine) = of_engine {
        theirs.references = None;
        theirs.apart = Some(format!("{} is a table of the engine {engine}", table.name.text));
    }
    theirs
}

/// `users(id)`, with quotes where they have to be.
fn referred(table: &Table, key: &Key, database: Database) -> String {
    let schema = table.schema.iter().filter(|schema| !schema.text.eq_ignore_ascii_case("public"));
    let schema: String = schema.map(|schema| format!("{}.", spelled(schema, database))).collect();
    format!("{schema}{}({})", spelled(&table.name, database), spelled(&key.column, database))
}

/// A name as they wrote it, without quotes that change nothing.
fn spelled(name: &Name, database: Database) -> String {
    let text = &name.text;
    let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let reserved = ["user", "order", "group"].contains(&text.as_str());
    match database {
        Database::MySql if name.quoted => format!("`{text}`"),
        Database::MySql => text.clone(),
        _ if reserved || (name.quoted && !plain) => format!("\"{text}\""),
        _ => text.clone(),
    }
}
