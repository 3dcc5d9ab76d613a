//! Whether what stands in a request tells of its user, and what it says of them.

use crate::survey::actix::gate::reached;
use crate::survey::actix::identity::{Found, Look};
use crate::survey::actix::names::words;
use crate::survey::axum::extension::guest_field;
use crate::survey::axum::identity::{IdentitySite, Means, decoy_by_name, has, takes_keys, to_user, user_id};
use crate::survey::facts::Identity;
use crate::target::At;
use crate::target::index::{FunctionId, Index, ModuleId, Ty, TypeKind};

/// What is said of an identity before it is judged.
pub struct Draft<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// How it is called.
    pub name: String,
    /// How a handler binds it.
    pub binding: String,
    /// Where it is.
    pub at: At,
    /// Module that sees its fields.
    pub module: ModuleId,
    /// Its type, resolved.
    pub ty: Ty,
}

/// The user in a type: the way to them, their id as an expression and as it is spelled.
pub struct User {
    /// Path of fields from the value to the user.
    pub to_user: Vec<String>,
    /// The user's type.
    pub ty: Ty,
    /// The field with the id; empty if the value is the id.
    pub id_field: String,
    /// Type of the id.
    pub id_ty: Ty,
    /// The same as its declaration spells it.
    pub spelled: String,
    /// True if there may be nobody.
    pub optional: bool,
}

/// Reads the user off a type's fields.
pub fn user(index: &Index, module: ModuleId, ty: &Ty) -> Option<User> {
    let (to_user, user, optional) = to_user(index, module, ty);
    let (id_field, id_ty) = user_id(index, module, &user)?;
    let declared = |ty: &Ty, name: &str| {
        let owner = index.type_of(ty)?;
        owner.fields.iter().find(|field| field.name == name)?.ty.path()
    };
    if id_field.is_empty() && !is_newtype(index, ty, &to_user) {
        return None;
    }
    let spelled = match id_field.as_str() {
        // `struct UserId(Uuid)`: what is in it.
        "" => declared(&user, "0").or_else(|| declared(ty, to_user.last()?)),
        name => declared(&user, name),
    };
    let spelled = spelled.or_else(|| id_ty.path()).unwrap_or_default();
    // `struct UserId(Uuid)` with a private field is shown as a whole.
    let private = index.type_of(ty).is_some_and(|owner| {
        owner.fields.iter().any(|field| field.name == "0" && !field.visibility.in_crate())
    });
    if to_user == ["0"] && id_field.is_empty() && private {
        return Some(User { to_user: Vec::new(), ty: ty.clone(), id_field, id_ty, spelled, optional });
    }
    Some(User { to_user, ty: user, id_field, id_ty, spelled, optional })
}

/// True unless what would be the id is a value that merely can be shown: an enum, a struct of several fields.
fn is_newtype(index: &Index, ty: &Ty, to_user: &[String]) -> bool {
    if !to_user.is_empty() {
        return true;
    }
    index.type_of(ty).is_none_or(|owner| owner.kind == TypeKind::Struct && owner.fields.len() == 1)
}

/// Puts an identity together. Without a user, or with a reason against it, it is listed as none.
pub fn found(look: &Look<'_>, draft: Draft<'_>, user: Option<User>, against: Option<String>) -> Found {
    let index = &look.target.index;
    let krate = &index.modules[draft.module].krate;
    let way = |user: &User| {
        let steps: Vec<String> = std::iter::once("user".to_string())
            .chain(user.to_user.iter().map(|step| step.trim_end_matches('?').to_string()))
            .chain(Some(user.id_field.clone()).filter(|field| !field.is_empty()))
            .collect();
        steps.join(".")
    };
    let id_expr = user.as_ref().map(way).unwrap_or_default();
    let holder = id_expr.rsplit_once('.').map_or("user", |(holder, _)| holder).to_string();
    let owner =
        user.as_ref().filter(|user| !user.id_field.is_empty()).and_then(|user| index.type_of(&user.ty));
    let shown = |field: Option<String>| field.map(|field| format!("{holder}.{field}"));
    let against =
        against.or_else(|| user.is_none().then(|| "no id of a user can be read off its fields".into()));
    let path = draft.ty.path().unwrap_or_default();
    let identity = Identity {
        id: format!("identity:{}:{}", draft.kind, draft.name),
        at: draft.at,
        kind: draft.kind.to_string(),
        binding: draft.binding,
        type_path: index.path_from_root(&path, krate).unwrap_or(path),
        id_expr,
        id_type: user.as_ref().map(|user| user.spelled.clone()).unwrap_or_default(),
        email: shown(owner.and_then(|owner| has(owner, &["email", "mail"]))),
        name: shown(owner.and_then(|owner| has(owner, &["name", "full_name", "display_name", "username"]))),
        optional: user.as_ref().is_some_and(|user| user.optional),
        anonymous: false,
        rank: u32::from(against.is_none()),
        reason: against.unwrap_or_default(),
    };
    let none = || User {
        to_user: Vec::new(),
        ty: Ty::Unknown,
        id_field: String::new(),
        id_ty: Ty::Unknown,
        spelled: String::new(),
        optional: false,
    };
    let user = user.unwrap_or_else(none);
    let guest = index.type_of(&user.ty).and_then(|owner| guest_field(index, owner, &user.ty));
    Found {
        package: index.modules[draft.module].package,
        krate: krate.clone(),
        site: IdentitySite {
            identity,
            ty: draft.ty,
            to_user: user.to_user,
            user_ty: user.ty,
            id_field: user.id_field,
            id_ty: user.id_ty,
            used_by: 0,
            covered: false,
            means: Means::Itself,
            bearer_alone: false,
            needs_layer: true,
            state: Ty::Unknown,
            guard: None,
            guest_field: guest,
        },
        handlers: std::collections::BTreeSet::new(),
        bringers: Vec::new(),
        read: None,
        trouble: None,
        inside: Vec::new(),
    }
}

/// Why a name says that this is not whoever is signed in.
pub fn by_name(name: &str) -> Option<String> {
    if let Some(reason) = decoy_by_name(name) {
        return Some(reason.into());
    }
    let words = words(name);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if says(&["only", "require", "requires", "must"])
        && says(&["owner", "role", "manager", "editor", "permission"])
    {
        return Some("it is for certain roles only".into());
    }
    if says(&["key", "keys", "apikey", "device", "bot", "robot"]) {
        return Some("it is for programs, not for people".into());
    }
    if says(&["request", "trace", "correlation"]) && says(&["id"]) {
        return Some("it numbers requests, not people".into());
    }
    says(&["ip", "locale", "language", "csrf", "version"])
        .then(|| "it tells of the request, not of who is signed in".into())
}

/// True for names that people who are signed in have.
pub fn names_a_user(name: &str) -> bool {
    const NAMES: [&str; 13] = [
        "user",
        "member",
        "person",
        "identity",
        "principal",
        "claims",
        "account",
        "viewer",
        "session",
        "customer",
        "profile",
        "userid",
        "subject",
    ];
    let words = words(name);
    words.iter().any(|word| NAMES.contains(&word.as_str()) || word.starts_with("auth"))
}

/// True if functions, or what they lead to, read API keys.
pub fn keys(look: &Look<'_>, functions: &[FunctionId]) -> bool {
    takes_keys(&look.target.index, &reached(functions, look.bodies), look.bodies)
}

/// What leads from what a function returns to what is in it, such as `.ok()??`; `None` if it is neither `Result` nor
/// `Option`, or holds a pair.
pub fn unwrapped(index: &Index, function: FunctionId) -> Option<String> {
    let function = &index.functions[function];
    let mut ty = index.resolve_ty(function.module, &function.returns);
    let mut unwrap = String::new();
    loop {
        ty = match ty {
            ty if ty.is("Result") => {
                unwrap.push_str(".ok()?");
                ty.success()
            }
            ty if ty.is("Option") => {
                unwrap.push('?');
                ty.success()
            }
            ty => {
                return (ty != Ty::Unknown && !matches!(ty, Ty::Tuple(_)) && !unwrap.is_empty())
                    .then_some(unwrap);
            }
        };
    }
}

/// The end of a reason: how many handlers use it, and what it says to who is signed out.
pub fn usage(found: &Found) -> String {
    let handlers = match found.handlers.len() {
        0 => "no handler uses it".to_string(),
        1 => "one handler uses it".to_string(),
        n => format!("{n} handlers use it"),
    };
    let refuses =
        if found.site.identity.optional { "nobody is an answer" } else { "it refuses who is not signed in" };
    format!("{handlers}; {refuses}")
}

/// Says who brings it, and that API keys do as well, if they do.
pub fn brought(look: &Look<'_>, found: &mut Found) {
    if found.site.identity.rank == 0 {
        return;
    }
    let mut reason = usage(found);
    if !found.bringers.is_empty() {
        let name = look.web.name_of(&found.bringers);
        reason = format!("`{name}` puts it into the request; {reason}");
        if keys(look, &found.bringers) {
            found.trouble = Some("it is put into the request for API keys as well".into());
            reason.push_str("; it is put there for API keys as well, which must never get a widget token");
        }
    }
    found.site.identity.reason = reason;
}
