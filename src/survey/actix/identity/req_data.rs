//! Users that a middleware puts into a request: `web::ReqData<Member>`, `req.extensions().get::<Member>()`.
//!
//! Near misses: a request's number, a tenant, an API key's claims.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::identity::judge::{self, Draft};
use crate::survey::actix::identity::{Found, Look};
use crate::survey::actix::names::is_actix;
use crate::survey::actix::ways::Read;
use crate::target::index::{FunctionId, Ty};

/// All of them, those aside that are extractors by themselves.
pub fn found(look: &Look<'_>, extractors: &[Found]) -> Vec<Found> {
    let index = &look.target.index;
    // By the type's path: the type, who takes it, whether some take it only if it is there, and in which forms.
    let mut taken: BTreeMap<String, (Ty, BTreeSet<FunctionId>, bool, Vec<Ty>)> = BTreeMap::new();
    let mut take = |whole: &Ty, by: Option<FunctionId>, optional: bool| {
        let ty = whole.clone();
        let ty = if ty.is("Result") || ty.is("Option") { ty.success() } else { ty.clone() };
        let ty = ty.behind_pointers().clone();
        let Some(path) = index.type_of(&ty).map(|owner| owner.path.clone()) else { return };
        let entry = taken.entry(path).or_insert_with(|| (ty, BTreeSet::new(), true, Vec::new()));
        entry.1.extend(by);
        entry.2 &= optional;
        if by.is_some() && !entry.3.contains(whole) {
            entry.3.push(whole.clone());
        }
    };
    for &handler in look.web.handlers() {
        let function = &index.functions[handler];
        for param in &function.params {
            let ty = index.resolve_ty(function.module, &param.ty);
            let maybe = ty.is("Option");
            let inner = if maybe { ty.success() } else { ty };
            if is_actix(&inner, "ReqData") {
                take(inner.args().first().unwrap_or(&Ty::Unknown), Some(handler), maybe);
            }
        }
    }
    for (&function, types) in look.sources.extensions.iter().filter(|(id, _)| !index.functions[**id].test) {
        let by = look.web.serves(function).then_some(function);
        types.iter().for_each(|ty| take(ty, by, by.is_some()));
    }
    let known = |ty: &Ty| extractors.iter().any(|other| other.site.ty.behind_pointers() == ty);
    let apart = taken.into_values().filter(|(ty, ..)| !known(ty));
    apart.filter_map(|(ty, handlers, optional, forms)| read(look, &ty, handlers, optional, &forms)).collect()
}

fn read(
    look: &Look<'_>,
    ty: &Ty,
    handlers: BTreeSet<FunctionId>,
    optional: bool,
    forms: &[Ty],
) -> Option<Found> {
    let index = &look.target.index;
    let owner = index.type_of(ty).filter(|owner| !owner.test)?;
    let name = owner.path.rsplit("::").next().unwrap_or_default().to_string();
    let user = judge::user(index, owner.module, ty);
    let bare_id = user.as_ref().is_some_and(|user| user.id_field.is_empty());
    let mut against = judge::by_name(&name);
    if against.is_none() && (user.is_none() || bare_id) && !judge::names_a_user(&name) {
        // What is neither called a user nor holds one is listed only where it could be taken for one.
        user.as_ref()?;
        against = Some("neither its name nor its fields say that it is a user".into());
    }
    if against.is_none() && handlers.is_empty() {
        against = Some("no handler takes it".into());
    }
    let draft = Draft {
        kind: "req-data",
        binding: format!("user: web::ReqData<{name}>"),
        name,
        at: look.target.text(&owner.file)?.at(owner.at.clone()),
        module: owner.module,
        ty: ty.clone(),
    };
    let mut found = judge::found(look, draft, user, against);
    found.site.identity.optional |= optional && !handlers.is_empty();
    found.handlers = handlers;
    found.bringers = look.bringers(ty);
    let cloned = index.type_of(ty).is_some_and(|owner| owner.derives.iter().any(|derive| derive == "Clone"));
    let shared = |form: &Ty| ["Rc", "Arc"].iter().any(|name| form.is(name)) && form.args() == [ty.clone()];
    match forms {
        [form] if form == ty && cloned => found.read = Some(Read::Brought(ty.clone())),
        // `Rc<Member>`, as long as everybody puts it there like that.
        [form] if shared(form) && cloned && look.all_put(&found.bringers, ty, form) => {
            found.read = Some(Read::Brought(form.clone()));
            judge::brought(look, &mut found);
            return Some(found);
        }
        [form] if form == ty => found.trouble = Some("it can't be cloned".into()),
        _ => found.trouble = Some("it is put into the request as something around it".into()),
    }
    if look.sources_put(&found.bringers, ty) {
        found.trouble.get_or_insert("it is put into the request as something around it".into());
    }
    found.read.get_or_insert(Read::Brought(ty.clone()));
    judge::brought(look, &mut found);
    Some(found)
}
