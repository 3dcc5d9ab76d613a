//! axum-login: handlers take `AuthSession`, mostly by an alias of the application's own, whose user is an `Option`.
//!
//! `pub type AuthSession = axum_login::AuthSession<Backend>;` with `impl AuthnBackend for Backend { type User = User; }`
//! and `impl AuthUser for User { type Id = i64; }`. Near misses: a struct of the project's own of that name, a backend
//! that is generic, a user whose id has no text.

use std::collections::BTreeSet;

use crate::survey::axum::identity::{IdentitySite, Means, has};
use crate::survey::facts::Identity;
use crate::survey::handles::is_id;
use crate::target::index::{Alias, Function, Index, ModuleId, Ty};
use crate::target::{At, Target};

/// True for axum-login's session; in its own workspace by the place of its definition.
pub fn is_session(ty: &Ty) -> bool {
    matches!(ty.path().as_deref(), Some("axum_login::AuthSession" | "axum_login::session::AuthSession"))
}

/// The session as an identity, if its backend's user can be read off.
pub fn session(
    target: &Target,
    packages: &BTreeSet<usize>,
    function: &Function,
    written: &Ty,
    used_by: usize,
) -> Option<IdentitySite> {
    let index = &target.index;
    let backend = written.args().first()?;
    let user = associated(index, "axum_login::AuthnBackend", backend, "User")?;
    let id = associated(index, "axum_login::AuthUser", &user, "Id").unwrap_or(Ty::Unknown);
    let alias = index.aliases.values().find(|alias| {
        packages.contains(&index.modules[alias.module].package)
            && alias.generics.is_empty()
            && index.resolve_ty(alias.module, &alias.ty) == *written
    });
    let at = alias.and_then(|alias| definition(target, alias));
    let at = at.or_else(|| Some(target.text(&function.file)?.at(function.at.clone())))?;
    let owner = index.type_of(&user);
    let shown =
        |names: &[&str]| owner.and_then(|owner| has(owner, names)).map(|field| format!("user.{field}"));
    let type_path = alias.map_or_else(|| written.to_string(), |alias| alias.path.clone());
    // Before its first release with a lock, the user was a field.
    let locked =
        index.type_of(written).is_some_and(|own| !own.fields.iter().any(|field| field.name == "user"));
    let usable = is_id(index, &id);
    let name = type_path.rsplit("::").next().unwrap_or(&type_path).to_string();
    Some(IdentitySite {
        identity: Identity {
            id: format!("identity:axum-login:{type_path}"),
            at,
            kind: "axum-login".into(),
            binding: format!("session: {name}"),
            type_path: type_path.clone(),
            id_expr: "user.id()".into(),
            id_type: id.to_string(),
            email: shown(&["email", "mail"]),
            name: shown(&["name", "full_name", "display_name", "username"]),
            optional: true,
            anonymous: false,
            rank: u32::from(usable),
            reason: if usable { String::new() } else { "the type of its user's id has no text".into() },
        },
        ty: written.clone(),
        to_user: Vec::new(),
        user_ty: user,
        id_field: "id()".into(),
        id_ty: id,
        used_by,
        needs_layer: true,
        covered: false,
        state: Ty::Unknown,
        guard: None,
        guest_field: None,
        means: Means::Session {
            alias: alias.map(|alias| alias.path.clone()),
            backend: backend.clone(),
            user: if locked { ".user().await?" } else { ".user?" },
        },
        bearer_alone: false,
    })
}

/// What an `impl` of a trait says of one of its types.
fn associated(index: &Index, of_trait: &str, ty: &Ty, name: &str) -> Option<Ty> {
    let last = of_trait.rsplit("::").next()?;
    let krate = of_trait.split("::").next()?;
    let item = index.impls.iter().find(|item| {
        let stands_for = |module: ModuleId| index.resolve_ty(module, &item.of_trait).path();
        item.of_trait.is(last)
            && !item.test
            && stands_for(item.module).is_some_and(|path| path.starts_with(&format!("{krate}::")))
            && index.resolve_ty(item.module, &item.self_ty) == *ty
    })?;
    let (_, found) = item.associated.iter().find(|(own, _)| own == name)?;
    Some(index.resolve_ty(item.module, found))
}

/// The line that defines an alias.
fn definition(target: &Target, alias: &Alias) -> Option<At> {
    let name = alias.path.rsplit("::").next()?;
    let text = target.text(&target.index.modules[alias.module].file)?;
    let start = [" =", "="].iter().find_map(|end| text.text.find(&format!("type {name}{end}")))?;
    let end = start + text.text[start..].find(';')? + 1;
    Some(text.at(start..end))
}
