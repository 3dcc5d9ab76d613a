//! An actix-web application into which the module goes by rule: the exact places, and how a new route knows the user.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::actix::identity::{self, Found};
use crate::survey::actix::mount::{Slot, application};
use crate::survey::actix::ways::{Way, reaches, way};
use crate::survey::actix::web::Web;
use crate::survey::actix::wrap::Kind;
use crate::survey::axum::identity::IdentitySite;
use crate::survey::calls::Body;
use crate::target::Target;
use crate::target::index::{FunctionId, Ty};

/// The places of one application.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The application.
    pub application: Slot,
    /// How each identity is read, and where.
    pub ways: Vec<Way>,
    /// What handlers take as `web::Data<T>` that is the database pool or holds it.
    pub data: Option<Ty>,
    /// True if its CORS layer lets every origin read answers.
    pub any_origin: bool,
    /// Functions of the project that layers around it are made of.
    pub wrapped: BTreeSet<FunctionId>,
}

impl Ready {
    /// The places in a package's application.
    ///
    /// # Errors
    /// With the reason, as the end of a sentence, if there is none that is surely right.
    pub fn of(
        target: &Target,
        web: &Web,
        bodies: &BTreeMap<FunctionId, Body>,
        package: usize,
        data: Option<Ty>,
    ) -> Result<Self, String> {
        let slot = application(target, web, package)?;
        let found = identity::ranked(target, &web.identity, package);
        let ways = found.iter().filter(|(_, identity)| identity.rank > 0).filter_map(|(found, identity)| {
            let way = way(target, web, bodies, &slot, found)?;
            Some(Way { id: identity.id.clone(), ..way })
        });
        let ways: Vec<Way> = ways.collect();
        let any_origin = web
            .tree
            .wraps(slot.chain)
            .into_iter()
            .any(|wrap| wrap.kind == Kind::Cors && allows_all(target, &wrap.at));
        let wraps = web.tree.wraps(slot.chain).into_iter().flat_map(|wrap| wrap.functions.iter().copied());
        Ok(Self {
            wrapped: wraps.collect(),
            data: data.filter(|ty| {
                let mut below = ways.iter().map(|way| way.place.as_ref().ok().and_then(Option::as_ref));
                reaches(web, &slot, None, ty) || below.all(|below| reaches(web, &slot, below, ty))
            }),
            ways,
            any_origin,
            application: slot,
        })
    }
}

/// True for `Cors::permissive()` and layers that allow any origin, as far as it is written where they are wrapped.
fn allows_all(target: &Target, at: &crate::target::At) -> bool {
    let text = target.text(&at.file).map_or("", |file| &file.text[at.bytes[0]..at.bytes[1]]);
    ["permissive", "allow_any_origin", "allowed_origin_fn"].iter().any(|name| text.contains(name))
}

/// The identities of a package as the planner needs them, by the ids and ranks of the survey.
pub fn sites(target: &Target, all: &[Found], package: usize) -> Vec<IdentitySite> {
    let found = identity::ranked(target, all, package).into_iter();
    found.map(|(found, identity)| IdentitySite { identity, ..found.site.clone() }).collect()
}

/// The crate in which new code can name the application's types: the library, where the program of the same package
/// only puts it together; else that of the application.
pub fn home(target: &Target, web: &Web, package: usize) -> String {
    let index = &target.index;
    let home = web.home(index, package);
    if !home.starts_with("bin ") {
        return home;
    }
    let of_user = web.best().filter(|best| best.package == package).map(|best| best.krate.clone());
    of_user.filter(|krate| !krate.starts_with("bin ")).unwrap_or(home)
}
