//! Which crate an application's code lives in, where a library has it and a program puts it together.

use crate::survey::axum::mount::Place;
use crate::survey::axum::router::Chain;
use crate::target::{Package, Target};

/// The crate in which new code can name the application's types: that of the router's state, if the package's program
/// only puts its library together; else that of the router.
pub fn home(target: &Target, package: usize, place: Option<&Place>, top: Option<&Chain>) -> String {
    let index = &target.index;
    let of_state = place
        .and_then(|place| index.type_of(&place.state))
        .map(|owner| &index.modules[owner.module])
        .filter(|module| module.package == package);
    let of_router = top.map(|top| &index.modules[index.functions[top.function].module]);
    of_state.or(of_router).map(|module| module.krate.clone()).unwrap_or_default()
}

/// Other packages of the workspace that build on a package's library and put routers together.
pub fn programs(target: &Target, library: usize, chains: &[Chain]) -> Vec<usize> {
    let index = &target.index;
    let name = &target.packages[library].name;
    let has_routers = |package: usize| {
        let mut functions = chains.iter().map(|chain| &index.functions[chain.function]);
        functions.any(|function| !function.test && index.modules[function.module].package == package)
    };
    let builds_on_it =
        |package: &Package| package.depends_on(name).is_some_and(|(_, dependency)| dependency.path.is_some());
    (0..target.packages.len())
        .filter(|&other| other != library && builds_on_it(&target.packages[other]) && has_routers(other))
        .collect()
}
