//! How a handler of actix-web knows its user: own types that implement `FromRequest`, `web::ReqData<T>` and what
//! stands in a request's extensions, functions that are given the request, actix-identity, actix-session.

mod from_request;
mod helper;
mod judge;
mod req_data;
mod session;

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::sources::Sources;
use crate::survey::actix::ways::Read;
use crate::survey::actix::web::Web;
use crate::survey::axum::identity::IdentitySite;
use crate::survey::calls::Body;
use crate::survey::carrier::is_bearer_alone;
use crate::survey::facts::Identity;
use crate::target::index::{FunctionId, Ty};
use crate::target::{Target, by_place};

/// A way to know the user.
#[derive(Debug, Clone)]
pub struct Found {
    /// As others know it. Its rank is 1 if it serves, 0 if not, until it is listed.
    pub site: IdentitySite,
    /// Package that defines it.
    pub package: usize,
    /// Handlers that use it.
    pub handlers: BTreeSet<FunctionId>,
    /// Middlewares without which it is not there.
    pub bringers: Vec<FunctionId>,
    /// How a new route reads it, if that is known.
    pub read: Option<Read>,
    /// Why a new route must not use it by rule, as the end of a sentence, if so.
    pub trouble: Option<String>,
    /// Functions that make it out of a request.
    pub inside: Vec<FunctionId>,
    /// Key of the crate that defines it.
    pub krate: String,
}

/// All that the recognisers of this folder look at.
pub struct Look<'a> {
    /// The project.
    pub target: &'a Target,
    /// Its applications.
    pub web: &'a Web,
    /// What functions read of requests.
    pub sources: &'a Sources,
    /// What functions do.
    pub bodies: &'a BTreeMap<FunctionId, Body>,
}

impl Look<'_> {
    /// Handlers with a parameter of such a type.
    pub fn handlers_with(&self, wanted: &dyn Fn(&Ty) -> bool) -> BTreeSet<FunctionId> {
        let index = &self.target.index;
        let takes = |id: &&FunctionId| {
            let function = &index.functions[**id];
            function.params.iter().any(|param| wanted(&index.resolve_ty(function.module, &param.ty)))
        };
        self.web.handlers().iter().filter(takes).copied().collect()
    }

    /// True if one of these functions puts something around the type into the request, not the type itself.
    pub fn sources_put(&self, bringers: &[FunctionId], ty: &Ty) -> bool {
        let puts = bringers.iter().filter_map(|id| self.bodies.get(id)).flat_map(|body| &body.puts);
        puts.into_iter().any(|put| put != ty && (put.behind_pointers() == ty || put.success() == *ty))
    }

    /// True if whatever these functions put into a request that holds a type is of this form.
    pub fn all_put(&self, bringers: &[FunctionId], ty: &Ty, form: &Ty) -> bool {
        let puts = bringers.iter().filter_map(|id| self.bodies.get(id)).flat_map(|body| &body.puts);
        let mut holding = puts.filter(|put| put.behind_pointers() == ty || put.success() == *ty).peekable();
        holding.peek().is_some() && holding.all(|put| put == form)
    }

    /// Functions that put a type into a request's extensions.
    pub fn bringers(&self, ty: &Ty) -> Vec<FunctionId> {
        let index = &self.target.index;
        let puts = |wanted: &dyn Fn(&Ty) -> bool| -> Vec<FunctionId> {
            let all = self.bodies.iter().filter(|(id, _)| !index.functions[**id].test);
            all.filter(|(_, body)| body.puts.iter().any(wanted)).map(|(&id, _)| id).collect()
        };
        let exact = puts(&|put| put.behind_pointers() == ty.behind_pointers());
        if !exact.is_empty() {
            return exact;
        }
        puts(&|put| {
            (put.is("Result") || put.is("Option")) && put.success().behind_pointers() == ty.behind_pointers()
        })
    }
}

/// Every way to know the user in a project, best first.
pub fn all(look: &Look<'_>) -> Vec<Found> {
    if look.web.is_empty() {
        return Vec::new();
    }
    let mut found = from_request::found(look);
    found.extend(req_data::found(look, &found));
    found.extend(helper::found(look));
    found.extend(session::found(look));
    for one in &mut found {
        one.site.used_by = one.handlers.len();
        let made_by: Vec<FunctionId> = one.inside.iter().chain(&one.bringers).copied().collect();
        one.site.bearer_alone = is_bearer_alone(look.target, &made_by, look.bodies);
    }
    found.sort_by_cached_key(order);
    found
}

/// What decides which is better: being used at all, then by the kind, then by how many.
fn order(found: &Found) -> (bool, bool, usize, std::cmp::Reverse<usize>, String) {
    const KINDS: [&str; 5] = ["from-request", "req-data", "helper", "actix-identity", "actix-session"];
    let identity = &found.site.identity;
    let kind = KINDS.iter().position(|kind| *kind == identity.kind).unwrap_or(KINDS.len());
    (
        identity.rank == 0,
        found.site.used_by == 0,
        kind,
        std::cmp::Reverse(found.site.used_by),
        identity.id.clone(),
    )
}

/// Those of one package, ranked: what it defines, and what its handlers use of others.
pub fn listed(target: &Target, all: &[Found], package: usize) -> Vec<Identity> {
    ranked(target, all, package).into_iter().map(|(_, identity)| identity).collect()
}

/// The same, each with what was found.
pub fn ranked<'f>(target: &Target, all: &'f [Found], package: usize) -> Vec<(&'f Found, Identity)> {
    let index = &target.index;
    let here = |found: &&Found| {
        let used =
            || found.handlers.iter().any(|&id| index.modules[index.functions[id].module].package == package);
        found.package == package || found.site.identity.rank > 0 && used()
    };
    let mut rank = 0;
    let mut listed: Vec<(&Found, Identity)> = all
        .iter()
        .filter(here)
        .map(|found| {
            let mut identity = found.site.identity.clone();
            if identity.rank > 0 {
                rank += 1;
                identity.rank = rank;
            }
            (found, identity)
        })
        .collect();
    listed.sort_by(|(_, a), (_, b)| by_place(&a.at, &b.at));
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (_, identity) in &mut listed {
        let n = count.entry(identity.id.clone()).and_modify(|n| *n += 1).or_insert(1);
        if *n > 1 {
            identity.id = format!("{}#{n}", identity.id);
        }
    }
    listed
}
