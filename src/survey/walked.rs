//! The first walk: every function of every crate once, shown to all recognisers.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::survey::actix;
use crate::survey::axum::router::{Chain, Routers};
use crate::survey::axum::serving::Served;
use crate::survey::calls::{Body, Calls};
use crate::survey::elsewhere::{Server, Servers};
use crate::survey::made::{Made, Makings};
use crate::survey::redirects::{self, Redirects};
use crate::survey::settings::reads::{Read, Reads};
use crate::survey::stripe::together::{Found, Stripe, together};
use crate::survey::walk::{Recogniser, walk};
use crate::target::index::{FunctionId, ModuleId, Parsed, finish};
use crate::target::{SourceText, Target};

/// What it yields.
#[derive(Default)]
pub struct Walked {
    /// What each function does.
    pub bodies: BTreeMap<FunctionId, Body>,
    /// Routers that a server serves.
    pub served: Served,
    /// Settings that are read.
    pub reads: Vec<Read>,
    /// Database handles that are made.
    pub made: Vec<Made>,
    /// Servers of other frameworks.
    pub servers: Vec<Server>,
    /// Answers that only redirect.
    pub redirects: Redirects,
    /// axum's routers.
    pub chains: Vec<Chain>,
    /// Calls to Stripe.
    pub stripe: Found,
    /// actix-web's side of it.
    pub actix: actix::web::Web,
    /// Files whose functions could not be parsed, with line and reason.
    pub unparsed: Vec<(String, String)>,
}

/// What one file yields.
#[derive(Default)]
struct Part {
    calls: Calls,
    routers: Routers,
    reads: Reads,
    servers: Servers,
    makings: Makings,
    stripe: Stripe,
    redirects: Redirects,
    actix: actix::Seen,
    /// Its path, with line and reason, if it is not Rust.
    error: Option<(String, String)>,
}

impl Part {
    fn of(target: &Target, file: &SourceText) -> Self {
        let mut part = Self::default();
        match Parsed::new(&file.text) {
            Ok(parsed) => {
                let mut all: Vec<&mut dyn Recogniser> = vec![
                    &mut part.calls,
                    &mut part.routers,
                    &mut part.reads,
                    &mut part.servers,
                    &mut part.makings,
                    &mut part.stripe,
                ];
                let names = |needles: &[&str]| needles.iter().any(|needle| file.text.contains(needle));
                if names(&redirects::NEEDLES) {
                    all.push(&mut part.redirects);
                }
                if names(actix::NEEDLES) {
                    all.push(&mut part.actix);
                }
                walk(&target.index, file, &parsed, &mut all);
            }
            Err(reason) => part.error = Some((file.path.clone(), reason)),
        }
        finish();
        part
    }
}

/// Some packages, what they build on, and all that builds on any of it: whoever else calls what they call.
fn related(target: &Target, packages: &[usize]) -> BTreeSet<usize> {
    let near: BTreeSet<usize> =
        packages.iter().flat_map(|&package| target.libraries(package).into_iter().chain([package])).collect();
    let builds_on = |package: usize| !target.libraries(package).is_disjoint(&near);
    (0..target.packages.len()).filter(|&package| near.contains(&package) || builds_on(package)).collect()
}

impl Walked {
    /// Walks every file that can have a say in what these packages do, on all cores.
    pub fn of(target: &Target, packages: &[usize]) -> Self {
        let index = &target.index;
        let related = related(target, packages);
        let in_related = |modules: &[ModuleId]| {
            modules.iter().any(|&module| related.contains(&index.modules[module].package))
        };
        let wanted = index.files.iter().filter(|(_, modules)| in_related(modules));
        let files: Vec<&SourceText> = wanted.filter_map(|(path, _)| target.text(path)).collect();
        let parts: Vec<Part> = files.par_iter().map(|file| Part::of(target, file)).collect();
        let mut walked = Self::default();
        let mut stripe = Vec::new();
        let mut seen = actix::Seen::default();
        for part in parts {
            walked.bodies.extend(part.calls.bodies);
            walked.chains.extend(part.routers.chains);
            walked.reads.extend(part.reads.reads);
            walked.servers.extend(part.servers.servers);
            walked.made.extend(part.makings.made);
            walked.redirects.add(part.redirects);
            walked.unparsed.extend(part.error);
            stripe.push(part.stripe);
            seen.add(part.actix);
        }
        for (&function, body) in &mut walked.bodies {
            for file in std::mem::take(&mut body.sql_files) {
                if let Some(text) = file.text(target, &target.index.functions[function]) {
                    body.read_string(text, || file.at);
                }
            }
        }
        walked.served = Served::of(&target.index, &walked.bodies);
        walked.stripe = together(target, stripe);
        walked.actix = actix::web::Web::of(target, seen, &walked.bodies);
        walked
    }

    /// True if a package has a router or a handler.
    pub fn takes_requests(&self, target: &Target, package: usize) -> bool {
        let index = &target.index;
        let own = |function: FunctionId| {
            let function = &index.functions[function];
            index.modules[function.module].package == package && !function.test
        };
        let handlers = |chain: &Chain| {
            chain.calls.iter().any(|call| call.functions.iter().any(|(handler, _)| own(*handler)))
        };
        self.chains.iter().any(|chain| own(chain.function) || handlers(chain))
            || self.actix.tree.chains.iter().any(|chain| own(chain.function))
            || self.actix.routes.iter().any(|found| own(found.route.handler))
    }

    /// True if a router or function of another package names a function.
    pub fn named_elsewhere(&self, package: usize, target: &Target, function: FunctionId) -> bool {
        let index = &target.index;
        let other = |at: FunctionId| index.modules[index.functions[at].module].package != package;
        let registered = self
            .chains
            .iter()
            .filter(|chain| other(chain.function))
            .flat_map(|chain| &chain.calls)
            .any(|call| call.functions.iter().any(|(named, _)| *named == function));
        registered
            || self.bodies.iter().any(|(&caller, body)| other(caller) && body.calls.contains(&function))
    }
}
