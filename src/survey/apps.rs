//! Puts what the recognisers found together into one survey.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::survey::actix::{self, ready::Ready};
use crate::survey::axum::choice::Choice;
use crate::survey::axum::cors;
use crate::survey::axum::gates;
use crate::survey::axum::guarded::Routing;
use crate::survey::axum::hints::hints;
use crate::survey::axum::identity::extractors;
use crate::survey::axum::mount::Mounts;
use crate::survey::axum::router::Chain;
use crate::survey::axum::routes::routes;
use crate::survey::calls::Body;
use crate::survey::elsewhere;
use crate::survey::facts::{self, App, Survey, Tool};
use crate::survey::findings::{AppFindings, Findings, Pool, Reach, call_graph};
use crate::survey::home::{home, programs};
use crate::survey::listed::{frameworks, routers, state, unread, warnings};
use crate::survey::made;
use crate::survey::module_anchor::module_anchor;
use crate::survey::settings::settings;
use crate::survey::shown::Shown;
use crate::survey::signup::entry::entries as signup_entries;
use crate::survey::signup::site::sites;
use crate::survey::signup::unseen;
use crate::survey::store::backend::backend;
use crate::survey::store::kind::{self, store};
use crate::survey::stripe::site::StripeSite;
use crate::survey::stripe::together::name_sites;
use crate::survey::thread::threads;
use crate::survey::walked::Walked;
use crate::survey::{existing, handles, loaders};
use crate::target::index::{FunctionId, Ty, on_deep_stack};
use crate::target::{At, Package, Target, by_place};

/// Surveys a project.
pub fn survey(target: &Target) -> Findings {
    on_deep_stack(|| look(target))
}

fn look(target: &Target) -> Findings {
    let web: Vec<usize> = target
        .selected
        .iter()
        .copied()
        .filter(|&number| !frameworks(target, &target.packages[number]).is_empty())
        .collect();
    let walked = Walked::of(target, &web);
    let own: Vec<&Package> = web.iter().map(|&number| &target.packages[number]).collect();
    let found: Vec<(App, AppFindings)> = web
        .par_iter()
        .zip(Shown::of(target, &own))
        .map(|(&number, shown)| application(target, number, &walked, shown))
        .collect();
    let (listed, apps): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let warnings = warnings(target, &walked);
    let shown = || apps.iter().map(|app: &AppFindings| &app.shown);
    let mut listed_pages: Vec<facts::Page> =
        shown().flat_map(|shown| &shown.pages).map(|site| site.page.clone()).collect();
    listed_pages.sort_by(|a, b| by_place(&a.at, &b.at));
    listed_pages.dedup_by(|a, b| a.id == b.id);
    let mut policies: Vec<facts::Csp> =
        shown().flat_map(|shown| &shown.policies).map(|site| site.csp.clone()).collect();
    policies.sort_by(|a, b| by_place(&a.at, &b.at));
    policies.dedup_by(|a, b| a.at == b.at);
    Findings {
        survey: Survey {
            schema: facts::SCHEMA.into(),
            tool: Tool::this(),
            apps: listed,
            pages: listed_pages,
            csp: policies,
            outside_rust: Vec::new(),
            warnings,
        },
        apps,
    }
}

fn application(target: &Target, number: usize, walked: &Walked, shown: Shown) -> (App, AppFindings) {
    let index = &target.index;
    let package = &target.packages[number];
    let package_of = |function: FunctionId| index.modules[index.functions[function].module].package;
    let own = |function: FunctionId| package_of(function) == number;
    let programs = programs(target, number, &walked.chains);
    // A library and the one program that puts its routes together are one application.
    let program = programs.first().copied().filter(|_| programs.len() == 1);
    let ours = |function: FunctionId| own(function) || Some(package_of(function)) == program;
    let live = |function: FunctionId| ours(function) && !index.functions[function].test;
    // Handlers and the functions they lead to lie in different packages as often as not.
    let libraries = target.libraries(number);
    let around: BTreeSet<usize> = libraries.iter().copied().chain([number]).chain(program).collect();
    let near = |function: FunctionId| ours(function) || libraries.contains(&package_of(function));
    // A library with neither routers nor handlers is a part of what is built on it.
    let is_part =
        |other: usize| other == number || libraries.contains(&other) && !walked.takes_requests(target, other);
    let bodies: BTreeMap<FunctionId, Body> =
        walked.bodies.iter().filter(|(id, _)| near(**id)).map(|(&id, body)| (id, body.clone())).collect();
    // The inserted module's own router is none of the application's.
    let inserted = |chain: &Chain| {
        let module = &index.modules[index.functions[chain.function].module];
        module.path == format!("{}::cello", module.krate)
    };
    let mut chains: Vec<Chain> =
        walked.chains.iter().filter(|chain| live(chain.function) && !inserted(chain)).cloned().collect();
    gates::mark(&mut chains, index, &bodies);
    let mounts = Mounts::of(&chains);
    let choice = Choice::of(index, &bodies, &chains, &mounts, &walked.served);
    let tops = choice.tops();
    let by_hand = actix::hand::ByHand::of(target, &walked.actix, number).filter(|_| tops.is_empty());
    let server = walked.servers.iter().find(|server| tops.is_empty() && live(server.function)).cloned();
    let place = choice.chosen().and_then(|top| match top {
        Some(top) => mounts.place(top, &chains),
        None => Err(match &server {
            Some(server) => server.no_place(),
            None => actix::hand::no_place(by_hand.as_ref(), package),
        }),
    });
    let krate = home(target, number, place.as_ref().ok(), tops.first().map(|&top| &chains[top]));
    let krate = if krate.is_empty() { actix::ready::home(target, &walked.actix, number) } else { krate };
    let root_file = index.module(&krate).map(|id| index.modules[id].file.clone()).unwrap_or_default();
    let data = actix::state::handles(target, &walked.actix, number);
    let states: Vec<&Ty> = place.iter().map(|place| &place.state).chain(&data).collect();
    let pool = kind::by_use(&bodies).into_iter().find_map(|fits| {
        states.iter().find_map(|&state| Some((state, state_pool(target, &krate, state, &fits)?)))
    });
    let pool = pool
        .map(|(state, pool)| (state.clone(), actix::state::as_written(target, &walked.actix, number, pool)));
    let (shared, pool) = pool.unzip();
    let several = states.iter().any(|state| handles::holds_several_pools(index, state.behind_pointers()));
    let kept = |together: FunctionId, starts: &dyn Fn(FunctionId) -> bool| {
        let program = made::Program { index, krate: &krate, together, starts, bodies: &bodies };
        let mut kinds = kind::by_use(&bodies).into_iter().filter(|_| !several);
        kinds.find_map(|fits| program.keeps(&walked.made, &fits))
    };
    let pool = pool.or_else(|| {
        let place = place.as_ref().ok()?;
        kept(chains[place.chain].function, &|function| walked.served.has(function))
    });
    let routing = Routing { chains: &chains, mounts: &mounts, place: place.as_ref().ok() };
    let actix = by_hand.as_ref().map(|_| Ready::of(target, &walked.actix, &bodies, number, shared));
    let pool = pool.or_else(|| {
        let together = actix.as_ref()?.as_ref().ok()?.application.function;
        kept(together, &|function| made::leads_to(&bodies, function, together))
    });
    let identity = match &actix {
        Some(_) => actix::ready::sites(target, &walked.actix.identity, number),
        None => extractors(target, &around, &bodies, &routing),
    };
    let cors_elsewhere = cors::elsewhere(target, &routing, &identity);
    let mut routes = routes(index, &mounts, &chains);
    routes.extend(walked.actix.routes.iter().map(|found| found.route.clone()));
    let redirects = walked.redirects.of(index, &routes, (&chains, &mounts), &live);
    let mut entries = signup_entries(index, &bodies, &routes);
    // What the program does by itself is its own; so is what a library does that only this application uses.
    let used_by_others = |creator: FunctionId| {
        walked
            .bodies
            .iter()
            .any(|(&caller, body)| body.calls.contains(&creator) && !is_part(package_of(caller)))
    };
    entries.retain(|entry| match (entry.path.first(), entry.path.last()) {
        (Some(&handler), _) if entry.route.is_some() || walked.actix.serves(handler) => own(handler),
        (_, Some(&creator)) if own(creator) => true,
        (_, Some(&creator)) => is_part(package_of(creator)) && !used_by_others(creator),
        _ => false,
    });
    // Another package of the workspace may register the handler, or call what creates.
    for entry in &mut entries {
        entry.called |= entry.path.iter().any(|function| walked.named_elsewhere(number, target, *function));
    }
    // A handler that takes a user of either framework is no way to sign up.
    let takes_user: Vec<_> = identity.iter().cloned().chain(walked.actix.extractors()).collect();
    let kept = pool.as_ref().and_then(Pool::kept);
    let mut signups = sites(target, entries, &bodies, &takes_user, &ours, kept.map(|made| &made.handle));
    signups.extend(unseen::by_name(target, &routes, &signups, &takes_user, &bodies, &own));
    let noted = || {
        place.as_ref().ok()?;
        let note = signups.iter().filter_map(|site| site.note.as_ref().ok()).flatten().next()?;
        Some(made::noted(index.functions[note.anchor.function].module, &note.db))
    };
    let pool = pool.or_else(noted);
    let mut stripe: Vec<StripeSite> =
        walked.stripe.sites.iter().filter(|site| is_part(package_of(site.function))).cloned().collect();
    name_sites(target, &mut stripe);
    let best = identity.iter().find(|site| site.identity.rank == 1);
    let loaders = match (best, &pool) {
        (Some(best), Some(_)) => loaders::loaders(index, &around, &krate, &best.id_ty),
        _ => Vec::new(),
    };
    let counts = |other| other == number || Some(other) == program || libraries.contains(&other);
    let settings = settings(target, package, &walked.reads, &krate, &counts);
    let mut listed_routers = routers(target, &chains, &mounts, &choice, number);
    listed_routers.extend(actix::places::listed(target, &walked.actix, number));
    listed_routers.extend(server.iter().map(|server| elsewhere::listed(index, server)));
    listed_routers.sort_by(|a, b| by_place(&a.at, &b.at));
    let mut listed_store =
        store(target, number, pool.as_ref().filter(|pool| matches!(pool.reach, Reach::State)), &bodies);
    if let (Some(store), None) = (&mut listed_store, &pool) {
        store.handle = actix::state::other_handle(target, &walked.actix, number).unwrap_or_default();
    }
    let listed_state = place.as_ref().ok().map(|place| place.state.clone());
    let listed_state = listed_state.or_else(|| actix::state::state(target, &walked.actix, number));
    let mut listed_identity: Vec<_> = identity.iter().map(|site| site.identity.clone()).collect();
    if actix.is_none() {
        listed_identity.extend(actix::identity::listed(target, &walked.actix.identity, number));
    }
    let hints = hints(target, &around, &bodies);
    let hint = hints.iter().find(|hint| hint.rank > 0).cloned();
    listed_identity.extend(hints);
    listed_identity.sort_by(|a, b| by_place(&a.at, &b.at));
    let threads = threads(target, &mut stripe, &bodies);
    let app = App {
        package: package.name.clone(),
        manifest: package.manifest.path.clone(),
        edition: package.edition.clone(),
        frameworks: frameworks(target, package),
        routers: listed_routers,
        identity: listed_identity,
        signups: signups.iter().map(|site| site.signup.clone()).collect(),
        stripe: stripe.iter().map(|site| site.call.clone()).collect(),
        store: listed_store,
        config: settings.config.clone(),
        state: listed_state.and_then(|ty| state(target, &ty)),
        existing: existing::traces(target, package),
    };
    let findings = AppFindings {
        package: number,
        krate,
        module_anchor: target.text(&root_file).and_then(|text| module_anchor(text, "cello")),
        root_file,
        chains,
        place,
        by_hand,
        actix,
        server,
        hint,
        identity,
        loaders,
        signups,
        stripe,
        stripe_unexplained: stripe_unexplained(target, &is_part, walked),
        threads,
        pool,
        cors_elsewhere,
        shown,
        redirects,
        calls: call_graph(&bodies),
        config: settings.config,
        environment: settings.environment,
        unread: unread(target, package, walked),
    };
    (app, findings)
}

/// The handle of a kind that a state holds, or is.
fn state_pool(target: &Target, krate: &str, state: &Ty, fits: handles::Fits<'_>) -> Option<Pool> {
    let index = &target.index;
    let root = index.module(krate)?;
    if let Some(backend) = backend(state).filter(|found| fits(*found)) {
        return Some(Pool {
            path: String::new(),
            backend,
            declared: state.clone(),
            module: root,
            reach: Reach::State,
        });
    }
    let (path, ty) = handles::pool_within(index, root, state, fits)?;
    let backend = backend(&ty)?;
    // The type as the innermost field declares it, so that their alias is spelled.
    let mut owner = state.clone();
    let mut declared = (ty, root);
    for name in path.split('.') {
        let holder = index.type_of(&owner)?;
        let field = holder.fields.iter().find(|field| field.name == name)?;
        declared = (field.ty.clone(), holder.module);
        owner = index.field(&owner, name)?;
    }
    Some(Pool { path, backend, declared: declared.0, module: declared.1, reach: Reach::State })
}

/// Places of an application that name Stripe's interface and lead to no call that could be read.
fn stripe_unexplained(target: &Target, is_part: &dyn Fn(usize) -> bool, walked: &Walked) -> Vec<At> {
    let index = &target.index;
    let own = |at: &&At| {
        let modules = index.files.get(&at.file).into_iter().flatten();
        modules.into_iter().any(|&id| is_part(index.modules[id].package) && !index.modules[id].test)
    };
    walked.stripe.unexplained.iter().filter(own).cloned().collect()
}
