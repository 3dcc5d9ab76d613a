//! actix-identity's `Identity` and actix-session's `Session` in handlers: `identity.id()?`,
//! `session.get::<Uuid>("user_id")?`.
//!
//! Near misses: a handler that only logs out, a session's other values, typed wrappers, which are extractors of their
//! own.

use std::collections::BTreeSet;

use crate::survey::actix::identity::judge::{self, Draft, User};
use crate::survey::actix::identity::{Found, Look};
use crate::survey::actix::names::words;
use crate::survey::actix::sources::is_identity;
use crate::survey::actix::ways::Read;
use crate::survey::handles::is_id;
use crate::target::index::{FunctionId, Ty};

/// Both of them.
pub fn found(look: &Look<'_>) -> Vec<Found> {
    identity(look).into_iter().chain(session(look)).collect()
}

fn identity(look: &Look<'_>) -> Option<Found> {
    let index = &look.target.index;
    let takes = look.handlers_with(&|ty| is_identity(ty));
    let maybe = look.handlers_with(&|ty| ty.is("Option") && is_identity(&ty.success()));
    let takes: BTreeSet<FunctionId> = takes.union(&maybe).copied().collect();
    let asks: BTreeSet<FunctionId> = takes.intersection(&look.sources.ids).copied().collect();
    let &first = asks.iter().chain(&takes).next()?;
    let function = &index.functions[first];
    let optional = asks.iter().any(|handler| maybe.contains(handler));
    let against = asks.is_empty().then(|| "no handler asks it for the user's id".to_string());
    let binding = if optional { "identity: Option<Identity>" } else { "identity: Identity" };
    let draft = Draft {
        kind: "actix-identity",
        name: "Identity".into(),
        binding: binding.into(),
        at: look.target.text(&function.file)?.at(function.at.clone()),
        module: function.module,
        ty: Ty::named("actix_identity::Identity"),
    };
    let user = plain(Ty::named("String"), "String".into(), optional);
    let mut found = judge::found(look, draft, Some(user), against);
    found.site.identity.id_expr = "identity.id()".into();
    found.read = Some(Read::Identity);
    found.handlers = asks;
    judge::brought(look, &mut found);
    Some(found)
}

fn session(look: &Look<'_>) -> Option<Found> {
    let index = &look.target.index;
    let reads = look.sources.sessions.iter().filter(|(id, _)| look.web.serves(**id));
    let ids: Vec<_> = reads
        .flat_map(|(&id, reads)| reads.iter().map(move |read| (id, read)))
        .filter(|(_, read)| is_id(index, &read.ty) && (!is_text(&read.ty) || names_an_id(&read.key)))
        .collect();
    let &(first, read) = ids.first()?;
    let draft = Draft {
        kind: "actix-session",
        name: "Session".into(),
        binding: "session: Session".into(),
        at: read.at.clone(),
        module: index.functions[first].module,
        ty: Ty::named("actix_session::Session"),
    };
    let mut found = judge::found(look, draft, Some(plain(read.ty.clone(), read.spelled.clone(), true)), None);
    found.site.identity.id_expr = format!("session.get::<{}>({})", read.spelled, read.key);
    found.read = Some(Read::Session { key: read.key.clone(), ty: read.ty.clone() });
    if ids.iter().any(|(_, other)| (&other.key, &other.ty) != (&read.key, &read.ty)) {
        found.trouble = Some("handlers read it under several keys, or as several types".into());
    }
    found.handlers = ids.iter().map(|(id, _)| *id).collect();
    judge::brought(look, &mut found);
    Some(found)
}

/// A text may hold the whole user, as JSON.
fn is_text(ty: &Ty) -> bool {
    ty.is("String") || ty.behind_pointers().is("str")
}

/// True for keys that say that the value is an id: `"user_id"`, `USER_ID_KEY`.
fn names_an_id(key: &str) -> bool {
    words(key).iter().any(|word| ["id", "uid", "uuid", "userid", "sub"].contains(&word.as_str()))
}

/// A value that is the id.
fn plain(ty: Ty, spelled: String, optional: bool) -> User {
    User { to_user: Vec::new(), ty: Ty::Unknown, id_field: String::new(), id_ty: ty, spelled, optional }
}
