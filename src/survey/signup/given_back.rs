//! Keys that the database gives back instead of a whole row: a tuple of `RETURNING id`, SQLite's row number, MySQL's
//! counted key, SeaORM's `last_insert_id`.
//!
//! Near misses: the result of another table's insert, or of one that nobody looked at; a tuple of other columns;
//! PostgreSQL, which gives no number back.

use crate::survey::handles::{self, UserId, displayed};
use crate::survey::scope::Local;
use crate::survey::signup::capture::Anchor;
use crate::survey::store::backend::Backend;
use crate::survey::store::creation::sea_orm::inserted_key;
use crate::survey::store::sqlx::Database;
use crate::target::index::{Index, Ty};

/// SQLite's own row number or the number that MySQL counted: the id, where the table's key is that.
pub fn row_number(anchor: &Anchor, backend: Backend) -> Option<UserId> {
    let (method, ty) = match backend {
        Backend::Sqlx(Database::Sqlite) => ("last_insert_rowid", "i64"),
        Backend::Sqlx(Database::MySql) => ("last_insert_id", "u64"),
        _ => return None,
    };
    let result = anchor.fresh.iter().find(|local| local.ty.is("QueryResult") && anchor.direct)?;
    Some(UserId { expr: format!("{}.{method}()", result.name), ty: Ty::named(ty) })
}

/// True for an id that is such a number.
pub fn is_row_number(id: &UserId) -> bool {
    [".last_insert_rowid()", ".last_insert_id()"].iter().any(|number| id.expr.ends_with(number))
}

/// The key in SeaORM's `InsertResult` of this table.
pub fn last_inserted(index: &Index, anchor: &Anchor, table: &str) -> Option<UserId> {
    anchor.fresh.iter().filter(|_| anchor.direct).find_map(|local| {
        let ty = inserted_key(index, anchor.module, &local.ty, table)?;
        Some(displayed(index, format!("{}.last_insert_id", local.name), &ty))
    })
}

/// `row.0` of `query_as::<_, (Uuid,)>("INSERT … RETURNING id")`.
pub fn in_tuple(index: &Index, anchor: &Anchor, returning: &[String]) -> Option<UserId> {
    let row = anchor.fresh.iter().find(|local| anchor.direct && matches!(local.ty, Ty::Tuple(_)))?;
    let Ty::Tuple(items) = &row.ty else { return None };
    let alone = returning.len() == 1 && returning[0].ends_with("id");
    let column = returning.iter().position(|column| column == "id" || alone)?;
    let ty = items.get(column).filter(|_| items.len() == returning.len())?.clone();
    let only = [Local { name: format!("{}.{column}", row.name), ty, mutable: false }];
    handles::user_id(index, anchor.module, &only, &anchor.moved, &|_| true)
}
