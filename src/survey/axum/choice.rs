//! Which router is the application's, where several are held by nothing: the one with the users' routes, if it is
//! served.
//!
//! A second service in the same package (health, metrics, an image server) has none of the handlers that know a user.
//! A router that nothing serves any more, or only a test, is no place for routes, however many it has. Near misses: two
//! programs that both serve users, which only a person can tell apart.

use std::collections::BTreeMap;

use crate::survey::axum::call::Call;
use crate::survey::axum::extension::{brought, reached};
use crate::survey::axum::identity::{decoy_by_name, to_user, user_id};
use crate::survey::axum::login::is_session;
use crate::survey::axum::mount::Mounts;
use crate::survey::axum::router::Chain;
use crate::survey::axum::serving::Served;
use crate::survey::calls::Body;
use crate::target::index::{FunctionId, Index};

/// Routers that nothing holds, best first, with what is known of each.
pub struct Choice<'a> {
    index: &'a Index,
    bodies: &'a BTreeMap<FunctionId, Body>,
    chains: &'a [Chain],
    tops: Vec<Top>,
}

struct Top {
    chain: usize,
    /// Routes whose handlers know a user.
    users: usize,
    served: bool,
}

impl<'a> Choice<'a> {
    /// Looks at all routers of an application.
    pub fn of(
        index: &'a Index,
        bodies: &'a BTreeMap<FunctionId, Body>,
        chains: &'a [Chain],
        mounts: &Mounts,
        served: &Served,
    ) -> Self {
        let knowing = |call: &Call| call.functions.iter().filter(|(id, _)| knows_a_user(index, *id)).count();
        let mut tops: Vec<Top> = mounts
            .tops(index, chains)
            .into_iter()
            .map(|chain| Top {
                chain,
                users: mounts.count_within(chain, chains, &knowing),
                served: mounts.whole(chain).iter().any(|&part| served.has(chains[part].function)),
            })
            .collect();
        // Those with most routes came first, and do so still among equals.
        tops.sort_by_key(|top| std::cmp::Reverse(top.users));
        Self { index, bodies, chains, tops }
    }

    /// The chains, best first.
    pub fn tops(&self) -> Vec<usize> {
        self.tops.iter().map(|top| top.chain).collect()
    }

    /// True if nothing serves what a chain builds.
    pub fn is_dead(&self, chain: usize) -> bool {
        self.tops.iter().any(|top| top.chain == chain && !top.served)
    }

    /// The application's router; none if there is none.
    ///
    /// # Errors
    /// With the reason, as sentences, if it can't be told.
    pub fn chosen(&self) -> Result<Option<usize>, String> {
        let Some(best) = self.tops.first() else { return Ok(None) };
        let name = |top: &Top| format!("`{}`", self.index.symbol(self.chains[top.chain].function));
        if !best.served {
            return Err(format!(
                "Nothing serves the router in {}: no call leads from it to `axum::serve` or another server.",
                name(best)
            ));
        }
        let function = |top: &Top| self.chains[top.chain].function;
        let krate = |top: &Top| &self.index.modules[self.index.functions[function(top)].module].krate;
        // What the router's own function leads to is part of it, however it is put in.
        let parts = reached(function(best), self.bodies);
        let rival = self.tops[1..].iter().find(|other| {
            let apart = krate(other) != krate(best) || other.users == best.users;
            other.served && other.users > 0 && apart && !parts.contains(&function(other))
        });
        match rival {
            Some(other) => Err(format!(
                "Two routers are served that have routes for people who are signed in, in {} and {}, and which of them \
                 is your application's is not known.",
                name(best),
                name(other)
            )),
            None => Ok(Some(best.chain)),
        }
    }
}

/// True for a handler with a parameter that tells who is signed in, by its type.
fn knows_a_user(index: &Index, handler: FunctionId) -> bool {
    let function = &index.functions[handler];
    function.params.iter().any(|param| {
        let ty = index.resolve_ty(function.module, &param.ty);
        let ty = if ty.is("Option") || ty.is("Result") { ty.success() } else { ty };
        if is_session(&ty) || ty.path().as_deref() == Some("tower_sessions::Session") {
            return true;
        }
        let inner = brought(ty.clone());
        let Some(owner) = index.type_of(&inner) else { return false };
        let extracted =
            inner != ty || !index.functions_at(&format!("{}::from_request_parts", owner.path)).is_empty();
        let name = owner.path.rsplit("::").next().unwrap_or_default();
        let (_, user, _) = to_user(index, owner.module, &inner);
        extracted && decoy_by_name(name).is_none() && user_id(index, owner.module, &user).is_some()
    })
}
