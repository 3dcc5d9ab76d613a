//! People who sign up elsewhere, with an identity provider, and get their row here when they first come.
//!
//! `INSERT INTO users (id, …) … ON CONFLICT (id) DO NOTHING` by a handler that is told who is signed in. Near misses: an
//! administrator who creates others, a row that conflicts by its e-mail.

use std::collections::BTreeMap;

use crate::survey::axum::identity::{IdentitySite, decoy_by_name};
use crate::survey::signup::decoy::{names_a_demand, who};
use crate::survey::signup::entry::Entry;
use crate::survey::signup::site::SignupSite;
use crate::target::index::Index;

/// Why such a place is for a person, as the end of a sentence.
pub const FIRST_CONTACT: &str = "whoever is signed in with an account from elsewhere gets their row here when they \
                                 first come: whether they sign up by that is for a person to say";

/// True if whoever is signed in gets their own row.
pub fn is_first_contact(index: &Index, entry: &Entry, identity: &[IdentitySite]) -> bool {
    let Some(route) = &entry.route else { return false };
    let handler = &index.functions[route.handler];
    let by_staff = route.guard.as_ref().is_some_and(|guard| guard.contains("admin"));
    let told = |(ty, site): (crate::target::index::Ty, &IdentitySite)| {
        let has_id = !site.identity.id_expr.is_empty();
        has_id && decoy_by_name(ty.name().unwrap_or_default()).is_none() && !names_a_demand(&ty)
    };
    let mut params = handler.params.iter();
    entry.insert.known_id
        && !by_staff
        && params.any(|param| who(index, handler.module, &param.ty, identity).is_some_and(told))
}

/// Many handlers may make sure of the row: it is one place.
pub fn only_once(sites: &mut [SignupSite]) {
    let mut seen: BTreeMap<(String, usize), String> = BTreeMap::new();
    for site in sites.iter_mut().filter(|site| site.signup.decoy.is_none()) {
        let (Some(made), Err(FIRST_CONTACT)) =
            (&site.signup.create_site, site.note.as_ref().map_err(String::as_str))
        else {
            continue;
        };
        match seen.entry((made.file.clone(), made.bytes[0])) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(site.signup.symbol.clone());
            }
            std::collections::btree_map::Entry::Occupied(first) => {
                site.signup.decoy =
                    Some(format!("it makes the same row as `{}`, for whoever comes first", first.get()));
            }
        }
    }
}
