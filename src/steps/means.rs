//! From the request to the user where that is more than one extractor: axum-login's session, and functions of the
//! application's own.

use super::basis::Basis;
use super::identity::{NoBinding, Start, holder, named};
use crate::survey::{Backend, IdentitySite, pool_database};
use crate::target::index::{FunctionId, Ty};

/// A call that stands on one line with `.await`, for rustfmt: no longer than this.
const CHAIN: usize = 60;

/// `AuthSession` of axum-login, whose user is an `Option`.
pub fn session(
    basis: &Basis,
    site: &IdentitySite,
    alias: Option<&String>,
    backend: &Ty,
    user: &str,
) -> Result<Start, NoBinding> {
    let index = &basis.target.index;
    let path = |canonical: &str| {
        index
            .path_from_root(canonical, &basis.app.krate)
            .ok_or_else(|| NoBinding::Cannot(format!("`{canonical}` can't be named from the crate's root")))
    };
    let own = index.type_of(&site.user_ty).map(|owner| owner.path.rsplit("::").next().unwrap_or_default());
    // The trait that has `id()`.
    let mut imports = vec![match own {
        Some("AuthUser") => "use axum_login::AuthUser as _;".to_string(),
        _ => "use axum_login::AuthUser;".to_string(),
    }];
    let name = match alias {
        Some(alias) => {
            let (name, import) = named(&path(alias)?);
            imports.extend(import);
            name
        }
        None => {
            let (name, import) = named(&path(&backend.path().unwrap_or_default())?);
            imports.extend(import);
            imports.push("use axum_login::AuthSession;".into());
            format!("AuthSession::<{name}>")
        }
    };
    let lets = vec![
        format!("let session = {name}::from_request_parts(parts, state).await;"),
        format!("let user = session.ok()?{user};"),
    ];
    Ok(Start { lets, id: "user.id()".into(), imports, extractor: true, uses_state: true })
}

/// A function that is given headers, the state or the pool, and gives back the user.
pub fn called(basis: &Basis, site: &IdentitySite, id: FunctionId) -> Result<Start, NoBinding> {
    let index = &basis.target.index;
    let function = &index.functions[id];
    let cannot = |what: String| NoBinding::Cannot(format!("`{}` {what}", function.name));
    if function.has_self {
        return Err(cannot("is a method of something that the module doesn't have".into()));
    }
    let mut arguments = Vec::new();
    for param in &function.params {
        let ty = index.resolve_ty(function.module, &param.ty);
        let argument = argument(basis, &ty)
            .ok_or_else(|| cannot(format!("takes `{ty}`, which the module can't give it")))?;
        arguments.push(argument);
    }
    let owner = function.self_ty.as_ref().map(|ty| index.resolve_ty(function.module, ty));
    let module = &index.modules[function.module];
    let holder_path = match owner.and_then(|ty| ty.path()) {
        Some(owner) if index.seen_from_root(function.visibility, &module.path, &basis.app.krate) => owner,
        Some(_) => return Err(cannot("is private to its module".into())),
        None => module.path.clone(),
    };
    let whole = index.path_from_root(&format!("{holder_path}::{}", function.name), &basis.app.krate);
    let path = match (&function.self_ty, whole) {
        (Some(_), _) => index.path_from_root(&holder_path, &basis.app.krate),
        (None, Some(path)) => path.rsplit_once("::").map(|(module, _)| module.to_string()),
        (None, None) => None,
    };
    let path = path.ok_or_else(|| cannot("can't be named from the crate's root".into()))?;
    let (name, import) = match path.as_str() {
        root if !root.contains("::") => (root.to_string(), None),
        _ => named(&path),
    };
    let returns = index.resolve_ty(function.module, &function.returns);
    let unwrap = match (returns.is("Result"), returns.is("Option"), returns.success().is("Option")) {
        (true, _, true) => ".ok()??",
        (true, ..) => ".ok()?",
        (_, true, _) => "?",
        _ => return Err(cannot("gives back a user in any case".into())),
    };
    let call = format!("{name}::{}({})", function.name, arguments.join(", "));
    let waiting = match (function.is_async, call.len()) {
        (false, _) => format!("let user = {call};"),
        (true, 0..CHAIN) => format!("let user = {call}.await;"),
        (true, _) => format!("let user = {call}\n        .await;"),
    };
    let user_path = holder(basis, site)?;
    let lets = vec![waiting, format!("let user = user{unwrap}{user_path};")];
    let id = format!("user.{}", site.id_field).trim_end_matches('.').to_string();
    let uses_state = arguments.iter().any(|argument| argument.contains("state"));
    Ok(Start { lets, id, imports: import.into_iter().collect(), extractor: false, uses_state })
}

/// What the module has of a type: the request's headers, the state, the pool in it.
fn argument(basis: &Basis, ty: &Ty) -> Option<String> {
    let bare = match ty {
        Ty::Ref(inner) => inner,
        other => other,
    };
    let by_reference = matches!(ty, Ty::Ref(_));
    let path = bare.path().unwrap_or_default();
    if path == "axum::http::HeaderMap" || path == "http::HeaderMap" {
        return Some(if by_reference { "&parts.headers" } else { "parts.headers.clone()" }.to_string());
    }
    if basis.state().is_some_and(|state| state == bare) {
        return Some(if by_reference { "state" } else { "state.clone()" }.to_string());
    }
    let database = pool_database(bare)?;
    let pool = basis.app.pool.as_ref().filter(|pool| pool.backend == Backend::Sqlx(database))?;
    let field = format!("state.{}", pool.path);
    let field = field.trim_end_matches('.');
    match (by_reference, pool.path.is_empty()) {
        (true, true) => Some("state".into()),
        (true, false) => Some(format!("&{field}")),
        (false, _) => Some(format!("{field}.clone()")),
    }
}
