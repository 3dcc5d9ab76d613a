//! Where users are kept: database handles, statements, and migrations.

pub mod backend;
pub mod conversion;
pub mod creation;
pub mod entities;
pub mod kind;
pub mod migrations;
pub mod sql;
pub mod sql_files;
pub mod sqlx;
mod words;

use crate::survey::scope::Scope;
use crate::target::index::Ty;

/// Type of a call of one of the database libraries' functions.
pub fn call_type(scope: &Scope<'_>, func: &syn::Path, call: &syn::ExprCall) -> Option<Ty> {
    sqlx::constructor_type(scope, func)
        .or_else(|| creation::diesel::call_type(scope, call))
        .or_else(|| creation::sea_orm::call_type(scope, call))
}

/// Type of a call of one of the database libraries' methods.
pub fn method_type(scope: &Scope<'_>, receiver: &Ty, call: &syn::ExprMethodCall) -> Option<Ty> {
    sqlx::method_type(receiver, &call.method.to_string())
        .or_else(|| backend::method_type(scope, receiver, call))
        .or_else(|| creation::diesel::method_type(scope, receiver, call))
        .or_else(|| creation::sea_orm::method_type(scope, receiver, call))
}
