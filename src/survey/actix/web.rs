//! All that is known of a project's actix-web applications, made once.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::Seen;
use crate::survey::actix::chain::Start;
use crate::survey::actix::gate::{Gates, Known, reached};
use crate::survey::actix::identity::{self, Found, Look};
use crate::survey::actix::names::{is_service_config, words};
use crate::survey::actix::routes::{Registered, guarded, routes};
use crate::survey::actix::tree::Tree;
use crate::survey::axum::identity::IdentitySite;
use crate::survey::calls::Body;
use crate::target::Target;
use crate::target::index::{FunctionId, Index};

/// Chains, routes and gates of all packages.
#[derive(Debug, Default)]
pub struct Web {
    /// How the chains hang together.
    pub tree: Tree,
    /// Handlers with method and path.
    pub routes: Vec<Registered>,
    /// Layers that may refuse.
    pub gates: Gates,
    /// For each middleware function: it and all it leads to.
    leads: BTreeMap<FunctionId, Vec<FunctionId>>,
    /// For each middleware function: the name of the layer.
    names: BTreeMap<FunctionId, String>,
    /// Functions that are given a configuration.
    configures: Vec<FunctionId>,
    /// All handlers.
    handlers: BTreeSet<FunctionId>,
    /// Ways to know the user, best first.
    pub identity: Vec<Found>,
}

impl Web {
    /// Puts everything together.
    pub fn of(target: &Target, seen: Seen, bodies: &BTreeMap<FunctionId, Body>) -> Self {
        let index = &target.index;
        let (mut chains, passing) = (seen.chains.chains, &seen.middlewares.passing);
        // The inserted module's own routes are none of the application's.
        chains.retain(|chain| {
            let module = &index.modules[index.functions[chain.function].module];
            module.path != format!("{}::cello", module.krate)
        });
        if chains.is_empty() {
            return Self::default();
        }
        let tree = Tree::of(index, chains);
        let mut routes = routes(index, &tree);
        let gates = Gates::of_all(&Known { index, bodies, passing }, &tree, &routes);
        guarded(&tree, &gates, &mut routes);
        let mut web = Self { tree, routes, gates, ..Self::default() };
        for wrap in (0..web.tree.chains.len()).flat_map(|number| web.tree.wraps(number)) {
            for &function in &wrap.functions {
                web.leads.entry(function).or_insert_with(|| reached(&[function], bodies));
                web.names.entry(function).or_insert_with(|| wrap.name.clone());
            }
        }
        let configures = |function: &FunctionId| {
            let function = &index.functions[*function];
            function
                .params
                .iter()
                .any(|param| is_service_config(&index.resolve_ty(function.module, &param.ty)))
        };
        web.handlers = web.routes.iter().map(|found| found.route.handler).collect();
        web.configures = web.tree.chains.iter().map(|chain| chain.function).filter(configures).collect();
        web.identity = identity::all(&Look { target, web: &web, sources: &seen.sources, bodies });
        web
    }

    /// All handlers.
    pub fn handlers(&self) -> &BTreeSet<FunctionId> {
        &self.handlers
    }

    /// What handlers take as parameters to know the user.
    pub fn extractors(&self) -> impl Iterator<Item = IdentitySite> {
        let kinds = ["from-request", "req-data", "actix-identity"];
        let found = self.identity.iter().map(|found| &found.site);
        found.filter(move |site| kinds.contains(&site.identity.kind.as_str())).cloned()
    }

    /// The best way to know the user, if there is one.
    pub fn best(&self) -> Option<&Found> {
        self.identity.first().filter(|found| found.site.identity.rank > 0)
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.tree.chains.is_empty()
    }

    /// Key of the crate in which a package puts its application together, or a part of one; empty if it does not.
    pub fn home(&self, index: &Index, package: usize) -> String {
        let own = self.tree.chains.iter().filter_map(|chain| {
            let module = &index.modules[index.functions[chain.function].module];
            (module.package == package).then_some((chain, module))
        });
        let best = own.min_by_key(|(chain, _)| chain.start != Start::App);
        best.map(|(_, module)| module.krate.clone()).unwrap_or_default()
    }

    /// True if a function is a handler.
    pub fn serves(&self, function: FunctionId) -> bool {
        self.handlers.contains(&function)
    }

    /// True if a middleware, or what it calls, is one of these.
    pub fn leads_to(&self, middleware: FunctionId, wanted: &[FunctionId]) -> bool {
        self.leads.get(&middleware).is_some_and(|all| wanted.iter().any(|id| all.contains(id)))
    }

    /// The layer whose work leads to one of these functions.
    pub fn name_of(&self, wanted: &[FunctionId]) -> &str {
        let found = self.names.iter().find(|(middleware, _)| self.leads_to(**middleware, wanted));
        found.map_or("a middleware", |(_, name)| name)
    }

    /// True if an application holds the chain, or it is one: `App::new()`, or a configuration that is handed to what
    /// runs it.
    pub fn is_served(&self, chain: usize) -> bool {
        let Some(top) = self.tree.way_up(chain).last().copied() else { return false };
        match self.tree.start(top) {
            Start::App => true,
            Start::Config => !self.configures.contains(&self.tree.chains[top].function),
            _ => false,
        }
    }

    /// True if everything that a chain serves is called a webhook.
    pub fn only_webhooks(&self, chain: usize) -> bool {
        let mut below =
            self.routes.iter().filter(|route| self.tree.way_up(route.chain).contains(&chain)).peekable();
        below.peek().is_some()
            && below.all(|route| {
                route.names.iter().any(|name| {
                    words(name)
                        .iter()
                        .any(|word| ["webhook", "webhooks", "hook", "hooks", "ipn"].contains(&word.as_str()))
                })
            })
    }
}
