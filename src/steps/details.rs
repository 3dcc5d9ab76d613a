//! A person's id, e-mail and name as texts, by the fields and getters that a new module can use.

use crate::survey::getter_from_root;
use crate::target::index::{Index, Ty, Type};

/// The id of a person's struct: what follows `user.`, and its type.
pub fn own_id(index: &Index, ty: &Ty, krate: &str) -> Option<(String, Ty)> {
    ["id", "user_id", "uuid", "uid", "account_id"].iter().find_map(|name| shown_as(index, ty, name, krate))
}

/// How a field is read from the crate's root: by its name, or by the getter of that name.
pub fn shown_as(index: &Index, ty: &Ty, field: &str, krate: &str) -> Option<(String, Ty)> {
    let owner = index.type_of(ty)?;
    let own = owner.fields.iter().find(|own| own.name == field)?;
    if index.seen_from_root(own.visibility, &index.modules[owner.module].path, krate) {
        return Some((field.to_string(), index.field(ty, field)?));
    }
    Some((format!("{field}()"), getter_from_root(index, krate, ty, field)?))
}

/// True if what follows `user.`, a field or a getter, can be used from the crate's root.
pub fn is_shown(index: &Index, ty: &Ty, member: &str, krate: &str) -> bool {
    let name = member.trim_end_matches("()");
    shown_as(index, ty, name, krate).is_some_and(|(shown, _)| shown == member)
}

/// A getter needs the whole person, of whom nothing may have been taken by then.
pub fn before_getters(id: String, email: String, name: &str) -> (String, String) {
    let first =
        |text: &str| text.strip_prefix("user.").and_then(|rest| rest.split('.').next()).map(str::to_string);
    let gets = |text: &str| first(text).is_some_and(|first| first.ends_with("()"));
    let kept = |text: String, later: bool| {
        let taken =
            first(&text).is_some_and(|first| !first.ends_with(')')) && !text.ends_with(".to_string()");
        match text.strip_suffix(".unwrap_or_default()") {
            Some(field) if later && taken => format!("{field}.clone().unwrap_or_default()"),
            None if later && taken => format!("{text}.clone()"),
            _ => text,
        }
    };
    let id = kept(id, gets(&email) || gets(name));
    let email = kept(email, gets(name));
    (id, email)
}

fn has(owner: &Type, name: &str) -> bool {
    owner.fields.iter().any(|field| field.name == name)
}

/// E-mail and name of a person's struct as text.
pub fn details(index: &Index, owner: &Type, ty: &Ty, krate: &str) -> (String, String) {
    let text = |name: &str| {
        let (shown, ty) = shown_as(index, ty, name, krate)?;
        owned_text(&format!("user.{shown}"), &ty)
    };
    let email = text("email").unwrap_or_else(|| "String::new()".into());
    let both = || {
        let (first, last) = (index.field(ty, "first_name")?, index.field(ty, "last_name")?);
        let shown = ["first_name", "last_name"].iter().all(|name| is_shown(index, ty, name, krate));
        let plain = shown && first.is("String") && last.is("String");
        plain.then(|| "format!(\"{} {}\", user.first_name, user.last_name)".to_string())
    };
    let name =
        ["name", "full_name", "display_name"].into_iter().filter(|name| has(owner, name)).find_map(text);
    let name = name.or_else(both).or_else(|| text("username"));
    (email, name.unwrap_or_else(|| "String::new()".into()))
}

fn owned_text(expr: &str, ty: &Ty) -> Option<String> {
    if let Ty::Ref(inner) = ty {
        return (inner.is("str") || inner.is("String")).then(|| format!("{expr}.to_string()"));
    }
    if ty.is("String") {
        return Some(expr.to_string());
    }
    (ty.is("Option") && ty.success().is("String")).then(|| format!("{expr}.unwrap_or_default()"))
}

/// An id as an owned text.
pub fn text_of(index: &Index, expr: &str, ty: &Ty) -> String {
    if ty.is("String") && index.type_of(ty).is_none() {
        return expr.to_string();
    }
    let shown = index.type_of(ty).is_none_or(|owner| {
        owner.derives.iter().any(|derive| derive == "Display")
            || index.impls.iter().any(|item| {
                item.of_trait.is("Display")
                    && index.resolve_ty(item.module, &item.self_ty).path().as_deref() == Some(&owner.path)
            })
    });
    if shown { format!("{expr}.to_string()") } else { format!("{expr}.0.to_string()") }
}
