//! What is known of sqlx: pools, queries and what they yield.

use syn::Expr;

use crate::survey::scope::Scope;
use crate::target::index::{Ty, segments};

/// A database sqlx talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
}

impl Database {
    /// `sqlx-postgres`, `sqlx-sqlite`, `sqlx-mysql`.
    pub fn store_kind(self) -> &'static str {
        match self {
            Self::Postgres => "sqlx-postgres",
            Self::Sqlite => "sqlx-sqlite",
            Self::MySql => "sqlx-mysql",
        }
    }
}

/// The database a resolved type is a pool of, references and `Arc`s aside.
pub fn pool_database(ty: &Ty) -> Option<Database> {
    let ty = ty.behind_pointers();
    let path = ty.path()?;
    if !path.starts_with("sqlx::") {
        return None;
    }
    match ty.name()? {
        "PgPool" => Some(Database::Postgres),
        "SqlitePool" => Some(Database::Sqlite),
        "MySqlPool" => Some(Database::MySql),
        "Pool" => match ty.args().first()?.name()? {
            "Postgres" => Some(Database::Postgres),
            "Sqlite" => Some(Database::Sqlite),
            "MySql" => Some(Database::MySql),
            _ => None,
        },
        _ => None,
    }
}

/// True if a resolved type is a transaction or a single connection: what is written through it may yet be undone.
pub fn is_transaction(ty: &Ty) -> bool {
    let ty = ty.behind_pointers();
    ty.path().is_some_and(|path| path.starts_with("sqlx::"))
        && matches!(
            ty.name(),
            Some(
                "Transaction"
                    | "PgConnection"
                    | "SqliteConnection"
                    | "MySqlConnection"
                    | "PgTransaction"
                    | "SqliteTransaction"
                    | "MySqlTransaction"
                    // Whoever is given an executor can't know whether it is a transaction's.
                    | "Executor"
                    | "PgExecutor"
                    | "SqliteExecutor"
                    | "MySqlExecutor"
                    | "Acquire"
            )
        )
}

/// The pool that options or a type of sqlx connect to.
fn connected(path: &str, args: &[Ty]) -> Option<Ty> {
    let last = path.strip_prefix("sqlx::")?.rsplit("::").next()?;
    let of = |name: &str| Ty::Path { path: vec!["sqlx".into(), name.into()], args: Vec::new() };
    match last {
        "PgPoolOptions" | "PgPool" => Some(of("PgPool")),
        "SqlitePoolOptions" | "SqlitePool" => Some(of("SqlitePool")),
        "MySqlPoolOptions" | "MySqlPool" => Some(of("MySqlPool")),
        "PoolOptions" | "Pool" => {
            Some(Ty::Path { path: vec!["sqlx".into(), "Pool".into()], args: vec![args.first()?.clone()] })
        }
        _ => None,
    }
}

/// Type of `PgPool::connect(…)` and its kin, awaited or not.
fn connects(scope: &Scope, path: &syn::Path) -> Option<Ty> {
    let (last, owner) = path.segments.iter().collect::<Vec<_>>().split_last().map(|(last, owner)| {
        let owner =
            owner.iter().map(|segment| (*segment).clone()).collect::<syn::punctuated::Punctuated<_, _>>();
        (last.ident.to_string(), syn::Path { leading_colon: None, segments: owner })
    })?;
    if !matches!(last.as_str(), "connect" | "connect_with" | "connect_lazy" | "connect_lazy_with") {
        return None;
    }
    let owner = scope.resolve(&Ty::from_path(&owner));
    let pool = connected(&owner.path()?, owner.args()).filter(|pool| pool_database(pool).is_some())?;
    Some(if last == "connect_lazy_with" { pool } else { result(pool) })
}

/// A query under construction, with the type of the row it yields: a name that cannot collide with a project's types.
fn query(row: Ty) -> Ty {
    Ty::Path { path: vec!["sqlx query".into()], args: vec![row] }
}

/// Type of `sqlx::query*(…)`.
pub fn constructor_type(scope: &Scope, path: &syn::Path) -> Option<Ty> {
    if let Some(pool) = connects(scope, path) {
        return Some(pool);
    }
    let canonical = scope.index.resolve(scope.module, &segments(path))?;
    let name = canonical.strip_prefix("sqlx::")?;
    if !matches!(name, "query" | "query_as" | "query_scalar" | "query_with" | "query_as_with") {
        return None;
    }
    // `query_as::<_, User>` and `query_scalar::<_, i64>`: the database first, then the row.
    let written = Ty::from_path(path);
    let row = written.args().get(1).map_or(Ty::Unknown, |row| scope.resolve(row));
    Some(query(row))
}

/// True for `query!(…)` and its kin.
pub fn is_query(mac: &syn::Macro) -> bool {
    macro_name(mac).is_some_and(|name| name.starts_with("query"))
}

fn macro_name(mac: &syn::Macro) -> Option<String> {
    mac.path.segments.last().map(|segment| segment.ident.to_string())
}

/// Type of `query_as!(User, …)` and its kin.
pub fn macro_type(scope: &Scope, mac: &syn::Macro) -> Ty {
    if !is_query(mac) {
        return Ty::Unknown;
    }
    let of_a_type = |name: String| ["query_as", "query_file_as"].iter().any(|start| name.starts_with(start));
    if !macro_name(mac).is_some_and(of_a_type) {
        return query(Ty::Unknown);
    }
    let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let row = mac.parse_body_with(parser).ok().and_then(|args| match args.first() {
        Some(Expr::Path(path)) => Some(scope.resolve(&Ty::from_path(&path.path))),
        _ => None,
    });
    query(row.unwrap_or(Ty::Unknown))
}

/// Type of a method call on a query: `bind` keeps it, the `fetch_*`s yield `Result`s of its row.
pub fn method_type(receiver: &Ty, name: &str) -> Option<Ty> {
    if name == "last_insert_rowid" {
        return Some(Ty::named("i64"));
    }
    if name == "last_insert_id" && receiver.is("QueryResult") {
        return Some(Ty::named("u64"));
    }
    if let Some(path) = receiver.path().filter(|path| path.ends_with("PoolOptions")) {
        let pool = connected(&path, receiver.args())?;
        return Some(match name {
            "connect" | "connect_with" | "connect_lazy" => result(pool),
            "connect_lazy_with" => pool,
            _ => receiver.clone(),
        });
    }
    let on_pool = pool_database(receiver).is_some();
    if name == "begin" && (on_pool || receiver.is("PoolConnection")) {
        return Some(result(Ty::named("sqlx::Transaction")));
    }
    if name == "acquire" && on_pool {
        return Some(result(Ty::named("sqlx::PoolConnection")));
    }
    let is_query = matches!(receiver, Ty::Path { path, .. } if path.as_slice() == ["sqlx query"]);
    if !is_query {
        return None;
    }
    let row = receiver.args().first().cloned().unwrap_or(Ty::Unknown);
    Some(match name {
        "fetch_one" => result(row),
        "fetch_optional" => result(Ty::Path { path: vec!["Option".into()], args: vec![row] }),
        "fetch_all" => result(Ty::Path { path: vec!["Vec".into()], args: vec![row] }),
        "execute" => result(Ty::named("sqlx::QueryResult")),
        "bind" | "persistent" => receiver.clone(),
        _ => Ty::Unknown,
    })
}

fn result(ok: Ty) -> Ty {
    Ty::Path { path: vec!["Result".into()], args: vec![ok] }
}
