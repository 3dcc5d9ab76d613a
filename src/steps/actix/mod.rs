//! What is actix-web's own in the steps: what the adapter is rendered with, the routes, the layer around them.

mod binding;
mod routes;

use serde_json::{Value, json};

use super::basis::{Basis, Variant};
use super::dependency::{Signing, choose};
use super::identity::{Binding, NoBinding, named};
use super::layout::sort_imports;
use super::module::{no_environment, still_open};
use super::store::{SEA_ORM_HANDLE, Store, standard_name, store};
use super::store_handle::is_kept;
use super::template_values::{calls, database_name, log};
use super::token::nobody;
use crate::plan::Evidence;
use crate::survey::{Backend, Pool, Ready};
use crate::target::index::Ty;
pub use routes::{capture_layer, routes};

/// The database that the module has been given, in a function that may yield nothing.
const KEPT: &str = "DB.get()?";

/// How the module reaches what handlers share.
struct Data {
    name: &'static str,
    /// `state: &AppState`.
    borrowed: String,
    /// `state: web::Data<AppState>`.
    extracted: String,
    in_arc: bool,
    /// The pool, from the parameter.
    pool: String,
}

/// What the templates need for an actix-web application, with what it rests on.
pub fn context(basis: &Basis, ready: &Ready) -> Result<(Value, Vec<Evidence>), NoBinding> {
    supported(basis)?;
    let identity = match basis.identity() {
        Ok(Some(identity)) => identity,
        Ok(None) => return Err(NoBinding::Cannot(nobody(basis))),
        Err(_) => return Err(NoBinding::Ask("identity")),
    };
    let way = basis.way().ok_or_else(|| {
        NoBinding::Cannot(format!(
            "how a new route would read `{}` is not known",
            identity.identity.type_path
        ))
    })?;
    way.place.as_ref().map_err(|reason| {
        NoBinding::Cannot(format!("`{}` can't be used in a new route: {reason}", identity.identity.type_path))
    })?;
    if basis.app.environment.is_none() {
        return Err(NoBinding::Cannot(no_environment(basis)));
    }
    if basis.variant == Variant::B && basis.app.pool.is_none() {
        let text = "no pool of sqlx or diesel is among what handlers take as `web::Data`, or in it";
        return Err(NoBinding::Cannot(text.into()));
    }
    let mut imports = Vec::new();
    let stored = store(basis, &mut imports)?;
    // The binding says whether it needs the database; before that, it is asked as if it did.
    let shared = data(basis, ready, stored.as_ref());
    let kept = is_kept(basis);
    let pool = shared.as_ref().ok().map(|(data, _)| match data.name {
        "db" => "db".to_string(),
        _ => format!("&{}", data.pool),
    });
    let pool = if kept { Some(KEPT.to_string()) } else { pool };
    let mut bound = binding::binding(basis, identity, &way.read, pool.as_deref())?;
    bound.uses_state &= !kept;
    let needed = stored.is_some() && !kept || bound.uses_state;
    let shared = if needed { Some(shared.map_err(NoBinding::Cannot)?) } else { None };
    imports.extend(shared.iter().flat_map(|(_, import)| import.clone()));
    imports.extend(bound.imports.clone());
    still_open(basis)?;
    let (mut crates, mut imports): (Vec<String>, Vec<String>) =
        imports.into_iter().partition(|line| !line.starts_with("use crate::"));
    crates.sort();
    sort_imports(&mut imports, &basis.home.edition);
    let evidence = vec![
        Evidence {
            at: identity.identity.at.clone(),
            fact: format!("tells who is signed in: {}", identity.identity.reason),
        },
        Evidence { at: ready.application.at.clone(), fact: "the application that serves the routes".into() },
    ];
    let signing = choose(basis.target, basis.home);
    let data = shared.map(|(data, _)| data);
    let context = json!({
        "case": match basis.variant { Variant::A => "A", Variant::B => "B", Variant::Widget => "widget" },
        "database": database_name(&stored),
        "client": stored.as_ref().map_or("sqlx", Store::client),
        "pooled": stored.as_ref().map_or("", Store::pooled),
        "db_alias": stored.as_ref().and_then(|store| store.alias.clone()),
        "jwt": if matches!(signing, Signing::Jsonwebtoken { .. }) { "jsonwebtoken" } else { "hmac" },
        "hmac_key_init": matches!(signing, Signing::Hmac { key_init: true, .. }),
        "log": log(basis),
        "setting_fn": if basis.app.environment == Some("dotenvy") { "dotenvy::var" } else { "std::env::var" },
        "route_prefix": basis.folder(),
        "guarded": basis.below().is_some(),
        "token_prefix": basis.guarded_folder(),
        "allow_cross_site": basis.answers_other_sites(),
        "crates": crates,
        "imports": imports,
        "data": shown(data.as_ref(), kept),
        "db_kept": kept,
        "db_type": stored.as_ref().map_or("", |store| &store.pool_type),
        "calls": calls(basis),
        "user_key": stored.as_ref().map_or(Value::Null, |store| json!(store.key)),
        "identity": identity_json(&bound),
    });
    Ok((context, evidence))
}

fn shown(data: Option<&Data>, kept: bool) -> Value {
    let without = if kept { KEPT } else { "" };
    json!({
        "name": data.map_or("", |data| data.name),
        "borrowed": data.map_or("", |data| &data.borrowed),
        "extracted": data.map_or("", |data| &data.extracted),
        "in_arc": data.is_some_and(|data| data.in_arc),
        "db_expr": data.map_or(without, |data| &data.pool),
    })
}

fn identity_json(bound: &Binding) -> Value {
    json!({
        "lets": bound.lets,
        "id": bound.id,
        "email": bound.email,
        "name": bound.name,
        "uses_data": bound.uses_state,
        "extractor": bound.extractor,
    })
}

/// actix-web 4; where a middleware is inserted, one that has `from_fn`.
fn supported(basis: &Basis) -> Result<(), NoBinding> {
    let version = basis.target.version_of(basis.home, "actix-web").unwrap_or_default();
    let cannot = |only: &str| {
        let version = if version.is_empty() { "missing" } else { &version };
        Err(NoBinding::Cannot(format!("its actix-web is {version}, and only {only} is covered")))
    };
    let mut parts = version.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next());
    match (major, minor) {
        (4, Some(minor)) if basis.variant == Variant::A && minor < 9 => {
            cannot("4.9 and later, with `from_fn`,")
        }
        (4, None) if basis.variant == Variant::A => cannot("4.9 and later, with `from_fn`,"),
        (4, _) => Ok(()),
        _ => cannot("4"),
    }
}

/// What handlers take to get at the database, and the import it needs.
///
/// # Errors
/// With the reason, as the end of a sentence, if it can't be reached from a new route.
fn data(basis: &Basis, ready: &Ready, store: Option<&Store>) -> Result<(Data, Option<String>), String> {
    let none = || "no pool of sqlx or diesel can be reached through `web::Data` in a new route".to_string();
    let ty = ready.data.as_ref().ok_or_else(none)?;
    let pool = basis.app.pool.as_ref().ok_or_else(none)?;
    let in_arc = ty.is("Arc");
    let bare = ty.behind_pointers();
    let (name, spelled, import) = match pool.path.as_str() {
        "" => ("db", pool_type(pool, store).ok_or_else(none)?, None),
        _ => {
            let path =
                bare.path().and_then(|path| basis.target.index.path_from_root(&path, &basis.app.krate));
            let path = path.filter(|_| bare.args().is_empty() && (in_arc || ty == bare));
            let path = path.ok_or_else(|| format!("`{ty}` can't be named from the crate's root"))?;
            let (name, import) = named(&path);
            ("state", name, import)
        }
    };
    if !in_arc && ty != bare
        || matches!(ty.args().first(), Some(Ty::Path { .. }) if in_arc && ty.args()[0] != *bare)
    {
        return Err(format!("handlers share `{ty}`, which is more than a pointer to what it holds"));
    }
    let inner = if in_arc { format!("Arc<{spelled}>") } else { spelled.clone() };
    let data = Data {
        name,
        borrowed: format!("{name}: &{spelled}"),
        extracted: format!("{name}: web::Data<{inner}>"),
        in_arc,
        pool: if pool.path.is_empty() { name.to_string() } else { format!("{name}.{}", pool.path) },
    };
    Ok((data, import))
}

/// The pool's type: as the module spells it for its notes, else by its own name.
fn pool_type(pool: &Pool, store: Option<&Store>) -> Option<String> {
    match (store, pool.backend) {
        (Some(store), _) => Some(store.pool_type.clone()),
        (None, Backend::Sqlx(database)) => Some(format!("sqlx::{}", standard_name(database))),
        (None, Backend::SeaOrm) => Some(format!("sea_orm::{SEA_ORM_HANDLE}")),
        (None, _) => None,
    }
}
