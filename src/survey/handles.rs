//! From the names in scope: an expression for the database handle, and one for a user's id.

use crate::survey::getter::getter_from;
use crate::survey::scope::Local;
use crate::survey::store::backend::{Backend, backend};
use crate::target::index::{Index, ModuleId, Ty, Type, TypeKind};

/// A database handle that can be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Handle {
    /// Expression of type `&Pool`, such as `&state.db`.
    pub expr: String,
    /// What it leads to.
    pub backend: Backend,
    /// The pool's type as the project spells it where it is declared.
    pub spelled: Ty,
}

/// A user's id that can be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct UserId {
    /// Expression that can be formatted, such as `user.id`; a reference unless it is `Copy`.
    pub expr: String,
    /// Its type.
    pub ty: Ty,
}

/// A handle of sqlx, diesel or SeaORM among the names in scope, if one was not moved away.
pub fn database(index: &Index, module: ModuleId, locals: &[Local], moved: &[String]) -> Option<Handle> {
    let sqlx = |found: Backend| matches!(found, Backend::Sqlx(_));
    let diesel = |found: Backend| matches!(found, Backend::Diesel(..));
    let sea_orm = |found: Backend| found == Backend::SeaOrm;
    let one = |fits: Fits<'_>| handle(index, module, locals, moved, fits);
    one(&sqlx).or_else(|| one(&diesel)).or_else(|| one(&sea_orm))
}

/// An expression for a database handle of a kind among the names in scope, if one was not moved away. None if it is not
/// clear which one: a replica that can only be read looks just the same.
pub fn handle(
    index: &Index,
    module: ModuleId,
    locals: &[Local],
    moved: &[String],
    fits: Fits<'_>,
) -> Option<Handle> {
    let is_one = |ty: &Ty| backend(ty).filter(|found| fits(*found));
    let own: Vec<&Local> = locals.iter().filter(|local| is_one(&local.ty).is_some()).collect();
    if own.len() > 1 {
        return None;
    }
    let own = own.into_iter().filter_map(|local| {
        let backend = is_one(&local.ty)?;
        let expr = borrowed(&local.name, &local.ty);
        usable(index, &local.name, &local.ty, &local.ty, moved).then_some(Handle {
            expr,
            backend,
            spelled: local.ty.clone(),
        })
    });
    let in_struct = locals.iter().filter_map(|local| {
        let (path, ty) = pool_within(index, module, &local.ty, fits)?;
        let expr = format!("{}.{path}", local.name);
        let backend = is_one(&ty)?;
        let free = usable(index, &expr, &ty, &local.ty, moved);
        free.then(|| Handle { expr: borrowed(&expr, &ty), backend, spelled: ty })
    });
    own.chain(in_struct).next()
}

/// Which backends are wanted.
pub type Fits<'f> = &'f dyn Fn(Backend) -> bool;

/// Path of fields from a struct to the only pool in it, such as `db` or `inner.pool`, with the pool's type.
pub fn pool_within(index: &Index, module: ModuleId, ty: &Ty, fits: Fits<'_>) -> Option<(String, Ty)> {
    let is_one = |ty: &Ty| backend(ty).is_some_and(fits);
    let fields = visible_fields(index, module, ty);
    let mut direct = fields.iter().filter(|(_, ty)| is_one(ty));
    if let Some((name, ty)) = direct.next() {
        return direct.next().is_none().then(|| (name.clone(), ty.clone()));
    }
    fields.iter().find_map(|(outer, ty)| {
        let inner = visible_fields(index, module, ty);
        let mut pools = inner.into_iter().filter(|(_, ty)| is_one(ty));
        let (name, ty) = pools.next()?;
        pools.next().is_none().then(|| (format!("{outer}.{name}"), ty))
    })
}

/// True if a struct holds a handle of a database, wherever it can be seen from.
pub fn holds_pool(index: &Index, ty: &Ty) -> bool {
    index.type_of(ty).is_some_and(|owner| pool_within(index, owner.module, ty, &|_| true).is_some())
}

/// True if a struct holds several handles of databases: the one that the program makes by a `let` may be a replica.
pub fn holds_several_pools(index: &Index, ty: &Ty) -> bool {
    let fields = index.type_of(ty).map_or(&[][..], |owner| &owner.fields);
    let pools = fields.iter().filter_map(|field| index.field(ty, &field.name));
    pools.filter(|ty| backend(ty).is_some()).count() > 1
}

fn visible_fields(index: &Index, module: ModuleId, ty: &Ty) -> Vec<(String, Ty)> {
    let Some(owner) = index.type_of(ty) else {
        return Vec::new();
    };
    let visible = owner.fields.iter().filter(|field| index.visible(field.visibility, owner.module, module));
    visible.filter_map(|field| Some((field.name.clone(), index.field(ty, &field.name)?))).collect()
}

/// The names in scope that hold a person or, if `bare` allows it, an id.
pub fn people<'l>(
    index: &Index,
    module: ModuleId,
    locals: &'l [Local],
    bare: &dyn Fn(&Local) -> bool,
) -> Vec<&'l Local> {
    let holds = |local: &&Local| {
        (bare(local) && is_id(index, &local.ty)) || id_within(index, module, &local.ty).is_some()
    };
    locals.iter().filter(holds).collect()
}

/// An expression for the id of a person held by one of the names: the person's struct, one with a `user` in it, or a
/// bare id if `bare` allows that type.
pub fn user_id(
    index: &Index,
    module: ModuleId,
    locals: &[Local],
    moved: &[String],
    bare: &dyn Fn(&Local) -> bool,
) -> Option<UserId> {
    let mine = || locals.iter().filter(|local| !is_somebody_else(index, local));
    let mut persons = mine().filter_map(|local| {
        let (path, ty) = id_within(index, module, &local.ty)?;
        let expr = format!("{}.{path}", local.name);
        usable(index, &expr, &ty, &local.ty, moved).then(|| displayed(index, expr, &ty))
    });
    if let Some(first) = persons.next() {
        return Some(first);
    }
    let mut ids = mine().filter(|local| {
        bare(local) && is_id(index, &local.ty) && usable(index, &local.name, &local.ty, &local.ty, moved)
    });
    let first = ids.next()?;
    // Two ids, and nothing says which is the user's.
    let alone = ids.all(|other| other.ty.behind_pointers() != first.ty.behind_pointers());
    alone.then(|| displayed(index, first.name.clone(), &first.ty))
}

/// True for names of people who are not the one at hand. Whoever an extractor yields is, whatever they are called,
/// unless they act for the business.
fn is_somebody_else(index: &Index, local: &Local) -> bool {
    const STAFF: [&str; 5] = ["admin", "staff", "operator", "agent", "manager"];
    const OTHERS: [&str; 17] = [
        "seller",
        "owner",
        "inviter",
        "invitee",
        "invited",
        "referrer",
        "friend",
        "author",
        "other",
        "target",
        "recipient",
        "sender",
        "creator",
        "sponsor",
        "merchant",
        "guest",
        "host",
    ];
    let says = |words: &[&str]| local.name.split('_').any(|word| words.contains(&word));
    let extracted = || {
        local.ty.path().is_some_and(|path| {
            index.impls.iter().any(|item| {
                item.of_trait.is("FromRequestParts")
                    && index.resolve_ty(item.module, &item.self_ty).path().as_ref() == Some(&path)
            })
        })
    };
    says(&STAFF) || (says(&OTHERS) && !extracted())
}

/// Path of fields from a struct to a person's id in it: `id` if it is a person's row, `user.id` if it holds one.
pub fn id_within(index: &Index, module: ModuleId, ty: &Ty) -> Option<(String, Ty)> {
    let owner = index.type_of(ty)?;
    if looks_like_a_person(owner) {
        return own_id(index, module, owner, ty);
    }
    let fields = visible_fields(index, module, ty);
    fields.into_iter().find_map(|(name, inner)| {
        let holder = ["user", "account", "member", "person", "0"].contains(&name.as_str());
        let owner = index.type_of(&inner).filter(|owner| holder && looks_like_a_person(owner))?;
        let (path, ty) = own_id(index, module, owner, &inner)?;
        Some((format!("{name}.{path}"), ty))
    })
}

/// The id among a struct's own fields.
pub fn own_id(index: &Index, module: ModuleId, owner: &Type, ty: &Ty) -> Option<(String, Ty)> {
    const NAMES: [&str; 6] = ["id", "user_id", "uuid", "uid", "account_id", "sub"];
    // A session, a profile or a membership has a number of its own beside its user's.
    let name = owner.path.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
    let is_about_a_user = !name.contains("user") && owner.fields.iter().any(|field| field.name == "user_id");
    NAMES.iter().filter(|name| **name != "id" || !is_about_a_user).find_map(|name| {
        let field = owner.fields.iter().find(|field| field.name == *name)?;
        if !index.visible(field.visibility, owner.module, module) {
            let id = getter_from(index, module, ty, name).filter(|id| is_id(index, id))?;
            return Some((format!("{name}()"), id));
        }
        let id = index.field(ty, name)?;
        is_id(index, &id).then(|| (name.to_string(), id))
    })
}

/// True for a struct with an id and what people have: an e-mail, a log-in, a password.
pub fn looks_like_a_person(ty: &Type) -> bool {
    const SIGNS: [&str; 8] =
        ["email", "username", "password_hash", "password", "login", "handle", "phone", "display_name"];
    let has = |names: &[&str]| ty.fields.iter().any(|field| names.contains(&field.name.as_str()));
    let is_user = ty.path.rsplit("::").next() == Some("User");
    has(&["id", "user_id", "uuid", "uid", "account_id"]) && (is_user || has(&SIGNS))
}

/// True for a type that ids have and that can be shown as text.
pub fn is_id(index: &Index, ty: &Ty) -> bool {
    const OUTSIDE: [&str; 5] = ["uuid::Uuid", "ulid::Ulid", "nanoid", "cuid", "bson::oid::ObjectId"];
    const PLAIN: [&str; 9] = ["i64", "i32", "u64", "u32", "i16", "u128", "String", "str", "Uuid"];
    let bare = ty.behind_pointers();
    let Some(path) = bare.path() else {
        return false;
    };
    bare.args().is_empty()
        && (PLAIN.contains(&path.as_str())
            || OUTSIDE.contains(&path.as_str())
            || newtype_text(index, bare).is_some())
}

/// How an own id type becomes text: it implements `Display` (an empty suffix), or its only field does (`.0`).
fn newtype_text(index: &Index, ty: &Ty) -> Option<&'static str> {
    // Whatever can be shown is no id by that: a version or a whole person may be shown, too.
    let owner =
        index.type_of(ty).filter(|owner| owner.kind == TypeKind::Struct && owner.fields.len() == 1)?;
    let shown = owner.derives.iter().any(|derive| derive == "Display")
        || index.impls.iter().any(|item| {
            item.of_trait.is("Display")
                && index.resolve_ty(item.module, &item.self_ty).path().as_deref() == Some(owner.path.as_str())
        });
    if shown {
        return Some("");
    }
    let [field] = owner.fields.as_slice() else {
        return None;
    };
    let inner = index.field(ty, "0")?;
    let plain = is_id(index, &inner) && index.type_of(&inner).is_none();
    (field.name == "0" && field.visibility.in_crate() && plain).then_some(".0")
}

/// The expression as an argument that is shown as text: by reference unless it is `Copy` anyway.
pub(in crate::survey) fn displayed(index: &Index, expr: String, ty: &Ty) -> UserId {
    let suffix = newtype_text(index, ty.behind_pointers()).unwrap_or_default();
    let text = format!("{expr}{suffix}");
    let by_value = matches!(ty, Ty::Ref(_)) || is_copy(index, ty);
    UserId { expr: if by_value { text } else { format!("&{text}") }, ty: ty.clone() }
}

/// True for types that are copied when used.
pub fn is_copy(index: &Index, ty: &Ty) -> bool {
    const COPY: [&str; 12] = [
        "i64",
        "i32",
        "i16",
        "u64",
        "u32",
        "u128",
        "bool",
        "f64",
        "usize",
        "uuid::Uuid",
        "Uuid",
        "ulid::Ulid",
    ];
    let derives_copy =
        || index.type_of(ty).is_some_and(|owner| owner.derives.iter().any(|derive| derive == "Copy"));
    match ty {
        Ty::Ref(_) => true,
        Ty::Path { args, .. } if !args.is_empty() => false,
        _ => ty.path().is_some_and(|path| COPY.contains(&path.as_str())) || derives_copy(),
    }
}

/// True unless a path was moved away, or what holds it, or a part of it. `root` is the type of its first name.
fn usable(index: &Index, expr: &str, ty: &Ty, root: &Ty, moved: &[String]) -> bool {
    // What is behind a reference, or copied, can't be moved away.
    is_copy(index, root)
        || !moved.iter().any(|path| {
            let part = path.strip_prefix(expr).is_some_and(|rest| rest.starts_with('.'));
            let holder = expr.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.'));
            holder || ((part || path == expr) && !is_copy(index, ty))
        })
}

fn borrowed(expr: &str, ty: &Ty) -> String {
    if matches!(ty, Ty::Ref(_)) { expr.to_string() } else { format!("&{expr}") }
}
