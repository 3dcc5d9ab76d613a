//! From what tells an actix-web handler its user to the person Cello is told about.

use crate::steps::basis::Basis;
use crate::steps::identity::{Binding, NoBinding, Start, holder, named, person};
use crate::survey::{IdentitySite, Read};
use crate::target::index::Ty;

/// The binding for a way to know the user. `pool` is how the database is given to a function.
pub fn binding(
    basis: &Basis,
    site: &IdentitySite,
    read: &Read,
    pool: Option<&str>,
) -> Result<Binding, NoBinding> {
    let mut imports = Vec::new();
    let mut uses_pool = false;
    let mut extractor = true;
    let mut lets = Vec::new();
    let mut id = String::new();
    match read {
        Read::Extract => {
            let name = own_name(basis, &site.ty, &mut imports)?;
            lets.push(format!("let user = {name}::extract(request).await;"));
            lets.push(format!("let user = user.ok()?{};", holder(basis, site)?));
        }
        Read::Brought(ty) => {
            let bare = ty.behind_pointers();
            let name = own_name(basis, bare, &mut imports)?;
            // Shared, it is copied out.
            let (form, taken) = match bare == ty {
                true => (name, "into_inner()"),
                false if ty.is("Rc") => (format!("std::rc::Rc<{name}>"), "as_ref().clone()"),
                false => (format!("std::sync::Arc<{name}>"), "as_ref().clone()"),
            };
            lets.push(format!("let user = web::ReqData::<{form}>::extract(request).await;"));
            lets.push(format!("let user = user.ok()?.{taken}{};", holder(basis, site)?));
        }
        Read::Getter { method, is_async, unwrap } => {
            let name = own_name(basis, &site.ty, &mut imports)?;
            let wait = if *is_async { ".await" } else { "" };
            lets.push(format!("let session = {name}::extract(request).await;"));
            lets.push(format!("let id = session.ok()?.{method}(){wait}{unwrap};"));
            id = "id".into();
        }
        Read::Identity => {
            imports.push("use actix_identity::Identity;".into());
            lets.push("let user = Identity::extract(request).await;".into());
            lets.push("let id = user.ok()?.id().ok()?;".into());
            id = "id".into();
        }
        Read::Session { key, ty } => {
            if !key.starts_with('"') {
                let text = format!("the session's key `{key}` is not written as a text");
                return Err(NoBinding::Cannot(text));
            }
            let name = value_name(basis, ty, &mut imports)?;
            imports.push("use actix_session::Session;".into());
            lets.push("let session = Session::extract(request).await;".into());
            lets.push("let session = session.ok()?;".into());
            lets.push(format!("let id = session.get::<{name}>({key});"));
            lets.push("let id = id.ok()??;".into());
            id = "id".into();
        }
        Read::Helper { function, arguments, unwrap } => {
            extractor = false;
            let index = &basis.target.index;
            let called = &index.functions[*function];
            let canonical = format!("{}::{}", index.modules[called.module].path, called.name);
            let path = index.path_from_root(&canonical, &basis.app.krate);
            let path = path.ok_or_else(|| {
                NoBinding::Cannot(format!("`{}` can't be called from the crate's root", called.name))
            })?;
            let short = match path.rsplit_once("::") {
                Some((module, name)) if module != "crate" => {
                    imports.push(format!("use {module};"));
                    format!("{}::{name}", module.rsplit("::").next().unwrap_or(module))
                }
                _ => path,
            };
            uses_pool = arguments.contains(&"{pool}");
            if uses_pool && pool.is_none() {
                return Err(NoBinding::Cannot(
                    "no pool of sqlx or diesel can be reached through `web::Data`".into(),
                ));
            }
            if arguments.iter().any(|argument| argument.contains("get_session")) {
                imports.push("use actix_session::SessionExt;".into());
            }
            let given: Vec<&str> = arguments
                .iter()
                .map(|argument| if *argument == "{pool}" { pool.unwrap_or_default() } else { argument })
                .collect();
            let wait = if called.is_async { ".await" } else { "" };
            lets.push(format!("let user = {short}({}){wait};", given.join(", ")));
            lets.push(format!("let user = user{unwrap}{};", holder(basis, site)?));
        }
    }
    if id.is_empty() {
        // A guest is nobody to Cello.
        let guest = site.guest_field.as_ref();
        lets.extend(guest.map(|guest| format!("let user = Some(user).filter(|user| !user.{guest})?;")));
        id = match site.id_field.as_str() {
            "" => "user".into(),
            field => format!("user.{field}"),
        };
    }
    let start = Start { lets, id, imports, extractor, uses_state: uses_pool };
    person(basis, site, start, pool)
}

/// How the module names a type of the application.
fn own_name(basis: &Basis, ty: &Ty, imports: &mut Vec<String>) -> Result<String, NoBinding> {
    let path = ty.path().and_then(|path| basis.target.index.path_from_root(&path, &basis.app.krate));
    let path =
        path.ok_or_else(|| NoBinding::Cannot(format!("`{ty}` can't be named from the crate's root")))?;
    let (name, import) = named(&path);
    imports.extend(import);
    Ok(name)
}

/// How the module names the type of a session's value: a type of the language, of a crate, or of the application.
fn value_name(basis: &Basis, ty: &Ty, imports: &mut Vec<String>) -> Result<String, NoBinding> {
    let path = ty.path().filter(|_| ty.args().is_empty());
    let known = path.filter(|path| {
        let krate = path.split("::").next().unwrap_or_default();
        !path.contains("::") || basis.home.depends_on(krate).is_some()
    });
    match known {
        Some(path) if basis.target.index.type_of(ty).is_none() => Ok(path),
        _ => own_name(basis, ty, imports),
    }
}
