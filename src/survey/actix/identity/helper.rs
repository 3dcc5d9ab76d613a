//! Functions that are given the request and give back its user: `load_member(&req, &db).await?` in the body of
//! handlers.
//!
//! Near misses: functions for middlewares alone, those that read an API key, those that load somebody else.

use std::collections::BTreeSet;

use crate::survey::actix::identity::judge::{self, Draft, User};
use crate::survey::actix::identity::{Found, Look};
use crate::survey::actix::names::{is_actix, words};
use crate::survey::actix::passing::is_middleware;
use crate::survey::actix::sources::is_identity;
use crate::survey::actix::ways::Read;
use crate::survey::handles::is_id;
use crate::survey::store::sqlx::pool_database;
use crate::target::index::{Function, FunctionId, Index, Ty};

/// All of them.
pub fn found(look: &Look<'_>) -> Vec<Found> {
    let index = &look.target.index;
    let candidates = (0..index.functions.len()).filter(|&id| {
        let function = &index.functions[id];
        !function.test && !function.body.is_empty() && function.of_trait.is_none() && !look.web.serves(id)
    });
    candidates.filter_map(|id| read(look, id)).collect()
}

fn read(look: &Look<'_>, id: FunctionId) -> Option<Found> {
    let index = &look.target.index;
    let function = &index.functions[id];
    let asked = asked(index, function)?;
    if is_middleware(index, function) {
        return None;
    }
    let returned = returned(index, function);
    let mut user = judge::user(index, function.module, &returned.0).filter(|user| {
        let bare = user.id_field.is_empty();
        !bare || names_an_id(&function.name) && is_id(index, &user.id_ty)
    })?;
    user.optional |= returned.1;
    let handlers: BTreeSet<FunctionId> = look
        .web
        .handlers()
        .iter()
        .copied()
        .filter(|handler| look.bodies.get(handler).is_some_and(|body| body.calls.contains(&id)))
        .collect();
    let against = against(look, id, asked, &handlers, &user);
    let symbol = index.symbol(id);
    let draft = Draft {
        kind: "helper",
        binding: format!("let user = {symbol}(…)"),
        name: symbol,
        at: look.target.text(&function.file)?.at(function.at.start..function.body.end),
        module: function.module,
        ty: returned.0,
    };
    let mut found = judge::found(look, draft, Some(user), against);
    found.handlers = handlers;
    match (arguments(index, function), judge::unwrapped(index, id)) {
        (Some(arguments), Some(unwrap)) => {
            found.read = Some(Read::Helper { function: id, arguments, unwrap })
        }
        (None, _) => found.trouble = Some("it takes more than a request and a database".into()),
        _ => found.trouble = Some("what it returns is neither a `Result` nor an `Option`".into()),
    }
    let text = &look.target.text(&function.file)?.text[function.body.clone()];
    if ["match_info", "match_pattern", ".path()", ".uri()", "query_string", "extensions"]
        .iter()
        .any(|word| text.contains(word))
    {
        found.trouble = Some("it looks at more of the request than its headers, cookies and session".into());
    }
    found.inside = vec![id];
    judge::brought(look, &mut found);
    Some(found)
}

/// What of a request a function is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Request,
    Middleware,
}

fn asked(index: &Index, function: &Function) -> Option<Asked> {
    let types = || function.params.iter().map(|param| index.resolve_ty(function.module, &param.ty));
    let takes = |name: &str| types().any(|ty| is_actix(ty.behind_pointers(), name));
    if takes("ServiceRequest") {
        return Some(Asked::Middleware);
    }
    let others = || {
        types().any(|ty| {
            let bare = ty.behind_pointers();
            let bare = if bare.is("Option") { bare.success() } else { bare.clone() };
            is_identity(&bare) || bare.path().as_deref() == Some("actix_session::Session")
        })
    };
    (takes("HttpRequest") || takes("HeaderMap") || others()).then_some(Asked::Request)
}

/// What is given to it for each of its parameters; `None` for one that a new route does not have.
fn arguments(index: &Index, function: &Function) -> Option<Vec<&'static str>> {
    let argument = |ty: &Ty| {
        let by_reference = matches!(ty, Ty::Ref(_));
        let bare = match ty {
            Ty::Ref(inner) => inner,
            other => other,
        };
        let is = |path: &str| bare.path().as_deref() == Some(path);
        match () {
            () if is_actix(bare, "HttpRequest") => {
                Some(if by_reference { "request" } else { "request.clone()" })
            }
            () if is_actix(bare, "HeaderMap") && by_reference => Some("request.headers()"),
            () if is("actix_session::Session") => {
                Some(if by_reference { "&request.get_session()" } else { "request.get_session()" })
            }
            () if pool_database(bare).is_some() && by_reference => Some("{pool}"),
            () => None,
        }
    };
    if function.has_self {
        return None;
    }
    function.params.iter().map(|param| argument(&index.resolve_ty(function.module, &param.ty))).collect()
}

/// What a function gives back, `Result` and the first of a pair aside, and whether it may be nothing.
fn returned(index: &Index, function: &Function) -> (Ty, bool) {
    let mut ty = index.resolve_ty(function.module, &function.returns);
    let mut optional = false;
    for _ in 0..4 {
        ty = match &ty {
            Ty::Path { .. } if ty.is("Result") => ty.success(),
            Ty::Path { .. } if ty.is("Option") => {
                optional = true;
                ty.success()
            }
            // `(Scopes, User)`: whichever tells of a user.
            Ty::Tuple(items) => {
                let tells = |ty: &&Ty| judge::user(index, function.module, ty).is_some();
                items.iter().find(tells).or(items.first()).cloned().unwrap_or(Ty::Unknown)
            }
            _ => break,
        };
    }
    (ty, optional)
}

/// `user_id`, `current_account_id`: names of functions whose bare result is a user's id.
fn names_an_id(name: &str) -> bool {
    let words = words(name);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    says(&["user", "account", "member", "current"]) && says(&["id", "uid", "uuid"]) || says(&["userid"])
}

/// True for a function that is given the user, or their id: it starts a session, or loads what is somebody's.
fn is_told_whose(index: &Index, id: FunctionId, user: &User) -> bool {
    let function = &index.functions[id];
    function.params.iter().any(|param| {
        let ty = index.resolve_ty(function.module, &param.ty);
        let bare = ty.behind_pointers();
        let own = index.type_of(bare).is_some();
        ["user_id", "account_id", "member_id", "user", "account"].contains(&param.pattern.as_str())
            && !is_identity(bare)
            || own && (*bare == user.ty || *bare == user.id_ty)
    })
}

fn against(
    look: &Look<'_>,
    id: FunctionId,
    asked: Asked,
    handlers: &BTreeSet<FunctionId>,
    user: &User,
) -> Option<String> {
    let name = &look.target.index.functions[id].name;
    let spelled = user.ty.name().unwrap_or_default();
    if let Some(reason) = judge::by_name(name).or_else(|| judge::by_name(spelled)) {
        return Some(reason);
    }
    if asked == Asked::Middleware {
        return Some("it serves middlewares, not handlers".into());
    }
    if is_told_whose(&look.target.index, id, user) {
        return Some("it is told whose it is, so it doesn't tell".into());
    }
    if judge::keys(look, &[id]) {
        return Some("it also accepts API keys, which must never get a widget token".into());
    }
    handlers.is_empty().then(|| "no handler calls it".into())
}
