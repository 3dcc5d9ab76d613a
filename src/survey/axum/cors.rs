//! Whether pages of another origin may load what is added at a place: a CORS layer that covers other routes of the
//! application has to cover it, too.
//!
//! `Router::new().nest("/api", api.layer(cors)).merge(cello::routes())` lets nobody load the script from elsewhere.
//! Near misses: a layer further out; one that is added after the place; an application without any, whose proxy may do
//! it.

use crate::survey::axum::call::Call;
use crate::survey::axum::guarded::Routing;
use crate::survey::axum::identity::IdentitySite;
use crate::target::{At, Target};

/// The CORS layer that covers other routes and not those to come, in these routers.
pub fn elsewhere(target: &Target, routing: &Routing<'_>, identity: &[IdentitySite]) -> Option<At> {
    let place = routing.place?;
    let best = identity.iter().find(|site| site.identity.rank == 1);
    let guarded = best.and_then(|site| site.guard.as_ref()?.place.as_ref());
    let token = guarded.map(|place| (place.chain, place.at));
    let mut places = [(place.chain, place.at)].into_iter().chain(token);
    let open = places.any(|(chain, at)| {
        let before = routing.chains[chain].calls.iter().take_while(|call| call.bytes.start < at).count();
        routing.mounts.around(chain, before, routing.chains, &Call::cors).is_none()
    });
    let package = |chain: usize| {
        let index = &target.index;
        index.modules[index.functions[routing.chains[chain].function].module].package
    };
    let mut own = (0..routing.chains.len()).filter(|&chain| open && package(chain) == package(place.chain));
    own.find_map(|chain| {
        let chain = &routing.chains[chain];
        let layer = chain.calls.iter().find(|call| call.layer.is_some() && call.cors().is_some())?;
        Some(target.text(&chain.at.file)?.at(layer.bytes.clone()))
    })
}
