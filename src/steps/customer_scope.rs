//! The user's id and the database, where a place has them: what the module's function is called with there.

use super::basis::{Basis, Variant};
use super::customer_edits::Given;
use super::identity::visible_path;
use super::store_handle::is_kept;
use crate::survey::{IdentitySite, Local, Pool, Standing, UserId, database, people, user_id};

/// A place from which the module may be called.
pub struct Reached<'r> {
    /// Names in scope, and the like.
    pub standing: &'r Standing,
    /// True if what is written there speaks of a name.
    pub speaks: &'r dyn Fn(&str) -> bool,
    /// The user's id, where that is known already.
    pub user: Option<String>,
}

/// Why the module can't be called at a place, as the end of a sentence.
pub enum Lack {
    /// Something is not at hand, which callers may have.
    Reach(String),
    /// Nothing that a caller could mend.
    Doubt(String),
}

impl Lack {
    fn reach<T>(reason: &str) -> Result<T, Self> {
        Err(Self::Reach(reason.into()))
    }

    fn doubt<T>(reason: &str) -> Result<T, Self> {
        Err(Self::Doubt(reason.into()))
    }
}

/// The id in what tells who is signed in, where that is in scope as it is: `claims.sub`.
fn told_user(basis: &Basis, identity: &IdentitySite, standing: &Standing) -> Option<UserId> {
    let index = &basis.target.index;
    let mut values = standing.locals.iter().filter(|local| *local.ty.behind_pointers() == identity.ty);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let holder = visible_path(index, identity, &basis.app.krate).filter(|path| !path.contains('?'))?;
    let expr = format!("{}{holder}.{}", value.name, identity.id_field);
    let name = expr.trim_end_matches('.').to_string();
    let id = Local { name, ty: identity.id_ty.clone(), mutable: false };
    user_id(index, standing.module, &[id], &standing.moved, &|_| true)
}

/// The call of the module's function at a place.
///
/// # Errors
/// With what is missing.
pub fn reached(basis: &Basis, place: &Reached) -> Result<Given, Lack> {
    let standing = place.standing;
    let (index, module) = (&basis.target.index, standing.module);
    if let Some(reason) = standing.not_awaitable.filter(|_| basis.variant == Variant::B || standing.deferred)
    {
        return Lack::reach(reason);
    }
    let Ok(Some(identity)) = basis.identity() else {
        return Lack::doubt("it is not known who is signed in, so the user's id can't be compared");
    };
    let user = match &place.user {
        Some(user) => user.clone(),
        None => {
            let bare = |local: &Local| {
                ["user_id", "uid"].contains(&local.name.as_str())
                    && local.ty.behind_pointers() == identity.id_ty.behind_pointers()
            };
            let people = people(index, module, &standing.locals, &bare);
            let named: Vec<Local> = people
                .iter()
                .filter(|local| (place.speaks)(&local.name))
                .map(|local| (*local).clone())
                .collect();
            let locals = match (people.len(), named.is_empty()) {
                (0 | 1, _) => standing.locals.clone(),
                (_, false) => named,
                // Two people in scope, and nothing tells whose Customer it is.
                _ => return Lack::doubt("several people are in scope, and nothing tells which one pays"),
            };
            let user = user_id(index, module, &locals, &standing.moved, &bare);
            // Another person in scope may be who pays.
            let told = || people.is_empty().then(|| told_user(basis, identity, standing)).flatten();
            let Some(user) = user.or_else(told) else {
                return Lack::reach("no user's id is in scope where it is made");
            };
            if user.ty.behind_pointers() != identity.id_ty.behind_pointers() {
                return Lack::doubt("the id in scope is of another type than the signed-in user's");
            }
            user.expr
        }
    };
    if !basis.can_name_module(standing.function) {
        return Lack::reach("its crate can't name the module, which stands in the program that uses it");
    }
    let database = database(index, module, &standing.locals, &standing.moved);
    let other = |pool: &Pool| database.as_ref().is_some_and(|found| found.backend != pool.backend);
    if basis.variant == Variant::B && basis.app.pool.as_ref().is_some_and(other) {
        return Lack::doubt("the pool at hand is of another database than the router's state has");
    }
    let arguments = match (basis.variant, database) {
        (Variant::A, _) => vec![user.clone()],
        _ if is_kept(basis) => vec![user.clone()],
        (_, Some(db)) => vec![db.expr, user.clone()],
        (_, None) => return Lack::reach("no database pool is in scope where it is made"),
    };
    Ok(Given::Asked {
        module: basis.module_path(basis.crate_of(standing.function)),
        arguments,
        awaited: basis.variant != Variant::A,
    })
}
