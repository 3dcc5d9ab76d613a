//! The survey together with the anchors that steps need: everything about each application, as owned data.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::hand::ByHand;
use crate::survey::actix::ready::Ready;
use crate::survey::axum::identity::IdentitySite;
use crate::survey::axum::mount::Place;
use crate::survey::axum::router::Chain;
use crate::survey::calls::Body;
use crate::survey::elsewhere::Server;
use crate::survey::facts::{Config, Identity, Survey};
use crate::survey::made::Made;
use crate::survey::module_anchor::ModuleAnchor;
use crate::survey::redirects::Redirect;
use crate::survey::shown::Shown;
use crate::survey::signup::site::SignupSite;
use crate::survey::store::backend::Backend;
use crate::survey::stripe::site::StripeSite;
use crate::survey::thread::Threads;
use crate::target::At;
use crate::target::index::{FunctionId, Ty};

/// What was found in a project.
#[derive(Debug)]
pub struct Findings {
    /// As shown and kept.
    pub survey: Survey,
    /// What steps need of each application, in the order of `survey.apps`.
    pub apps: Vec<AppFindings>,
}

/// What steps need of one application.
#[derive(Debug)]
pub struct AppFindings {
    /// Number of its package in the target.
    pub package: usize,
    /// Key of the crate that holds the router.
    pub krate: String,
    /// File of that crate's root.
    pub root_file: String,
    /// Where that root can declare the module `cello`.
    pub module_anchor: Option<ModuleAnchor>,
    /// Its router chains.
    pub chains: Vec<Chain>,
    /// Where routes can be added, or why nowhere.
    pub place: Result<Place, String>,
    /// For an actix-web application: where a person puts what is not put there by rule.
    pub by_hand: Option<ByHand>,
    /// For an actix-web application: where the module goes by rule, or why nowhere, as the end of a sentence.
    pub actix: Option<Result<Ready, String>>,
    /// For an application of another framework: where its server is put together.
    pub server: Option<Server>,
    /// What tells who is signed in where that is for a person to use.
    pub hint: Option<Identity>,
    /// Its extractors.
    pub identity: Vec<IdentitySite>,
    /// Functions that load a person by id.
    pub loaders: Vec<Loader>,
    /// Its ways to sign up.
    pub signups: Vec<SignupSite>,
    /// Its calls to Stripe.
    pub stripe: Vec<StripeSite>,
    /// Places that name Stripe's interface and lead to no call that could be read.
    pub stripe_unexplained: Vec<At>,
    /// What it takes to hand a value down to where Customers are made.
    pub threads: Threads,
    /// Its database handle, as reached from the router's state.
    pub pool: Option<Pool>,
    /// The CORS layer that covers other routes, if none covers the place of the module's: for routers of axum.
    pub cors_elsewhere: Option<At>,
    /// What browsers get to see of it.
    pub shown: Shown,
    /// Addresses that send visitors on without their query.
    pub redirects: Vec<Redirect>,
    /// Calls between its functions.
    pub calls: BTreeMap<FunctionId, BTreeSet<FunctionId>>,
    /// Where its settings come from.
    pub config: Option<Config>,
    /// `std`, `dotenvy`, or nothing if it does not read the environment.
    pub environment: Option<&'static str>,
    /// Its files that could not be read or parsed: what they hold is not in these findings.
    pub unread: Vec<String>,
}

/// A database handle that can be reached from the router's state.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Path of fields, such as `db`; empty if the state is the pool.
    pub path: String,
    /// What it leads to.
    pub backend: Backend,
    /// Its type as the field declares it, unresolved aliases included.
    pub declared: Ty,
    /// Module of that declaration.
    pub module: usize,
    /// How the module gets at it.
    pub reach: Reach,
}

impl Pool {
    /// Where the application makes it, if the module is to be given it there.
    pub fn kept(&self) -> Option<&Made> {
        match &self.reach {
            Reach::Kept(made) => Some(made),
            Reach::State | Reach::Nowhere => None,
        }
    }
}

/// How the inserted module gets at the database.
#[derive(Debug, Clone)]
pub enum Reach {
    /// It is in the state that handlers share.
    State,
    /// The application makes it here, and can hand it over.
    Kept(Box<Made>),
    /// Only code that has it can hand it on.
    Nowhere,
}

/// A function that loads a person by id.
#[derive(Debug, Clone)]
pub struct Loader {
    /// The function.
    pub function: FunctionId,
    /// How it is called from a module at the crate's root, with `{state}` and `{id}` to fill in.
    pub call: String,
    /// `?`s and `ok()`s that lead from what it returns to the person.
    pub unwrap: &'static str,
    /// The person's type, resolved.
    pub person: Ty,
}

impl AppFindings {
    /// True if one function leads to another through calls of the project.
    pub fn reaches(&self, from: FunctionId, to: FunctionId) -> bool {
        let mut todo = vec![from];
        let mut seen = BTreeSet::new();
        while let Some(at) = todo.pop() {
            if at == to {
                return true;
            }
            if seen.insert(at) {
                todo.extend(self.calls.get(&at).into_iter().flatten().copied());
            }
        }
        false
    }
}

/// Calls between functions, without what else is known of them.
pub fn call_graph(bodies: &BTreeMap<FunctionId, Body>) -> BTreeMap<FunctionId, BTreeSet<FunctionId>> {
    bodies.iter().map(|(&id, body)| (id, body.calls.clone())).collect()
}
