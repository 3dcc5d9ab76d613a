//! Where a person puts what is not put into an actix-web application by rule: the exact places, with the reasons.

use std::collections::BTreeSet;

use crate::survey::actix::arguments::Part;
use crate::survey::actix::chain::Start;
use crate::survey::actix::places::spots;
use crate::survey::actix::web::Web;
use crate::survey::facts::{Identity, Router};
use crate::target::index::FunctionId;
use crate::target::{At, Package, Target};

/// The places of one actix-web application.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// The whole application, into which the script's route goes.
    pub whole: Router,
    /// The place for the token's route, where that is another one.
    pub token: Option<Router>,
    /// How a handler knows the user.
    pub user: Option<Identity>,
    /// All of it in words.
    pub reason: String,
    /// Handlers of the project.
    pub handlers: BTreeSet<FunctionId>,
    /// Everything that a `.service` or `.configure` names.
    pub mounted: BTreeSet<FunctionId>,
}

impl ByHand {
    /// The places for a package: those of the application that its chains are part of.
    pub fn of(target: &Target, web: &Web, package: usize) -> Option<Self> {
        let index = &target.index;
        let tree = &web.tree;
        let own = |number: &usize| {
            index.modules[index.functions[tree.chains[*number].function].module].package == package
        };
        let top = |number: usize| tree.way_up(number).last().copied();
        let served = |top: &usize| web.is_served(*top);
        let parts = (0..tree.chains.len()).filter(own).filter_map(top).filter(served);
        let handled = || {
            let of = |id: FunctionId| index.modules[index.functions[id].module].package;
            let routes = web.routes.iter().filter(|route| of(route.route.handler) == package);
            routes.filter_map(|route| top(route.chain)).find(served)
        };
        // The application itself before a part of it.
        let application = parts.min_by_key(|&top| (*tree.start(top) != Start::App, top)).or_else(handled)?;
        let bringers = web.best().map_or(&[][..], |best| best.bringers.as_slice());
        let all = spots(target, web, bringers);
        let within = |spot: &&crate::survey::actix::places::Spot| top(spot.chain) == Some(application);
        let whole = all.iter().filter(within).find(|spot| tree.way_up(spot.chain).len() == 1)?.router.clone();
        let best =
            all.iter().filter(within).filter(|spot| spot.router.rank > 0).min_by_key(|spot| spot.router.rank);
        let token = best.map(|spot| spot.router.clone()).filter(|router| router.at != whole.at);
        let user = web.best().map(|found| found.site.identity.clone());
        let mounted = tree.chains.iter().flat_map(|chain| &chain.calls).flat_map(|call| &call.parts);
        let mounted = mounted.filter_map(|part| match part {
            Part::Function(id) => Some(*id),
            Part::Local(_) => None,
        });
        Some(Self {
            reason: reason(&whole, token.as_ref(), user.as_ref()),
            handlers: web.handlers().clone(),
            mounted: mounted.collect(),
            whole,
            token,
            user,
        })
    }
}

fn reason(whole: &Router, token: Option<&Router>, user: Option<&Identity>) -> String {
    let routes = match token {
        Some(token) => format!(
            "the script's goes into the application at {}, the token's into `{}` at {}, as {}",
            place(&whole.at),
            token.prefix,
            place(&token.at),
            token.reason
        ),
        None => format!("they go into the application at {}: {}", place(&whole.at), whole.reason),
    };
    let known = match user {
        Some(user) => format!(
            "A handler knows the user by `{}` ({}), whose id is `{}`: {}",
            user.binding,
            place(&user.at),
            user.id_expr,
            user.reason
        ),
        None => "Nothing was found by which a handler knows its user".to_string(),
    };
    let cors = match &whole.cors {
        Some(cors) if cors.contains("every origin") => {
            " Its CORS layer lets every origin read answers, with credentials: the token's route has to refuse cross-site calls by `Sec-Fetch-Site`."
        }
        _ => "",
    };
    format!("It is made with actix-web; by hand, {routes}. {known}.{cors}")
}

/// Why there is no place in an axum router.
pub fn no_place(by_hand: Option<&ByHand>, package: &Package) -> String {
    match by_hand {
        Some(by_hand) => by_hand.reason.clone(),
        None if package.depends_on("axum").is_none() && package.depends_on("actix-web").is_some() => {
            "No application of actix-web was found that serves this package's routes.".to_string()
        }
        None => "No axum router was found.".to_string(),
    }
}

fn place(at: &At) -> String {
    format!("{}:{}", at.file, at.line)
}
