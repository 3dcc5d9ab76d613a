//! Own types that implement actix-web's `FromRequest`, also under a type alias, and typed wrappers around a session.
//!
//! `impl FromRequest for SignedIn` with an id in it is one; `struct UserSession(Session)` with a method that reads the
//! user's id is one that also yields nobody. Near misses: own `Json<T>`, `Query<T>` and `Path<T>`, a tenant, an API
//! version, administrators only, a webhook's signature, `FromRequest` of poem.

use crate::survey::actix::gate::reached;
use crate::survey::actix::identity::judge::{self, Draft, User};
use crate::survey::actix::identity::{Found, Look};
use crate::survey::actix::names::{is_actix, of_family};
use crate::survey::actix::sources::SessionRead;
use crate::survey::actix::ways::Read;
use crate::target::index::{FunctionId, Index, TraitImpl, Ty};

/// All of them.
pub fn found(look: &Look<'_>) -> Vec<Found> {
    let impls = look.target.index.impls.iter().filter(|item| !item.test && item.of_trait.is("FromRequest"));
    impls.filter(|item| is_ours(&look.target.index, item)).filter_map(|item| read(look, item)).collect()
}

fn is_ours(index: &Index, item: &TraitImpl) -> bool {
    let Ty::Path { path, .. } = &item.of_trait else { return false };
    of_family(index, item.module, path).is_some()
}

fn read(look: &Look<'_>, item: &TraitImpl) -> Option<Found> {
    let index = &look.target.index;
    let ty = index.resolve_ty(item.module, &item.self_ty);
    index.type_of(&ty)?;
    let name = item.self_ty.name()?.to_string();
    let inside = functions_in(index, item);
    let against = against(look, item, &name, &inside);
    let from_session = session_getter(look, &ty);
    let user = match &from_session {
        Some((_, read)) => Some(User {
            to_user: Vec::new(),
            ty: ty.clone(),
            id_field: String::new(),
            id_ty: read.ty.clone(),
            spelled: read.spelled.clone(),
            optional: true,
        }),
        None => judge::user(index, item.module, &ty),
    };
    let draft = Draft {
        kind: "from-request",
        binding: format!("user: {name}"),
        name,
        at: look.target.text(&item.file)?.at(item.at.start..item.body.end),
        module: item.module,
        ty: ty.clone(),
    };
    let mut found = judge::found(look, draft, user, against);
    if let Some((getter, _)) = from_session {
        found.site.identity.id_expr = format!("user.{}()", index.functions[getter].name);
    }
    found.handlers = look.handlers_with(&|param| param.behind_pointers() == ty.behind_pointers());
    let reads: Vec<&Ty> = reached(&inside, look.bodies)
        .iter()
        .filter_map(|id| look.sources.extensions.get(id))
        .flatten()
        .collect();
    found.bringers = reads.iter().flat_map(|read| look.bringers(read)).collect();
    found.bringers.sort_unstable();
    found.bringers.dedup();
    found.read = match from_session {
        Some((getter, _)) => {
            judge::unwrapped(index, getter).filter(|_| seen(index, getter)).map(|unwrap| Read::Getter {
                method: index.functions[getter].name.clone(),
                is_async: index.functions[getter].is_async,
                unwrap,
            })
        }
        None => Some(Read::Extract),
    };
    found.trouble = trouble(look, item, &reads, &found);
    found.inside = inside;
    judge::brought(look, &mut found);
    Some(found)
}

/// True if a method can be called from a module at its crate's root, with nothing but `self`.
fn seen(index: &Index, method: FunctionId) -> bool {
    let function = &index.functions[method];
    let module = &index.modules[function.module];
    function.params.is_empty() && index.seen_from_root(function.visibility, &module.path, &module.krate)
}

/// Why it may know nobody in a route that is not there yet.
fn trouble(look: &Look<'_>, item: &TraitImpl, reads: &[&Ty], found: &Found) -> Option<String> {
    let text = &look.target.text(&item.file)?.text[item.body.clone()];
    if let Some(read) = reads.iter().find(|read| look.bringers(read).is_empty()) {
        return Some(format!(
            "it reads `{read}` from the request's extensions, and nothing is seen to put it there"
        ));
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if found.bringers.is_empty() && says(&["extensions", "ReqData"]) {
        return Some("it reads the request's extensions in a way that can't be read off".into());
    }
    says(&["match_info", "match_pattern", ".path()", ".uri()", "query_string", "Query", "Path"])
        .then(|| "it looks at the request's path or query, which is another one in a new route".into())
}

fn functions_in(index: &Index, item: &TraitImpl) -> Vec<FunctionId> {
    let named = index.methods_named("from_request").iter().copied();
    named
        .filter(|&id| {
            let function = &index.functions[id];
            function.file == item.file
                && item.body.start <= function.body.start
                && function.body.end <= item.body.end
        })
        .collect()
}

/// Why it does not tell who is signed in, whatever its fields are.
fn against(look: &Look<'_>, item: &TraitImpl, name: &str, inside: &[FunctionId]) -> Option<String> {
    let index = &look.target.index;
    let generic = item.self_ty.args().iter().any(|arg| match arg {
        Ty::Path { path, .. } => {
            index.resolve(item.module, path).is_none() && path.len() == 1 && path[0].len() < 3
        }
        _ => true,
    });
    if generic {
        return Some("it is generic: it extracts anything".into());
    }
    if let Some(reason) = judge::by_name(name) {
        return Some(reason);
    }
    judge::keys(look, inside).then(|| "it also accepts API keys, which must never get a widget token".into())
}

/// The method of a wrapper around a session that reads the user's id, with what it reads.
fn session_getter<'a>(look: &'a Look<'_>, ty: &Ty) -> Option<(FunctionId, &'a SessionRead)> {
    let index = &look.target.index;
    let owner = index.type_of(ty)?;
    let wraps = owner.fields.iter().any(|field| {
        let ty = index.resolve_ty(owner.module, &field.ty);
        is_actix(&ty, "Session") || ty.path().as_deref() == Some("actix_session::Session")
    });
    if !wraps {
        return None;
    }
    look.sources.sessions.iter().find_map(|(&function, reads)| {
        let method = &index.functions[function];
        let of = index.resolve_ty(method.module, method.self_ty.as_ref()?);
        let read = reads.iter().find(|read| crate::survey::handles::is_id(index, &read.ty))?;
        (method.has_self && of.path().as_deref() == Some(&owner.path)).then_some((function, read))
    })
}
