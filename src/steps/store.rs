//! Where the module keeps its notes: the application's pool, and the key of its users.

use super::basis::{Basis, Variant};
use super::identity::{NoBinding, named};
use super::user_key::{UserKey, user_key};
use crate::survey::{Backend, Database, Pooled, Reach, entities};

/// The application's store as the module uses it.
#[derive(Debug, Clone)]
pub struct Store {
    /// Which client library.
    pub backend: Backend,
    /// Which database.
    pub database: Database,
    /// The pool's type as the module spells it.
    pub pool_type: String,
    /// What the module's own name for the pool stands for, where the application has none.
    pub alias: Option<String>,
    /// The pool, from `state: &State`.
    pub pool_expr: String,
    /// The users' key.
    pub key: UserKey,
}

impl Store {
    /// The client library, as the templates call it.
    pub fn client(&self) -> &'static str {
        match self.backend {
            Backend::Diesel(..) => "diesel",
            Backend::SeaOrm => "sea_orm",
            _ => "sqlx",
        }
    }

    /// How diesel's connections are pooled; nothing for others.
    pub fn pooled(&self) -> &'static str {
        match self.backend {
            Backend::Diesel(Pooled::R2d2, _) => "r2d2",
            Backend::Diesel(Pooled::Deadpool, _) => "deadpool",
            Backend::Diesel(Pooled::Async, _) => "async",
            _ => "",
        }
    }
}

/// True for stores that the module is written for.
pub fn is_written(backend: Backend) -> bool {
    matches!(
        backend,
        Backend::Sqlx(_) | Backend::Diesel(_, Database::Postgres | Database::Sqlite) | Backend::SeaOrm
    )
}

/// True if the note of a new user is a plain call: with diesel, nobody waits for it, as the caller may hold a connection.
pub fn notes_aside(backend: Backend) -> bool {
    matches!(backend, Backend::Diesel(..))
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
        return Err(cannot("no database can be reached from the router's state".into()));
    };
    let library = pool.backend.library();
    if !matches!(pool.backend, Backend::Sqlx(_) | Backend::Diesel(..) | Backend::SeaOrm) {
        return Err(cannot(format!("it keeps its users with {library}, for which it is not written")));
    }
    let database = database(basis, pool.backend).map_err(cannot)?;
    if database == Database::MySql && !matches!(pool.backend, Backend::Sqlx(_)) {
        return Err(cannot(format!("it uses MySQL with {library}, for which it is not written")));
    }
    match pool.backend {
        Backend::Diesel(pooled, _) => diesel_is_known(basis, pooled).map_err(cannot)?,
        Backend::SeaOrm => sea_orm_is_known(basis).map_err(cannot)?,
        _ => {}
    }
    let index = &basis.target.index;
    let canonical = pool.declared.path().and_then(|_| match &pool.declared {
        crate::target::index::Ty::Path { path, .. } => index.resolve(pool.module, path),
        _ => None,
    });
    let own = canonical.as_ref().and_then(|path| index.path_from_root(path, &basis.app.krate));
    let mut alias = None;
    let pool_type = match (own, pool.backend) {
        (Some(path), _) => {
            let (name, import) = named(&path);
            imports.extend(import);
            name
        }
        (None, Backend::Diesel(pooled, _)) => {
            let path = canonical.unwrap_or_default();
            let known = diesel_pool(pooled, database, &path);
            alias = Some(known.ok_or_else(|| cannot("its pool has no name and is of no usual type".into()))?);
            "Db".to_string()
        }
        (None, Backend::SeaOrm) => SEA_ORM_HANDLE.to_string(),
        (None, _) => format!("sqlx::{}", standard_name(database)),
    };
    let pool_expr = match &pool.reach {
        Reach::Kept(_) => "DB.get()?".to_string(),
        _ if pool.path.is_empty() => "state".to_string(),
        _ => format!("state.{}", pool.path),
    };
    Ok(Some(Store {
        backend: pool.backend,
        database,
        pool_type,
        alias,
        pool_expr,
        key: user_key(basis, pool.backend),
    }))
}

/// SeaORM's handle, which the module imports.
pub const SEA_ORM_HANDLE: &str = "DatabaseConnection";

/// The database behind a handle, else why it can't be told, as the end of a sentence.
pub fn database(basis: &Basis, backend: Backend) -> Result<Database, String> {
    match backend {
        Backend::SeaOrm => entities::database(basis.target, basis.package),
        _ => Ok(backend.database().unwrap_or(Database::Postgres)),
    }
}

/// That what the module writes for SeaORM is understood by the version in use.
fn sea_orm_is_known(basis: &Basis) -> Result<(), String> {
    let version = basis.target.version_of(basis.home, "sea-orm").unwrap_or_default();
    let mut numbers = version.split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    if !matches!((major, minor), ("0", "12") | ("1" | "2", _)) {
        return Err("it has no direct dependency on SeaORM 0.12, 1 or 2, which the module needs".into());
    }
    if major != "2" && entities::features(basis.target, basis.home).contains("mock") {
        return Err("it has SeaORM's feature `mock`, with which a handle can't be cloned".into());
    }
    Ok(())
}

/// That what the module writes for diesel is understood by the versions in use.
fn diesel_is_known(basis: &Basis, pooled: Pooled) -> Result<(), String> {
    let version = |name: &str| basis.target.version_of(basis.home, name);
    if version("diesel").is_none_or(|version| version.split('.').next() != Some("2")) {
        return Err("it has no direct dependency on diesel 2, which the module needs".into());
    }
    if pooled == Pooled::Async && version("diesel-async").is_none() {
        return Err("it has no direct dependency on diesel-async, which the module needs".into());
    }
    Ok(())
}

/// The full type of one of diesel's usual pools, for which the application has no name.
fn diesel_pool(pooled: Pooled, database: Database, path: &str) -> Option<String> {
    let (connection, asynchronous, module) = match database {
        Database::Postgres => ("diesel::PgConnection", Some("diesel_async::AsyncPgConnection"), "postgres"),
        Database::Sqlite => ("diesel::SqliteConnection", None, "sqlite"),
        Database::MySql => return None,
    };
    match pooled {
        Pooled::R2d2 => Some(format!("diesel::r2d2::Pool<diesel::r2d2::ConnectionManager<{connection}>>")),
        Pooled::Deadpool => Some(format!("deadpool_diesel::{module}::Pool")),
        Pooled::Async => {
            let known = path.starts_with("diesel_async::pooled_connection::");
            Some(format!("{path}<{}>", asynchronous?)).filter(|_| known)
        }
    }
}

/// sqlx's name for a database's pool.
pub fn standard_name(database: Database) -> &'static str {
    match database {
        Database::Postgres => "PgPool",
        Database::Sqlite => "SqlitePool",
        Database::MySql => "MySqlPool",
    }
}
