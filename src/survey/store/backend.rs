//! Handles of databases: what a type leads to, whichever client library it is of.
//!
//! `r2d2::Pool<ConnectionManager<PgConnection>>` is diesel's, `sea_orm::DatabaseConnection` is SeaORM's. Near misses: a
//! single connection, which may be in a transaction; pools of Redis.

use super::sqlx::{Database, pool_database};
use crate::survey::scope::Scope;
use crate::target::index::Ty;

/// What a handle leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A pool of sqlx.
    Sqlx(Database),
    /// A pool of diesel's connections.
    Diesel(Pooled, Database),
    /// SeaORM's connection, which is a pool.
    SeaOrm,
    /// A pool of `tokio-postgres` clients, or one.
    TokioPostgres,
    /// SQLite through `rusqlite`.
    Rusqlite,
    /// SurrealDB.
    Surreal,
    /// MongoDB.
    Mongo,
}

/// What pools diesel's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooled {
    /// `r2d2`: blocking.
    R2d2,
    /// `deadpool-diesel`: blocking, on a thread of its own.
    Deadpool,
    /// `diesel-async` in `bb8`, `deadpool` or `mobc`: `get().await` yields a connection.
    Async,
}

impl Backend {
    /// `sqlx-sqlite`, `diesel`, `sea-orm`, …: as the survey names it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Sqlx(database) => database.store_kind(),
            Self::Diesel(..) => "diesel",
            Self::SeaOrm => "sea-orm",
            Self::TokioPostgres => "tokio-postgres",
            Self::Rusqlite => "rusqlite",
            Self::Surreal => "surrealdb",
            Self::Mongo => "mongodb",
        }
    }

    /// The library, as people call it.
    pub fn library(self) -> &'static str {
        match self {
            Self::Sqlx(_) => "sqlx",
            Self::Diesel(Pooled::Async, _) => "diesel-async",
            Self::Diesel(..) => "diesel",
            Self::SeaOrm => "SeaORM",
            Self::TokioPostgres => "tokio-postgres",
            Self::Rusqlite => "rusqlite",
            Self::Surreal => "SurrealDB",
            Self::Mongo => "MongoDB",
        }
    }

    /// The database behind it, where the type tells.
    pub fn database(self) -> Option<Database> {
        match self {
            Self::Sqlx(database) | Self::Diesel(_, database) => Some(database),
            Self::TokioPostgres => Some(Database::Postgres),
            Self::Rusqlite => Some(Database::Sqlite),
            Self::SeaOrm | Self::Surreal | Self::Mongo => None,
        }
    }
}

/// What a resolved type is a handle of, references and `Arc`s aside.
pub fn backend(ty: &Ty) -> Option<Backend> {
    if let Some(database) = pool_database(ty) {
        return Some(Backend::Sqlx(database));
    }
    let ty = ty.behind_pointers();
    let path = ty.path()?;
    let krate = path.split("::").next()?;
    match (krate, ty.name()?) {
        ("deadpool_diesel", "Pool") => {
            let database = ["postgres", "sqlite", "mysql"].iter().find(|name| path.contains(*name));
            let database = match database {
                Some(&"postgres") => Database::Postgres,
                Some(&"sqlite") => Database::Sqlite,
                Some(_) => Database::MySql,
                None => of_connection(ty)?,
            };
            Some(Backend::Diesel(Pooled::Deadpool, database))
        }
        ("diesel_async", "Pool") => Some(Backend::Diesel(Pooled::Async, of_connection(ty)?)),
        ("bb8" | "deadpool" | "mobc", "Pool") if mentions(ty, "AsyncDieselConnectionManager") => {
            Some(Backend::Diesel(Pooled::Async, of_connection(ty)?))
        }
        ("diesel" | "r2d2" | "Pool", "Pool") if mentions(ty, "ConnectionManager") => {
            Some(Backend::Diesel(Pooled::R2d2, of_connection(ty)?))
        }
        ("r2d2", "Pool") if mentions(ty, "SqliteConnectionManager") => Some(Backend::Rusqlite),
        // Alone where a glob import brings it.
        ("sea_orm" | "DatabaseConnection" | "DbConn", "DatabaseConnection" | "DbConn") => {
            Some(Backend::SeaOrm)
        }
        ("deadpool_postgres", "Pool") | ("tokio_postgres", "Client") => Some(Backend::TokioPostgres),
        ("bb8" | "deadpool", "Pool") if mentions(ty, "PostgresConnectionManager") => {
            Some(Backend::TokioPostgres)
        }
        ("rusqlite" | "tokio_rusqlite", "Connection") | ("deadpool_sqlite", "Pool") => {
            Some(Backend::Rusqlite)
        }
        ("surrealdb", "Surreal") => Some(Backend::Surreal),
        ("mongodb", "Database" | "Client" | "Collection") => Some(Backend::Mongo),
        // A pool behind a lock can't be handed on as one.
        ("tokio" | "std" | "parking_lot" | "async_lock", "Mutex" | "RwLock") => {
            let inner = backend(ty.args().first()?);
            inner.filter(|inner| !matches!(inner, Backend::Sqlx(_) | Backend::Diesel(..) | Backend::SeaOrm))
        }
        _ => None,
    }
}

/// Type of what a pool of connections yields for `get`, and of a collection.
pub fn method_type(scope: &Scope<'_>, receiver: &Ty, call: &syn::ExprMethodCall) -> Option<Ty> {
    let connection = match (backend(receiver)?, call.method.to_string().as_str()) {
        (Backend::Mongo, "collection") => {
            let written = call.turbofish.as_ref().and_then(|written| match written.args.first() {
                Some(syn::GenericArgument::Type(ty)) => Some(scope.resolve(&Ty::from_syn(ty))),
                _ => None,
            });
            let path = ["mongodb".to_string(), "Collection".to_string()];
            return Some(Ty::Path { path: path.to_vec(), args: written.into_iter().collect() });
        }
        (Backend::Diesel(..), "get" | "get_owned") => DIESEL_CONNECTION,
        (Backend::TokioPostgres, "get" | "get_owned") => "deadpool_postgres::Object",
        (Backend::Rusqlite, "get") => "r2d2::PooledConnection",
        _ => return None,
    };
    Some(Ty::Path { path: vec!["Result".into()], args: vec![Ty::named(connection)] })
}

/// A connection of diesel's that was taken from a pool, whichever it is.
const DIESEL_CONNECTION: &str = "diesel::r2d2::PooledConnection";

/// True if what is written through a value of this type is written at once: a pool, or a connection taken from one.
pub fn writes_at_once(ty: &Ty) -> bool {
    let bare = ty.behind_pointers();
    backend(bare).is_some()
        || ["PoolConnection", "PooledConnection", "Object"].iter().any(|name| bare.is(name))
}

/// The database that a pool's connections are of.
fn of_connection(ty: &Ty) -> Option<Database> {
    [
        ("PgConnection", Database::Postgres),
        ("AsyncPgConnection", Database::Postgres),
        ("SqliteConnection", Database::Sqlite),
        ("MysqlConnection", Database::MySql),
        ("AsyncMysqlConnection", Database::MySql),
    ]
    .into_iter()
    .find_map(|(name, database)| mentions(ty, name).then_some(database))
}

/// True if a type or one of its arguments has this last segment.
fn mentions(ty: &Ty, name: &str) -> bool {
    ty.is(name) || ty.args().iter().any(|arg| mentions(arg, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Backend> {
        backend(&Ty::from_syn(&syn::parse_str(text).unwrap()))
    }

    #[test]
    fn handles_are_told_by_their_type() {
        let postgres = Database::Postgres;
        assert_eq!(of("sqlx::PgPool"), Some(Backend::Sqlx(postgres)));
        assert_eq!(
            of("Arc<diesel::r2d2::Pool<diesel::r2d2::ConnectionManager<diesel::PgConnection>>>"),
            Some(Backend::Diesel(Pooled::R2d2, postgres))
        );
        assert_eq!(
            of("&r2d2::Pool<ConnectionManager<diesel::sqlite::SqliteConnection>>"),
            Some(Backend::Diesel(Pooled::R2d2, Database::Sqlite))
        );
        assert_eq!(
            of("diesel_async::pooled_connection::bb8::Pool<diesel_async::AsyncPgConnection>"),
            Some(Backend::Diesel(Pooled::Async, postgres))
        );
        assert_eq!(
            of("bb8::Pool<AsyncDieselConnectionManager<AsyncPgConnection>>"),
            Some(Backend::Diesel(Pooled::Async, postgres))
        );
        assert_eq!(of("deadpool_diesel::postgres::Pool"), Some(Backend::Diesel(Pooled::Deadpool, postgres)));
        assert_eq!(of("sea_orm::DatabaseConnection"), Some(Backend::SeaOrm));
        assert_eq!(of("deadpool_postgres::Pool"), Some(Backend::TokioPostgres));
        assert_eq!(of("std::sync::Arc<tokio::sync::Mutex<rusqlite::Connection>>"), Some(Backend::Rusqlite));
        assert_eq!(of("surrealdb::Surreal<surrealdb::engine::any::Any>"), Some(Backend::Surreal));
        assert_eq!(of("mongodb::Database"), Some(Backend::Mongo));
    }

    #[test]
    fn what_only_sounds_like_one_is_none() {
        for other in [
            "deadpool_redis::Pool",
            "r2d2::Pool<RedisConnectionManager>",
            "bb8::Pool<RedisConnectionManager>",
            "diesel::PgConnection",
            "crate::Pool<PgConnection>",
            "mongodb::options::ClientOptions",
            "tokio::sync::Mutex<Vec<u8>>",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
