//! axum's extractors: types that implement `FromRequestParts`, and which of them tells who is signed in.
//!
//! `impl FromRequestParts<AppState> for CurrentUser` with an id in it is one. Near misses: extractors without an id,
//! generic ones (`Json<T>`), those for administrators only, for API keys, for webhook signatures.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::cover::covers;
use crate::survey::axum::extension::{find_guard, looked_up, other_sources};
use crate::survey::axum::guarded::Routing;
use crate::survey::axum::helper::helpers;
use crate::survey::axum::rank::rank;
use crate::survey::axum::site::functions_in;
pub use crate::survey::axum::site::{IdentitySite, Means};
use crate::survey::calls::Body;
use crate::survey::carrier::is_bearer_alone;
use crate::survey::facts::Identity;
use crate::survey::handles::{id_within, is_id, looks_like_a_person, own_id};
use crate::target::Target;
use crate::target::index::{FunctionId, Index, ModuleId, TraitImpl, Ty};

/// Every extractor of some packages.
pub fn extractors(
    target: &Target,
    packages: &BTreeSet<usize>,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) -> Vec<IdentitySite> {
    let index = &target.index;
    let mut found: Vec<IdentitySite> = index
        .impls
        .iter()
        .filter(|item| !item.test && packages.contains(&index.modules[item.module].package))
        .filter(|item| is_extractor_trait(index, item))
        .filter_map(|item| read(target, item, bodies))
        .collect();
    found.extend(other_sources(target, packages, bodies, routing));
    found.extend(helpers(target, packages, bodies, routing));
    if found.iter().all(|site| site.identity.rank == 0) {
        found.extend(looked_up(target, packages, bodies, routing));
    }
    spread_layers(target, &mut found);
    for site in found.iter_mut().filter(|site| site.needs_layer && site.guard.is_none()) {
        site.covered = covers(index, bodies, routing, &site.ty);
        if !site.covered && site.identity.rank > 0 {
            find_guard(index, site, bodies, routing);
        }
    }
    for site in &mut found {
        site.bearer_alone = is_bearer_alone(target, &site.made_by(index), bodies);
    }
    rank(&mut found);
    found.sort_by(|a, b| crate::target::by_place(&a.identity.at, &b.identity.at));
    found.dedup_by(|a, b| a.identity.id == b.identity.id);
    found
}

pub(super) fn is_extractor_trait(index: &Index, item: &TraitImpl) -> bool {
    let resolved = index.resolve_ty(item.module, &item.of_trait);
    matches!(resolved.path().as_deref(), Some("axum::extract::FromRequestParts"))
}

fn read(target: &Target, item: &TraitImpl, bodies: &BTreeMap<FunctionId, Body>) -> Option<IdentitySite> {
    let index = &target.index;
    let ty = index.resolve_ty(item.module, &item.self_ty);
    let owner = index.type_of(&ty)?;
    let text = target.text(&item.file)?;
    let name = owner.path.rsplit("::").next().unwrap_or(&owner.path).to_string();
    let (to_user, user_ty, optional) = to_user(index, item.module, &ty);
    let id = user_id(index, item.module, &user_ty);
    let (id_field, id_ty) = id.clone().unwrap_or_else(|| (String::new(), Ty::Unknown));
    let decoy = decoy(index, item, &name, bodies, !item.self_ty.args().is_empty(), id.is_none());
    let shown = |field: Option<String>| field.map(|field| format!("user.{field}"));
    let (email, person_name) = index.type_of(&user_ty).map_or((None, None), |owner| {
        (has(owner, &["email", "mail"]), has(owner, &["name", "full_name", "display_name", "username"]))
    });
    let krate = &index.modules[item.module].krate;
    let symbol =
        owner.path.strip_prefix(krate.as_str()).unwrap_or(&owner.path).trim_start_matches("::").to_string();
    Some(IdentitySite {
        identity: Identity {
            id: format!("identity:{symbol}"),
            at: text.at(item.at.clone()),
            kind: "from-request-parts".into(),
            binding: format!("user: {name}"),
            type_path: index.path_from_root(&owner.path, krate).unwrap_or_else(|| symbol.clone()),
            id_expr: if id.is_some() {
                format!("user.{id_field}").trim_end_matches('.').to_string()
            } else {
                String::new()
            },
            id_type: id_ty.to_string(),
            email: shown(email),
            name: shown(person_name),
            optional,
            anonymous: false,
            rank: u32::from(decoy.is_none()),
            reason: decoy.unwrap_or_default(),
        },
        used_by: used_by(index, &ty),
        needs_layer: reads_extensions(&text.text[item.body.clone()])
            || reads_stamps(&text.text[item.body.clone()], bodies),
        covered: false,
        state: index.resolve_ty(item.module, item.of_trait.args().first().unwrap_or(&Ty::Unknown)),
        ty,
        to_user,
        user_ty,
        id_field,
        id_ty,
        guard: None,
        guest_field: None,
        means: Means::Itself,
        bearer_alone: false,
    })
}

/// True for a struct whose id is a user's: by the id's own name, by what else people have, or by the struct's name. A
/// request's stamp has a `uuid` too.
fn tells_a_user(index: &Index, module: ModuleId, owner: &crate::target::index::Type, ty: &Ty) -> bool {
    const NAMES: [&str; 11] = [
        "user",
        "account",
        "member",
        "person",
        "auth",
        "claims",
        "identity",
        "viewer",
        "session",
        "principal",
        "customer",
    ];
    let Some((field, _)) = own_id(index, module, owner, ty) else {
        return false;
    };
    let name = owner.path.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
    match field.as_str() {
        "id" => looks_like_a_person(owner) || NAMES.iter().any(|word| name.contains(word)),
        "uuid" => looks_like_a_person(owner),
        _ => true,
    }
}

/// From an extractor to the struct with the id: through `.0`, `.user`, `.claims` and an `Option`.
pub(in crate::survey) fn to_user(index: &Index, module: ModuleId, ty: &Ty) -> (Vec<String>, Ty, bool) {
    let own = |ty: &Ty| index.type_of(ty).is_some_and(|owner| tells_a_user(index, module, owner, ty));
    if own(ty) {
        return (Vec::new(), ty.clone(), false);
    }
    let Some(owner) = index.type_of(ty) else {
        return (Vec::new(), Ty::Unknown, false);
    };
    for field in &owner.fields {
        let holder =
            ["0", "user", "claims", "account", "member", "person", "session"].contains(&field.name.as_str());
        let Some(inner) = index.field(ty, &field.name).filter(|_| holder) else {
            continue;
        };
        let (inner, optional) = if inner.is("Option") { (inner.success(), true) } else { (inner, false) };
        let step = if optional { format!("{}?", field.name) } else { field.name.clone() };
        let only_field = owner.fields.len() == 1;
        let bare = only_field && is_id(index, &inner);
        if own(&inner) || (bare && [ty, &inner].into_iter().any(names_somebody)) {
            return (vec![step], inner, optional);
        }
        // One more level: `Claims { user: User }` in a wrapper.
        if let Some((path, _)) = id_within(index, module, &inner)
            && let Some((outer, _)) = path.rsplit_once('.')
            && let Some(user) = index.field(&inner, outer)
        {
            return (vec![step, outer.to_string()], user, optional);
        }
    }
    (Vec::new(), ty.clone(), false)
}

/// Name and type of the id in the user's struct; an empty name if the value itself is the id.
pub(in crate::survey) fn user_id(index: &Index, module: ModuleId, ty: &Ty) -> Option<(String, Ty)> {
    if let Some(owner) = index.type_of(ty)
        && tells_a_user(index, module, owner, ty)
    {
        return own_id(index, module, owner, ty);
    }
    let known = index.type_of(ty).is_none() || names_somebody(ty);
    (known && is_id(index, ty)).then(|| (String::new(), ty.clone()))
}

/// True if a type's name says that what it holds is a person's: `UserId`, not `ClientIp` or `BearerToken`.
fn names_somebody(ty: &Ty) -> bool {
    const PEOPLE: [&str; 9] =
        ["user", "account", "member", "person", "auth", "identity", "viewer", "principal", "loggedin"];
    const OTHERS: [&str; 9] =
        ["session", "token", "tenant", "org", "key", "agent", "bearer", "header", "host"];
    let name = ty.name().unwrap_or_default().to_ascii_lowercase().replace('_', "");
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    says(&PEOPLE) && !says(&OTHERS)
}

pub(in crate::survey) fn has(owner: &crate::target::index::Type, names: &[&str]) -> Option<String> {
    names.iter().find(|name| owner.fields.iter().any(|field| field.name == **name)).map(ToString::to_string)
}

/// Why an extractor that lets programs in is none.
pub(super) const TAKES_KEYS: &str = "it also accepts API keys, which must never get a widget token";

/// Why an extractor does not tell who is signed in, if it does not.
fn decoy(
    index: &Index,
    item: &TraitImpl,
    name: &str,
    bodies: &BTreeMap<FunctionId, Body>,
    generic: bool,
    without_id: bool,
) -> Option<String> {
    if generic {
        return Some("it is generic: it extracts anything".into());
    }
    if let Some(reason) = decoy_by_name(name) {
        return Some(reason.into());
    }
    if without_id {
        return Some("no id of a user can be read off its fields".into());
    }
    let owner = index.type_of(&index.resolve_ty(item.module, &item.self_ty));
    let holds_one = owner.is_some_and(|owner| has(owner, &["api_key", "api_key_id", "api_token"]).is_some());
    (holds_one || takes_keys(index, &functions_in(index, item), bodies)).then(|| TAKES_KEYS.into())
}

/// Why a name says that it does not tell who is signed in.
pub(in crate::survey) fn decoy_by_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if named(&["signature", "webhook"]) {
        return Some("it proves who sent a webhook, not who is signed in");
    }
    if named(&["admin", "staff", "moderator", "superuser", "operator"]) {
        return Some("it is for administrators only");
    }
    named(&["apikey", "api_key", "apitoken", "daemon", "service", "machine", "worker"])
        .then_some("it is for programs, not for people")
}

/// True if functions, or what they call, read API keys.
pub(in crate::survey) fn takes_keys(
    index: &Index,
    own: &[FunctionId],
    bodies: &BTreeMap<FunctionId, Body>,
) -> bool {
    let called: Vec<FunctionId> =
        own.iter().filter_map(|id| bodies.get(id)).flat_map(|body| body.calls.iter().copied()).collect();
    let reads_keys = own.iter().chain(&called).filter_map(|id| bodies.get(id)).any(|body| body.api_key);
    let resolves_keys = own.iter().chain(&called).any(|&id| {
        let symbol = index.symbol(id).to_ascii_lowercase();
        symbol.contains("apikey") || symbol.contains("api_key")
    });
    reads_keys || resolves_keys
}

/// An extractor that asks another one needs what that one needs.
fn spread_layers(target: &Target, found: &mut [IdentitySite]) {
    let needing: Vec<String> = found
        .iter()
        .filter(|site| site.needs_layer)
        .filter_map(|site| Some(format!("{}::from_request_parts", site.ty.name()?)))
        .collect();
    for site in found.iter_mut().filter(|site| !site.needs_layer) {
        let Some(body) = target.index.impls.iter().find(|item| {
            target.index.resolve_ty(item.module, &item.self_ty) == site.ty
                && item.of_trait.is("FromRequestParts")
        }) else {
            continue;
        };
        let text = target.text(&body.file).map_or("", |file| &file.text[body.body.clone()]);
        site.needs_layer = needing.iter().any(|call| text.contains(call.as_str()));
    }
}

/// True if an implementation reads extensions of the request, or a session that a layer keeps there.
fn reads_extensions(body: &str) -> bool {
    body.contains("extensions") || body.contains("Extension") || body.contains("Session::from_request_parts")
}

/// True if an implementation reads a header that a middleware writes into the request: below it nobody can make it up.
fn reads_stamps(body: &str, bodies: &BTreeMap<FunctionId, Body>) -> bool {
    body.contains("headers")
        && bodies.values().flat_map(|body| &body.stamps).any(|stamp| body.contains(stamp.as_str()))
}

/// Number of functions that take the type as a parameter, or an `Option` or `Result` of it.
fn used_by(index: &Index, ty: &Ty) -> usize {
    let wanted = ty.path();
    index
        .functions
        .iter()
        .filter(|function| !function.test)
        .filter(|function| {
            function.params.iter().any(|param| {
                let ty = index.resolve_ty(function.module, &param.ty);
                let inner = if ty.is("Option") || ty.is("Result") { ty.success() } else { ty };
                inner.path() == wanted
            })
        })
        .count()
}
