//! `user::ActiveModel { … }.insert(&db)` and `User::insert(model).exec(&db)`.
//!
//! Near misses: `insert` into a map, `save` of what was loaded before, `Entity::update`.

use syn::Expr;

use super::{Made, bare, initialiser, links, made, made_by_macro, text};
use crate::survey::scope::Scope;
use crate::survey::store::entities;
use crate::survey::store::sql::Through;
use crate::survey::walk::Place;
use crate::target::index::{Index, ModuleId, Ty, segments};

/// `user::Entity::insert(model)`, whatever the entity is imported as.
pub fn of_call(call: &syn::ExprCall, place: &Place<'_, '_>) -> Option<Made> {
    let entity = inserted_entity(place.scope, call)?;
    let model = call.args.first().map(|arg| columns(arg, place)).unwrap_or_default();
    let links = links(&place.parsed.range(call), place);
    let conflict = links.iter().find(|link| link.method == "on_conflict").map(|link| link.args.first());
    let conflict = conflict.flatten().map(|arg| text(arg, place)).unwrap_or_default();
    let mut made = made(Through::SeaOrm, entity.table, model);
    made.insert.upsert = conflict.contains("update_column") || conflict.contains(".value(");
    made.insert.may_do_nothing =
        conflict.contains("do_nothing") || links.iter().any(|link| link.method == "on_conflict_do_nothing");
    if links.iter().any(|link| link.method.to_string().starts_with("exec_with_returning")) {
        made.insert.returning = vec!["*".into()];
    }
    Some(made)
}

/// `model.insert(&db)`, and `save` of a model that was written out just before.
pub fn of_method(call: &syn::ExprMethodCall, place: &Place<'_, '_>) -> Option<Made> {
    if call.args.len() != 1 {
        return None;
    }
    let entity = active_model(place.scope, &place.scope.infer(&call.receiver))?;
    let literal = literal(&call.receiver, place);
    if call.method == "save" && literal.is_none() {
        return None;
    }
    let columns = columns(&call.receiver, place);
    let mut made = made(Through::SeaOrm, entity.table, columns);
    // With its key set, `save` updates.
    made.insert.upsert = call.method == "save" && made.insert.columns.iter().any(|column| column == "id");
    made.insert.returning = vec!["*".into()];
    Some(made)
}

/// An entity: its table, and the type of its rows.
struct Entity {
    table: String,
    model: Ty,
}

fn inserted_entity(scope: &Scope<'_>, call: &syn::ExprCall) -> Option<Entity> {
    let Expr::Path(func) = &*call.func else { return None };
    let mut path = segments(&func.path);
    if path.pop()? != "insert" || path.is_empty() {
        return None;
    }
    entity(scope.index, scope.module, &path, "Entity")
}

/// The entity that an active model's type is of.
fn active_model(scope: &Scope<'_>, ty: &Ty) -> Option<Entity> {
    let path: Vec<String> = ty.path()?.split("::").map(str::to_string).collect();
    entity(scope.index, scope.module, &path, "ActiveModel")
}

/// The entity whose `ActiveModel` or `Entity` a path names. Both are made by a derive, so only their module is known.
fn entity(index: &Index, module: ModuleId, path: &[String], name: &str) -> Option<Entity> {
    let found = match index.module(&path[..path.len() - 1].join("::")) {
        Some(holder) if path.len() > 1 => Some((holder, path[path.len() - 1..].to_vec())),
        _ => made_by_macro(index, module, path),
    };
    match found {
        Some((holder, rest)) if rest.as_slice() == [name] => {
            let holder = &index.modules[holder];
            let model = index.types.get(&format!("{}::Model", holder.path))?;
            let module_name = holder.path.rsplit("::").next().unwrap_or_default();
            let table = model.attributes.iter().find_map(|attribute| table_name(attribute));
            Some(Entity {
                table: table.unwrap_or_else(|| module_name.to_string()),
                model: Ty::named(&model.path),
            })
        }
        // Entities in a crate that is not in this workspace, or imported within the function.
        _ if path.last().is_some_and(|last| last == name) && path.len() > 1 => {
            Some(Entity { table: path[path.len() - 2].clone(), model: Ty::Unknown })
        }
        _ => None,
    }
}

/// `users` of `sea_orm(table_name="users")`.
fn table_name(attribute: &str) -> Option<String> {
    let rest = attribute.strip_prefix("sea_orm(")?;
    let (_, rest) = rest.split_once("table_name=\"")?;
    rest.split_once('"').map(|(name, _)| name.to_string())
}

/// The struct literal that a value is, or was made by.
fn literal<'w>(value: &'w Expr, place: &Place<'w, '_>) -> Option<&'w syn::ExprStruct> {
    match bare(value) {
        Expr::Struct(literal) => Some(literal),
        Expr::Path(path) => {
            let init = initialiser(&path.path.get_ident()?.to_string(), place)?;
            if let Expr::Struct(literal) = init { Some(literal) } else { None }
        }
        _ => None,
    }
}

/// Columns that are set: `email: Set(mail)`.
fn columns(value: &Expr, place: &Place<'_, '_>) -> Vec<(String, Option<String>)> {
    let written: Option<&syn::ExprStruct> = match bare(value) {
        Expr::Struct(literal) => Some(literal),
        Expr::Path(path) => {
            path.path.get_ident().and_then(|name| match initialiser(&name.to_string(), place) {
                Some(Expr::Struct(literal)) => Some(literal),
                _ => None,
            })
        }
        _ => None,
    };
    let Some(written) = written else { return Vec::new() };
    written
        .fields
        .iter()
        .filter_map(|field| {
            let syn::Member::Named(name) = &field.member else { return None };
            let Expr::Call(set) = &field.expr else { return None };
            let Expr::Path(func) = &*set.func else { return None };
            let sets = func
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Set" || last.ident == "ActiveValue");
            let bound = sets.then(|| set.args.first().map(|arg| text(arg, place))).flatten();
            sets.then(|| (name.to_string(), bound))
        })
        .collect()
}

/// A statement under construction, with the type of the row it yields.
fn statement(row: Ty) -> Ty {
    Ty::Path { path: vec!["sea-orm statement".into()], args: vec![row] }
}

/// Type of `Entity::insert(…)`.
pub fn call_type(scope: &Scope<'_>, call: &syn::ExprCall) -> Option<Ty> {
    connected(scope, call).or_else(|| inserted_entity(scope, call).map(|entity| statement(entity.model)))
}

/// Type of `Database::connect(…)`, awaited or not.
fn connected(scope: &Scope<'_>, call: &syn::ExprCall) -> Option<Ty> {
    let syn::Expr::Path(func) = &*call.func else { return None };
    let path = scope.index.resolve(scope.module, &segments(&func.path))?;
    (path == "sea_orm::Database::connect").then(|| Ty::Path {
        path: vec!["Result".into()],
        args: vec![Ty::named("sea_orm::DatabaseConnection")],
    })
}

/// Type of what running a statement, or inserting a model, yields.
pub fn method_type(scope: &Scope<'_>, receiver: &Ty, call: &syn::ExprMethodCall) -> Option<Ty> {
    let result = |ok: Ty| Ty::Path { path: vec!["Result".into()], args: vec![ok] };
    let name = call.method.to_string();
    if matches!(receiver, Ty::Path { path, .. } if path.as_slice() == ["sea-orm statement"]) {
        let row = receiver.args().first().cloned().unwrap_or(Ty::Unknown);
        return Some(match name.as_str() {
            "exec_with_returning" => result(row),
            "exec" => result(inserted(&row)),
            "exec_without_returning" => result(Ty::named("u64")),
            _ => receiver.clone(),
        });
    }
    (name == "insert" && call.args.len() == 1)
        .then(|| active_model(scope, receiver))
        .flatten()
        .map(|entity| result(entity.model))
}

/// What `exec` yields, as people write it: `InsertResult<users::ActiveModel>`.
fn inserted(row: &Ty) -> Ty {
    let path = row.path().unwrap_or_default();
    let active = path.strip_suffix("Model").map(|holder| Ty::named(&format!("{holder}ActiveModel")));
    Ty::Path { path: vec!["sea_orm".into(), "InsertResult".into()], args: active.into_iter().collect() }
}

/// Type of the `last_insert_id` in an `InsertResult` of this table: that of the entity's key.
pub fn inserted_key(index: &Index, module: ModuleId, result: &Ty, table: &str) -> Option<Ty> {
    let active = result.is("InsertResult").then(|| result.args().first()).flatten()?;
    let path: Vec<String> = active.path()?.split("::").map(str::to_string).collect();
    let entity = entity(index, module, &path, "ActiveModel").filter(|entity| entity.table == table)?;
    let model = index.types.get(&entity.model.path()?)?;
    entities::key(index, model).map(|(_, ty)| ty)
}
