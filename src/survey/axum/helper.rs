//! Functions that are given a request's headers or cookies and give back its user: `current_user(&headers, &db).await`
//! in the body of handlers.
//!
//! Near misses: middleware, functions that check a password or an API key, those that load somebody else, and those
//! that no handler calls.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::extension::reached;
use crate::survey::axum::guarded::Routing;
use crate::survey::axum::identity::{IdentitySite, Means, decoy_by_name, has, takes_keys, to_user, user_id};
use crate::survey::axum::middleware::is_middleware;
use crate::survey::calls::Body;
use crate::survey::facts::Identity;
use crate::target::Target;
use crate::target::index::{Function, FunctionId, Index, Ty};

/// All of them.
pub fn helpers(
    target: &Target,
    packages: &BTreeSet<usize>,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) -> Vec<IdentitySite> {
    let index = &target.index;
    let handlers: Vec<FunctionId> = routing
        .chains
        .iter()
        .flat_map(|chain| &chain.calls)
        .filter(|call| call.method == "route")
        .flat_map(|call| call.functions.iter().map(|(id, _)| *id))
        .collect();
    bodies
        .keys()
        .copied()
        .filter(|&id| {
            let function = &index.functions[id];
            !function.test
                && packages.contains(&index.modules[function.module].package)
                && function.of_trait.is_none()
                && !handlers.contains(&id)
                && !is_middleware(index, id)
        })
        .filter_map(|id| read(target, id, bodies, &handlers))
        .collect()
}

fn read(
    target: &Target,
    id: FunctionId,
    bodies: &BTreeMap<FunctionId, Body>,
    handlers: &[FunctionId],
) -> Option<IdentitySite> {
    let index = &target.index;
    let function = &index.functions[id];
    if !function.params.iter().any(|param| is_of_a_request(&index.resolve_ty(function.module, &param.ty))) {
        return None;
    }
    let (returned, optional) = returned(index, function);
    let owner = index.type_of(&returned)?;
    let (to_user, user_ty, within) = to_user(index, function.module, &returned);
    let (id_field, id_ty) = user_id(index, function.module, &user_ty)?;
    let callers =
        handlers.iter().filter(|handler| bodies.get(handler).is_some_and(|body| body.calls.contains(&id)));
    let used_by = callers.count();
    let name = owner.path.rsplit("::").next().unwrap_or_default();
    let decoy = decoy_by_name(&function.name).or_else(|| decoy_by_name(name)).map(str::to_string);
    let decoy = decoy.or_else(|| {
        let keys = takes_keys(index, &reached(id, bodies), bodies);
        keys.then(|| "it also accepts API keys, which must never get a widget token".to_string())
    });
    let decoy = decoy.or_else(|| {
        let acts = function.name.split('_').any(|word| ACTS.contains(&word));
        let writes = bodies.get(&id).is_some_and(|body| !body.inserts.is_empty());
        (acts || writes).then(|| "it does something, such as signing in, beside telling the user".to_string())
    });
    let decoy = decoy.or_else(|| (used_by == 0).then(|| "no handler calls it".to_string()));
    let user = index.type_of(&user_ty);
    let shown = |names: &[&str]| user.and_then(|user| has(user, names)).map(|field| format!("user.{field}"));
    let symbol = index.symbol(id);
    Some(IdentitySite {
        identity: Identity {
            id: format!("identity:helper:{symbol}"),
            at: target.text(&function.file)?.at(function.at.start..function.body.end),
            kind: "helper".into(),
            binding: format!("let user = {symbol}(…)"),
            type_path: symbol.clone(),
            id_expr: format!("user.{id_field}").trim_end_matches('.').to_string(),
            id_type: id_ty.to_string(),
            email: shown(&["email", "mail"]),
            name: shown(&["name", "full_name", "display_name", "username"]),
            optional: optional || within,
            anonymous: false,
            rank: u32::from(decoy.is_none()),
            reason: decoy.unwrap_or_default(),
        },
        ty: returned,
        to_user,
        user_ty,
        id_field,
        id_ty,
        used_by,
        needs_layer: false,
        covered: false,
        state: Ty::Unknown,
        guard: None,
        guest_field: None,
        means: Means::Call(id),
        bearer_alone: false,
    })
}

/// Words in the names of functions that do more than look.
const ACTS: [&str; 18] = [
    "create",
    "insert",
    "register",
    "login",
    "signin",
    "signup",
    "sign",
    "log",
    "authenticate",
    "refresh",
    "renew",
    "rotate",
    "logout",
    "delete",
    "remove",
    "update",
    "save",
    "set",
];

/// Headers, cookies, a session, or the parts of a request.
fn is_of_a_request(ty: &Ty) -> bool {
    const TYPES: [&str; 11] = [
        "axum::http::HeaderMap",
        "http::HeaderMap",
        "axum::http::request::Parts",
        "http::request::Parts",
        "axum_extra::extract::CookieJar",
        "axum_extra::extract::cookie::CookieJar",
        "axum_extra::extract::PrivateCookieJar",
        "axum_extra::extract::SignedCookieJar",
        "tower_cookies::Cookies",
        "tower_sessions::Session",
        "axum_session::Session",
    ];
    ty.behind_pointers().path().is_some_and(|path| TYPES.contains(&path.as_str()))
}

/// What a function gives back, `Result` aside, and whether it may be nothing.
fn returned(index: &Index, function: &Function) -> (Ty, bool) {
    let mut ty = index.resolve_ty(function.module, &function.returns);
    if let (Ty::Path { path, .. }, Some(own)) = (&ty, &function.self_ty)
        && path.as_slice() == ["Self"]
    {
        ty = index.resolve_ty(function.module, own);
    }
    let mut optional = false;
    for _ in 0..3 {
        optional |= ty.is("Option");
        if !(ty.is("Option") || ty.is("Result")) {
            break;
        }
        ty = ty.success();
        if let (Ty::Path { path, .. }, Some(own)) = (&ty, &function.self_ty)
            && path.as_slice() == ["Self"]
        {
            ty = index.resolve_ty(function.module, own);
        }
    }
    (ty, optional)
}
