//! How a new route gets at the user, and where it has to stand for that: in the application itself, or in the scope
//! whose layer brings the user.
//!
//! Near misses: an extractor that reads what only some scope's layer puts there, a session kept by a scope's layer, a
//! scope that an earlier one keeps requests from.

use std::collections::BTreeMap;

use crate::survey::actix::arguments::Part;
use crate::survey::actix::attribute;
use crate::survey::actix::chain::Start;
use crate::survey::actix::gate::{About, reached};
use crate::survey::actix::identity::Found;
use crate::survey::actix::mount::{Slot, has_data, parts_have_data, slot};
use crate::survey::actix::places::{Spot, said, spots};
use crate::survey::actix::tree::join;
use crate::survey::actix::web::Web;
use crate::survey::actix::wrap::Kind;
use crate::survey::axum::guarded::shares_folder;
use crate::survey::calls::Body;
use crate::target::Target;
use crate::target::index::{FunctionId, Ty};

/// How the value that tells the user is read off a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// `CurrentUser::extract(request)`.
    Extract,
    /// A method of such an extractor that yields the id: its name, whether it is awaited, and what leads from its result
    /// to the id, such as `.ok()??`.
    Getter {
        /// The method.
        method: String,
        /// Whether it is async.
        is_async: bool,
        /// From what it returns to the id.
        unwrap: String,
    },
    /// `web::ReqData::<T>::extract(request)`, with this type, resolved.
    Brought(Ty),
    /// actix-identity's.
    Identity,
    /// A value of actix-session under a key, with its type, resolved.
    Session {
        /// The key as written.
        key: String,
        /// Type of the value.
        ty: Ty,
    },
    /// A function of the application that is given parts of the request.
    Helper {
        /// The function.
        function: FunctionId,
        /// Its arguments, with `{pool}` for the database.
        arguments: Vec<&'static str>,
        /// From what it returns to the value.
        unwrap: String,
    },
}

/// A way to know the user in a new route.
#[derive(Debug, Clone)]
pub struct Way {
    /// The identity it is of.
    pub id: String,
    /// How it is read.
    pub read: Read,
    /// The scope where it is there, if that isn't the application itself; or why nowhere, as the end of a sentence.
    pub place: Result<Option<Below>, String>,
}

/// A scope behind a layer that brings the user.
#[derive(Debug, Clone)]
pub struct Below {
    /// The place.
    pub slot: Slot,
    /// Path under which it is served.
    pub prefix: String,
    /// Name of the layer.
    pub name: String,
    /// True if it refuses who is not signed in.
    pub refuses: bool,
}

/// The way of one identity in an application.
pub fn way(
    target: &Target,
    web: &Web,
    bodies: &BTreeMap<FunctionId, Body>,
    application: &Slot,
    found: &Found,
) -> Option<Way> {
    let read = found.read.clone()?;
    let place = match &found.trouble {
        Some(trouble) => Err(trouble.clone()),
        None => place(target, web, bodies, application, found, &read),
    };
    Some(Way { id: found.site.identity.id.clone(), read, place })
}

fn place(
    target: &Target,
    web: &Web,
    bodies: &BTreeMap<FunctionId, Body>,
    application: &Slot,
    found: &Found,
    read: &Read,
) -> Result<Option<Below>, String> {
    let by_layer = matches!(read, Read::Brought(_)) || !found.bringers.is_empty();
    if by_layer {
        return below(target, web, application, found);
    }
    let asks = reads_session(target, bodies, found, read);
    let keeps = |number: usize| {
        web.tree
            .wraps(number)
            .into_iter()
            .any(|wrap| wrap.kind == Kind::Session && wrap.name != "FlashMessagesFramework")
    };
    if says(target, bodies, found, &["app_data"]) && parts_have_data(web, application.chain) {
        return Err("it asks for data of the application, and some scopes have data of their own".into());
    }
    if asks && !keeps(application.chain) {
        return Err(
            "it reads a session, and no layer around the whole application is seen to keep one".into()
        );
    }
    Ok(None)
}

/// True if what tells the user reads a session.
fn reads_session(target: &Target, bodies: &BTreeMap<FunctionId, Body>, found: &Found, read: &Read) -> bool {
    if matches!(read, Read::Identity | Read::Session { .. }) {
        return true;
    }
    says(target, bodies, found, &["get_session", "Session::", "Identity::", "get_identity"])
}

/// True if the functions that make it out of a request, or what they lead to, name one of these.
fn says(target: &Target, bodies: &BTreeMap<FunctionId, Body>, found: &Found, names: &[&str]) -> bool {
    let index = &target.index;
    reached(&found.inside, bodies).into_iter().any(|id| {
        let function = &index.functions[id];
        let file = target.text(&function.file);
        let text = file.map_or("", |file| &file.text[function.at.start..function.body.end]);
        names.iter().any(|name| text.contains(name))
    })
}

/// The best place below a layer that brings the user.
fn below(target: &Target, web: &Web, application: &Slot, found: &Found) -> Result<Option<Below>, String> {
    let tree = &web.tree;
    if found.bringers.is_empty() {
        return Err("nothing is seen to put it into the request".into());
    }
    let all = spots(target, web, &found.bringers);
    let within = |spot: &&Spot| tree.way_up(spot.chain).last() == Some(&application.chain);
    let mut good: Vec<&Spot> =
        all.iter().filter(within).filter(|spot| spot.brought && spot.router.rank > 0).collect();
    good.sort_by_key(|spot| spot.router.rank);
    let name = web.name_of(&found.bringers).to_string();
    let mut trouble = format!("no scope is seen below `{name}`, which puts it into the request");
    for spot in good {
        if spot.chain == application.chain {
            return Ok(None);
        }
        match scope(target, web, application, spot) {
            Ok(slot) => {
                let refuses = spot.router.guard.is_some();
                return Ok(Some(Below { slot, prefix: spot.router.prefix.clone(), name, refuses }));
            }
            Err(reason) => trouble = reason,
        }
    }
    Err(trouble)
}

fn scope(target: &Target, web: &Web, application: &Slot, spot: &Spot) -> Result<Slot, String> {
    let tree = &web.tree;
    let way = tree.way_up(spot.chain);
    for (level, gate) in web.gates.on_the_way(tree, spot.chain) {
        let by_top = level == application.chain && gate.about == About::Unsure && !gate.by_path;
        if !by_top && (gate.about != About::SignedIn || gate.by_path) {
            return Err(format!("on the way to `{}`, {}", spot.router.prefix, said(gate)));
        }
    }
    let prefix = spot.router.prefix.as_str();
    let folder = if shares_folder(prefix) { "/api/cello".to_string() } else { format!("{prefix}/cello") };
    for pair in way.windows(2) {
        if let Some(other) = before(target, web, pair[1], pair[0], &folder) {
            return Err(format!(
                "`{other}` is registered before `{}` and takes its paths",
                spot.router.prefix
            ));
        }
    }
    slot(target, web, spot.chain)
}

/// What is registered before a chain in what holds it, and may answer for the paths of its routes.
fn before(target: &Target, web: &Web, holder: usize, inner: usize, folder: &str) -> Option<String> {
    let tree = &web.tree;
    let own = tree.held_by(inner)?;
    let calls = tree.calls(holder);
    let earlier = &calls[..calls.iter().position(|call| call.bytes == own)?];
    let prefix = tree.prefix(holder).unwrap_or_default();
    for call in earlier {
        let held: Vec<usize> = (0..tree.chains.len())
            .filter(|&number| {
                tree.parent(number) == Some(holder) && tree.held_by(number).as_ref() == Some(&call.bytes)
            })
            .collect();
        let named = call.parts.iter().filter_map(|part| match part {
            Part::Function(id) => Some(&target.index.functions[*id]),
            Part::Local(_) => None,
        });
        let attributes: Vec<String> = named
            .flat_map(|function| attribute::routes(&target.index, function))
            .map(|attribute| join(&prefix, &attribute.path))
            .collect();
        let own =
            (!call.endpoints.is_empty()).then(|| join(&prefix, call.path.as_deref().unwrap_or("{any}:")));
        let inner = held.iter().flat_map(|&number| taken_by(web, number, folder));
        let direct = attributes.iter().chain(&own).filter(|path| may_take(path, folder)).cloned();
        if let Some(taken) = direct.chain(inner).next() {
            return Some(taken);
        }
        // `Files::new("/", …)` and the like: a service that can't be read may answer for anything.
        let brings = ["service", "external_resource"].contains(&call.method.as_str());
        if brings && held.is_empty() && attributes.is_empty() {
            return Some("a service of another kind".into());
        }
    }
    None
}

/// What of a chain may answer for paths below a folder.
fn taken_by(web: &Web, number: usize, folder: &str) -> Option<String> {
    let tree = &web.tree;
    let within = |chain: usize| tree.way_up(chain).contains(&number);
    let scopes = (0..tree.chains.len()).filter(|&chain| tree.is_start(chain) && within(chain));
    for chain in scopes.filter(|&chain| matches!(tree.start(chain), Start::Scope(_))) {
        match tree.prefix(chain) {
            Some(path) if path.contains('{') || format!("{folder}/").starts_with(&format!("{path}/")) => {
                return Some(if path.is_empty() { "a scope without a path".into() } else { path });
            }
            Some(_) => {}
            None => return Some("a scope whose path isn't written there".into()),
        }
    }
    let mut routes = web.routes.iter().filter(|route| within(route.chain));
    routes.find(|route| may_take(&route.route.path, folder)).map(|route| route.route.path.clone())
}

/// True if a resource's path may match what is below a folder.
fn may_take(path: &str, folder: &str) -> bool {
    let wanted: Vec<&str> = folder.trim_matches('/').split('/').chain(["token"]).collect();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    // `{rest:.*}` matches any number of parts.
    if path.contains(':') || path.contains('…') {
        return true;
    }
    parts.len() == wanted.len()
        && parts.iter().zip(&wanted).all(|(part, wanted)| part.contains('{') || part == wanted)
}

/// True if an application's data of this type is there for its own routes and those of the place below a layer.
pub fn reaches(web: &Web, application: &Slot, below: Option<&Below>, ty: &Ty) -> bool {
    has_data(web, application.chain, ty) || below.is_some_and(|below| has_data(web, below.slot.chain, ty))
}
