//! Keys that the database gives back instead of a row: SQLite's row number, SeaORM's `last_insert_id`.
//!
//! Near misses: the result of another table's insert, or of one that nobody looked at.

use crate::survey::handles::{UserId, displayed};
use crate::survey::signup::capture::Anchor;
use crate::survey::store::creation::sea_orm::inserted_key;
use crate::target::index::{Index, Ty};

/// SQLite's own row number, where the table's key is that.
pub fn row_number(anchor: &Anchor) -> Option<UserId> {
    let result = anchor.fresh.iter().find(|local| local.ty.is("QueryResult") && anchor.direct)?;
    Some(UserId { expr: format!("{}.last_insert_rowid()", result.name), ty: Ty::named("i64") })
}

/// The key in SeaORM's `InsertResult` of this table.
pub fn last_inserted(index: &Index, anchor: &Anchor, table: &str) -> Option<UserId> {
    anchor.fresh.iter().filter(|_| anchor.direct).find_map(|local| {
        let ty = inserted_key(index, anchor.module, &local.ty, table)?;
        Some(displayed(index, format!("{}.last_insert_id", local.name), &ty))
    })
}
