//! Users that a middleware puts into the request: handlers take `Extension<AuthUser>`.
//!
//! `async fn guard(mut request: Request, next: Next)` with `request.extensions_mut().insert(AuthUser { .. })` in it,
//! and `.layer(from_fn(guard))` around routes. Near misses: `Extension<Pool>`, `Extension<RequestId>`, a type that two
//! middlewares bring, one that can't be cloned or named, a guard that also takes API keys, axum-login's session.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::guarded::{Guard, Routing};
use crate::survey::axum::identity::{IdentitySite, Means, decoy_by_name, has, takes_keys, to_user, user_id};
use crate::survey::axum::login;
use crate::survey::axum::middleware::is_middleware;
use crate::survey::calls::Body;
use crate::survey::facts::Identity;
use crate::target::Target;
use crate::target::index::{Function, FunctionId, Index, ModuleId, Ty, Type};

/// Ways in which handlers get to know the user, other than extractors of the application's own.
pub fn other_sources(
    target: &Target,
    packages: &BTreeSet<usize>,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) -> Vec<IdentitySite> {
    let index = &target.index;
    let mut found: Vec<IdentitySite> = Vec::new();
    for function in index
        .functions
        .iter()
        .filter(|function| !function.test && packages.contains(&index.modules[function.module].package))
    {
        for param in &function.params {
            let written = index.resolve_ty(function.module, &param.ty);
            if login::is_session(&written) {
                if !found.iter().any(|site| site.ty == written) {
                    let used_by = used_by(index, &written);
                    found.extend(login::session(target, packages, function, &written, used_by));
                }
                continue;
            }
            let Some(ty) = other_source(index, function.module, &written) else {
                continue;
            };
            let id = format!("identity:extension:{ty}");
            if found.iter().any(|site| site.identity.id == id) {
                continue;
            }
            let binding = format!("{}: {written}", param.pattern);
            found.extend(site(target, function, id, binding, &written, ty));
        }
    }
    judge_all(index, &mut found, bodies, routing);
    found
}

/// The same for a user that no handler takes, where other code looks it up: `extensions().get::<CurrentUser>()`.
pub fn looked_up(
    target: &Target,
    packages: &BTreeSet<usize>,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) -> Vec<IdentitySite> {
    let index = &target.index;
    let mut found: Vec<IdentitySite> = Vec::new();
    for (id, body) in bodies {
        let function = &index.functions[*id];
        if function.test || !packages.contains(&index.modules[function.module].package) {
            continue;
        }
        for ty in body.gets.iter().filter(|ty| !body.puts.contains(ty)) {
            let written = Ty::Path { path: vec!["axum".into(), "Extension".into()], args: vec![ty.clone()] };
            let id = format!("identity:extension:{ty}");
            if other_source(index, function.module, &written).is_none()
                || found.iter().any(|site| site.identity.id == id)
            {
                continue;
            }
            let binding = format!("request.extensions().get::<{}>()", ty.name().unwrap_or_default());
            found.extend(site(target, function, id, binding, &written, ty.clone()));
        }
    }
    judge_all(index, &mut found, bodies, routing);
    found
}

/// The guard of an extractor that does nothing but take the user out of the request:
/// `parts.extensions.get::<CurrentUser>()`. Below it the module can do the same.
pub fn find_guard(
    index: &Index,
    site: &mut IdentitySite,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) {
    let takes_out = |id: &FunctionId| bodies.get(id).is_some_and(|body| body.gets == [site.ty.clone()]);
    let made_by = site.made_by(index);
    if site.identity.kind != "from-request-parts" || made_by.is_empty() || !made_by.iter().all(takes_out) {
        return;
    }
    if let Ok(guard) = judge(index, site, bodies, routing) {
        site.identity.reason = format!("`{}` puts it into the request", index.functions[guard.function].name);
        site.guard = Some(guard);
    }
}

/// Finds each one's guard, or says why there is none that can be used.
fn judge_all(
    index: &Index,
    found: &mut [IdentitySite],
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) {
    for site in found.iter_mut().filter(|site| site.identity.kind == "extension") {
        match judge(index, site, bodies, routing) {
            Ok(guard) => {
                let name = &index.functions[guard.function].name;
                site.identity.reason = format!("`{name}` puts it into the request");
                site.identity.optional |= guard.optional;
                site.identity.rank = 1;
                site.guard = Some(guard);
            }
            Err(reason) => site.identity.reason = reason,
        }
    }
}

/// What `Extension<T>` brings; any other type as it is.
pub fn brought(ty: Ty) -> Ty {
    match ty.path().as_deref() {
        Some("axum::Extension") => ty.args().first().cloned().unwrap_or(Ty::Unknown),
        _ => ty,
    }
}

/// `Extension<CurrentUser>`: the type that tells of the user.
fn other_source(index: &Index, module: ModuleId, written: &Ty) -> Option<Ty> {
    let ty = brought(written.clone());
    if ty == *written {
        return None;
    }
    index.type_of(&ty)?;
    let (_, user, _) = to_user(index, module, &ty);
    user_id(index, module, &user)?;
    Some(ty)
}

fn site(
    target: &Target,
    function: &Function,
    id: String,
    binding: String,
    written: &Ty,
    ty: Ty,
) -> Option<IdentitySite> {
    let index = &target.index;
    let holder = index.type_of(&ty)?;
    let at = target.text(&holder.file)?.at(holder.at.clone());
    let (to_user, user_ty, optional) = to_user(index, function.module, &ty);
    let (id_field, id_ty) = user_id(index, function.module, &user_ty).unwrap_or((String::new(), Ty::Unknown));
    let shown = |field: Option<String>| field.map(|field| format!("user.{field}"));
    let owner = index.type_of(&user_ty);
    let guest_field = owner.and_then(|owner| guest_field(index, owner, &user_ty));
    Some(IdentitySite {
        identity: Identity {
            id,
            at,
            kind: "extension".into(),
            binding,
            type_path: written.to_string(),
            id_expr: format!("user.{id_field}").trim_end_matches('.').to_string(),
            id_type: id_ty.to_string(),
            email: shown(owner.and_then(|owner| has(owner, &["email", "mail"]))),
            name: shown(
                owner.and_then(|owner| has(owner, &["name", "full_name", "display_name", "username"])),
            ),
            optional,
            anonymous: guest_field.is_some(),
            rank: 0,
            reason: String::new(),
        },
        used_by: used_by(index, written),
        ty,
        to_user,
        user_ty,
        id_field,
        id_ty,
        needs_layer: true,
        covered: false,
        state: Ty::Unknown,
        guard: None,
        guest_field,
        means: Means::Itself,
        bearer_alone: false,
    })
}

/// A field that is true for guests.
pub fn guest_field(index: &Index, owner: &Type, ty: &Ty) -> Option<String> {
    const NAMES: [&str; 6] = ["is_guest", "guest", "is_anonymous", "anonymous", "is_demo", "demo"];
    let name = NAMES.iter().find(|name| owner.fields.iter().any(|field| field.name == **name))?;
    index.field(ty, name).filter(|ty| ty.is("bool")).map(|_| name.to_string())
}

/// Number of functions with a parameter of this type.
fn used_by(index: &Index, written: &Ty) -> usize {
    let takes = |function: &&Function| {
        function.params.iter().any(|param| index.resolve_ty(function.module, &param.ty) == *written)
    };
    index.functions.iter().filter(|function| !function.test).filter(takes).count()
}

/// The guard of a type, with the place below it, or why it is not used.
fn judge(
    index: &Index,
    site: &IdentitySite,
    bodies: &BTreeMap<FunctionId, Body>,
    routing: &Routing<'_>,
) -> Result<Guard, String> {
    let owner = index.type_of(&site.ty).ok_or("its type is not the application's own")?;
    let name = owner.path.rsplit("::").next().unwrap_or(&owner.path);
    if site.ty.path().as_deref() != Some(&owner.path) || !site.ty.args().is_empty() {
        return Err("it is not a plain type of the application's own".into());
    }
    if let Some(reason) = decoy_by_name(name) {
        return Err(reason.into());
    }
    is_a_user(index, owner, site)?;
    if !owner.derives.iter().any(|derive| derive == "Clone") {
        return Err("it doesn't derive `Clone`, so it can't be taken out of the request".into());
    }
    let krate = &index.modules[owner.module].krate;
    if index.path_from_root(&owner.path, krate).is_none() {
        return Err("it is private to its module, so another module can't name it".into());
    }
    let puts = |id: &FunctionId| {
        !index.functions[*id].test && bodies.get(id).is_some_and(|body| body.puts.contains(&site.ty))
    };
    let all: Vec<FunctionId> = bodies.keys().copied().filter(puts).collect();
    if all.iter().any(|&id| !is_middleware(index, id)) {
        return Err("something other than a middleware function puts it into the request".into());
    }
    let applied: Vec<FunctionId> = all.into_iter().filter(|&id| routing.applies(id)).collect();
    let [guard] = applied.as_slice() else {
        return Err(match applied.len() {
            0 => "no middleware function is seen to put it into the request".into(),
            n => format!(
                "{n} middlewares put it into the request, and which of them should count is not known"
            ),
        });
    };
    let function = &index.functions[*guard];
    if let Some(reason) = decoy_by_name(&function.name) {
        return Err(format!("by the name of `{}`, which puts it into the request, {reason}", function.name));
    }
    let reached = reached(*guard, bodies);
    let by_field = owner.fields.iter().any(|field| field.name.contains("api_key"));
    if by_field || takes_keys(index, &reached, bodies) {
        return Err(format!(
            "`{}` also accepts API keys, which must never get a widget token",
            function.name
        ));
    }
    routing.below(index, *guard, bodies)
}

/// Everything a function leads to.
pub(in crate::survey) fn reached(from: FunctionId, bodies: &BTreeMap<FunctionId, Body>) -> Vec<FunctionId> {
    let mut reached = vec![from];
    let mut next = 0;
    while next < reached.len() {
        let calls = bodies.get(&reached[next]).map(|body| body.calls.clone()).unwrap_or_default();
        reached.extend(calls.into_iter().filter(|id| !reached.contains(id)).collect::<Vec<_>>());
        next += 1;
    }
    reached
}

/// An id alone is no person: requests, tenants and devices have ids too.
fn is_a_user(index: &Index, owner: &Type, site: &IdentitySite) -> Result<(), String> {
    const WORDS: [&str; 9] =
        ["user", "member", "person", "identity", "principal", "claims", "auth", "signedin", "loggedin"];
    let user = index.type_of(&site.user_ty).unwrap_or(owner);
    let called = |ty: &Type| {
        let name = ty.path.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
        WORDS.iter().any(|word| name.contains(word))
    };
    let by_id = ["user_id", "sub"].contains(&site.id_field.as_str());
    if !(called(owner) || called(user) || by_id || crate::survey::handles::looks_like_a_person(user)) {
        return Err("neither its name nor its fields say that it is a user".into());
    }
    let ids = ["id", "user_id", "uid", "account_id"];
    let others = ids.iter().filter(|name| user.fields.iter().any(|field| field.name == **name)).count();
    if others > 1 {
        return Err("it has several ids, and which of them is the user's is not known".into());
    }
    Ok(())
}
