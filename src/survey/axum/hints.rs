//! What tells who is signed in and is not put into the module by rule, and what only looks as if it did.
//!
//! `impl Authentication for User` of axum_session_auth, Loco's `auth::JWT`, `use_context::<Session>()` in server
//! functions are told with their place. Middleware that hands nobody on, axum-login's backends and GraphQL's guards are
//! named as what they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::axum::identity::{decoy_by_name, to_user, user_id};
use crate::survey::axum::middleware::is_middleware;
use crate::survey::calls::Body;
use crate::survey::facts::Identity;
use crate::target::index::{FunctionId, Index, ModuleId, Ty};
use crate::target::{At, Target};

/// All of them in some packages.
pub fn hints(
    target: &Target,
    packages: &BTreeSet<usize>,
    bodies: &BTreeMap<FunctionId, Body>,
) -> Vec<Identity> {
    let index = &target.index;
    let mut found = of_traits(target, packages);
    let own = |id: &FunctionId| {
        let function = &index.functions[*id];
        !function.test && packages.contains(&index.modules[function.module].package)
    };
    for id in (0..index.functions.len()).filter(own) {
        let function = &index.functions[id];
        let Some(text) = target.text(&function.file) else { continue };
        let at = text.at(function.at.start..function.body.end.max(function.at.end));
        let symbol = index.symbol(id);
        if is_middleware(index, id) {
            if bodies.get(&id).is_none_or(|body| body.puts.is_empty()) {
                let reason = decoy_by_name(&function.name)
                    .unwrap_or("it stands in front of handlers and hands nobody on to them");
                found.push(hint("guard-only", &symbol, at, 0, reason));
            }
            continue;
        }
        if function.params.iter().any(|param| is_loco(&index.resolve_ty(function.module, &param.ty))) {
            let reason = "Loco's token, which its handlers take; the id is `claims.pid`";
            let mut jwt = hint("loco-jwt", &symbol, at, 1, reason);
            jwt.binding = "auth: auth::JWT".into();
            jwt.id_expr = "auth.claims.pid".into();
            jwt.id_type = "String".into();
            found.push(jwt);
            continue;
        }
        let source = &text.text[function.body.clone()];
        if source.contains("use_context::<") || source.contains("expect_context::<") {
            found.extend(of_context(index, function.module, &function.returns, &symbol, at));
        }
    }
    found
}

fn is_loco(ty: &Ty) -> bool {
    ty.path().is_some_and(|path| path.starts_with("loco_rs::") && path.contains("auth::") && ty.is("JWT"))
}

/// A function of a server function's context that gives back a session or a user.
fn of_context(index: &Index, module: ModuleId, returns: &Ty, symbol: &str, at: At) -> Option<Identity> {
    let mut ty = index.resolve_ty(module, returns);
    let mut optional = false;
    for _ in 0..3 {
        optional |= ty.is("Option");
        ty = match &ty {
            Ty::Path { .. } if ty.is("Option") || ty.is("Result") => ty.success(),
            Ty::Tuple(items) => items.last().cloned().unwrap_or(Ty::Unknown),
            _ => break,
        };
    }
    let (_, user, within) = to_user(index, module, &ty);
    let id = user_id(index, module, &user);
    let by_session = ty.path().is_some_and(|path| path.starts_with("axum_session_auth::"));
    if id.is_none() && !by_session {
        return None;
    }
    let user = if by_session { ty.args().first().cloned().unwrap_or(Ty::Unknown) } else { user };
    let id = id.or_else(|| user_id(index, module, &user));
    let mut hint = hint("use-context", symbol, at, 1, "server functions get it out of their context");
    hint.binding = format!("let user = {symbol}(…)");
    hint.optional = optional || within || by_session;
    if let Some((field, id)) = id {
        hint.id_expr = format!("user.{field}").trim_end_matches('.').to_string();
        hint.id_type = id.to_string();
    }
    Some(hint)
}

/// Implementations of other crates' traits.
fn of_traits(target: &Target, packages: &BTreeSet<usize>) -> Vec<Identity> {
    let index = &target.index;
    let own = index
        .impls
        .iter()
        .filter(|item| !item.test && packages.contains(&index.modules[item.module].package));
    own.filter_map(|item| {
        let last = item.of_trait.name()?;
        if !["Authentication", "AuthnBackend", "AuthzBackend", "Guard"].contains(&last) {
            return None;
        }
        let of_trait = index.resolve_ty(item.module, &item.of_trait).path()?;
        let name = item.self_ty.name()?;
        let at = target.text(&item.file)?.at(item.at.start..item.body.end);
        let krate = of_trait.split("::").next().unwrap_or_default();
        match (krate, last) {
            ("axum_login", _) => {
                let reason = "it checks credentials and loads users for axum-login; handlers take the session";
                Some(hint("axum-login", &format!("{last} for {name}"), at, 0, reason))
            }
            ("async_graphql", "Guard") => {
                let reason = "a guard of GraphQL: it refuses, and tells nobody who is signed in";
                Some(hint("graphql-context", &format!("{last} for {name}"), at, 0, reason))
            }
            ("axum_session_auth", "Authentication") => {
                let ty = index.resolve_ty(item.module, &item.self_ty);
                let (field, id) = user_id(index, item.module, &ty)?;
                let reason = "axum_session_auth loads it; handlers take its `AuthSession`, whose `current_user` is an \
                              `Option` that may hold a guest";
                let mut session = hint("axum-session-auth", name, at, 1, reason);
                session.binding = "session: AuthSession".into();
                session.id_expr = format!("session.current_user?.{field}");
                session.id_type = id.to_string();
                session.optional = true;
                Some(session)
            }
            _ => None,
        }
    })
    .collect()
}

fn hint(kind: &str, name: &str, at: At, rank: u32, reason: &str) -> Identity {
    Identity {
        id: format!("identity:{kind}:{name}"),
        at,
        kind: kind.into(),
        binding: name.into(),
        type_path: name.into(),
        id_expr: String::new(),
        id_type: String::new(),
        email: None,
        name: None,
        optional: false,
        anonymous: false,
        rank,
        reason: reason.into(),
    }
}
