//! Where the module keeps its notes: the application's pool, and the key of its users.

use serde::Serialize;

use super::basis::{Basis, Variant, signups};
use super::identity::{NoBinding, named};
use crate::survey::{Backend, Database, migrations};

/// The application's store as the module uses it.
#[derive(Debug, Clone)]
pub struct Store {
    /// Which database.
    pub database: Database,
    /// The pool's type as the module spells it.
    pub pool_type: String,
    /// The pool, from `state: &State`.
    pub pool_expr: String,
    /// The users' key.
    pub key: UserKey,
}

/// The key of the table the module adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserKey {
    /// Its type in SQL.
    pub sql_type: String,
    /// `users(id)`, where it can refer to the users' table.
    pub references: Option<String>,
    /// How an id bound as text is compared.
    pub param: String,
}

/// True for stores that the module is written for.
pub fn is_written(backend: Backend) -> bool {
    matches!(backend, Backend::Sqlx(Database::Postgres | Database::Sqlite))
}

/// The store of a variant that needs one; `None` for the others.
///
/// # Errors
/// If there is none that the module can use.
pub fn store(basis: &Basis, imports: &mut Vec<String>) -> Result<Option<Store>, NoBinding> {
    if basis.variant != Variant::B {
        return Ok(None);
    }
    let cannot = |reason: String| NoBinding::Cannot(reason);
    let Some(pool) = &basis.app.pool else {
        return Err(cannot("no sqlx pool can be reached from the router's state".into()));
    };
    let Backend::Sqlx(database) = pool.backend else {
        return Err(cannot(format!("it keeps its users with {}, not with sqlx", pool.backend.library())));
    };
    if database == Database::MySql {
        return Err(cannot("its database is MySQL, which is not covered yet".into()));
    }
    let index = &basis.target.index;
    let canonical = pool.declared.path().and_then(|_| match &pool.declared {
        crate::target::index::Ty::Path { path, .. } => index.resolve(pool.module, path),
        _ => None,
    });
    let own = canonical.as_ref().and_then(|path| index.path_from_root(path, &basis.app.krate));
    let pool_type = match own {
        Some(path) => {
            let (name, import) = named(&path);
            imports.extend(import);
            name
        }
        None => format!("sqlx::{}", standard_name(database)),
    };
    let pool_expr = if pool.path.is_empty() { "state".to_string() } else { format!("state.{}", pool.path) };
    Ok(Some(Store { database, pool_type, pool_expr, key: user_key(basis, database) }))
}

fn standard_name(database: Database) -> &'static str {
    match database {
        Database::Postgres => "PgPool",
        Database::Sqlite => "SqlitePool",
        Database::MySql => "MySqlPool",
    }
}

/// The key's type from the migrations; text without a reference where it isn't known.
pub fn user_key(basis: &Basis, database: Database) -> UserKey {
    let plain = UserKey { sql_type: "TEXT".into(), references: None, param: "$1".into() };
    let Some(table) = signups(basis.app).map(|site| site.table.clone()).next() else {
        return plain;
    };
    // sqlx keeps a UUID in SQLite as 16 bytes, whatever the column says; a text would never equal it.
    let as_bytes = |id: &crate::target::index::Ty| id.behind_pointers().is("Uuid");
    let ids = basis.app.identity.iter().map(|site| &site.id_ty);
    let mut noted =
        signups(basis.app).filter_map(|site| site.note.as_ref().ok()).flatten().map(|note| &note.id.ty);
    if database == Database::Sqlite && (ids.filter(|id| as_bytes(id)).count() > 0 || noted.any(as_bytes)) {
        return plain;
    }
    let Some((column, written)) =
        migrations::find(basis.target, basis.package).and_then(|found| found.key_of(&table))
    else {
        return plain;
    };
    let quoted =
        if ["user", "order", "group"].contains(&table.as_str()) { format!("\"{table}\"") } else { table };
    let references = Some(format!("{quoted}({column})"));
    let upper = written.to_ascii_uppercase();
    let base = upper.split(['(', ' ']).next().unwrap_or_default();
    match (database, base) {
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

fn cast(sql_type: &str, name: &str, references: Option<String>) -> UserKey {
    UserKey { sql_type: sql_type.into(), references, param: format!("CAST($1 AS {name})") }
}
