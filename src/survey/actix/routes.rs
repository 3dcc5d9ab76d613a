//! Every handler of an actix-web application with its method and full path.

use crate::survey::actix::arguments::Part;
use crate::survey::actix::attribute;
use crate::survey::actix::gate::Gates;
use crate::survey::actix::names::words;
use crate::survey::actix::tree::{Tree, join};
use crate::survey::actix::wrap::Wrap;
use crate::survey::signup::entry::Route;
use crate::target::index::{FunctionId, Index};

/// A route, with the chain that registers it.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The handler with method, path and guard.
    pub route: Route,
    /// Number of the chain.
    pub chain: usize,
    /// What it is called: the handler's name and the last part of its path.
    pub names: [String; 2],
    /// Layers around this handler alone.
    wraps: Vec<Wrap>,
    /// Name of a layer in the handler's attribute.
    attribute_wrap: Option<String>,
}

/// Says which gate stands before each route.
pub fn guarded(tree: &Tree, gates: &Gates, routes: &mut [Registered]) {
    for route in routes {
        let own = route.wraps.iter().find_map(|wrap| gates.of(wrap)).map(|gate| gate.name.clone());
        let by_attribute = route.attribute_wrap.clone().filter(|name| {
            words(name).iter().any(|word| word.starts_with("auth") || word == "jwt" || word == "admin")
        });
        let around = || gates.around(tree, route.chain).map(|gate| gate.name.clone());
        route.route.guard = own.or(by_attribute).or_else(around);
    }
}

/// The routes of all chains, before it is known what guards them.
pub fn routes(index: &Index, tree: &Tree) -> Vec<Registered> {
    let mut found = Vec::new();
    for number in (0..tree.chains.len()).filter(|&number| tree.is_start(number)) {
        let prefix = tree.prefix(number).unwrap_or_else(|| "…".into());
        for call in tree.calls(number) {
            let path = join(&prefix, call.path.as_deref().unwrap_or_default());
            for endpoint in &call.endpoints {
                found.extend(endpoint.handler.map(|handler| {
                    let wraps = endpoint.wraps.clone();
                    registered(index, handler, &endpoint.method, path.clone(), number, wraps)
                }));
            }
            for part in call.parts.iter().filter(|_| call.method == "service") {
                let Part::Function(handler) = *part else { continue };
                for attribute in attribute::routes(index, &index.functions[handler]) {
                    let path = join(&prefix, &attribute.path);
                    let route = registered(index, handler, &attribute.method, path, number, Vec::new());
                    found.push(Registered { attribute_wrap: attribute.wrap, ..route });
                }
            }
        }
    }
    found
}

fn registered(
    index: &Index,
    handler: FunctionId,
    method: &str,
    path: String,
    chain: usize,
    wraps: Vec<Wrap>,
) -> Registered {
    let last = path.rsplit('/').next().unwrap_or_default().to_string();
    Registered {
        names: [index.functions[handler].name.clone(), last],
        route: Route { handler, method: method.to_string(), path, guard: None, perhaps: None },
        chain,
        wraps,
        attribute_wrap: None,
    }
}
