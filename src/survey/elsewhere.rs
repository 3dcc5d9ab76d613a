//! Servers of other frameworks than axum and actix-web: where one is put together, and what a person adds there.
//!
//! `rocket::build().mount(…)`, `AppRoutes::with_default_routes()` of Loco, `poem::Route::new()`, `warp::serve(…)`,
//! `salvo::Router::new()`, `dioxus::launch(…)`. Near misses: functions of these names in another crate, tests.

use syn::Expr;

use crate::survey::facts;
use crate::survey::walk::{Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Index, segments};

/// A framework's own way to start a server or a router.
struct Known {
    /// Calls it starts with.
    calls: &'static [&'static str],
    /// As people call it.
    framework: &'static str,
    /// What is added to it.
    text: &'static str,
}

const KNOWN: [Known; 7] = [
    Known {
        calls: &["rocket::build", "rocket::custom"],
        framework: "Rocket",
        text: ".mount(\"/api/cello\", rocket::routes![cello::token, cello::client_js])",
    },
    Known {
        calls: &[
            "loco_rs::controller::AppRoutes::with_default_routes",
            "loco_rs::prelude::AppRoutes::with_default_routes",
            "loco_rs::controller::AppRoutes::empty",
        ],
        framework: "Loco",
        text: ".add_route(controllers::cello::routes())",
    },
    Known { calls: &["poem::Route::new"], framework: "Poem", text: ".nest(\"/api/cello\", cello::routes())" },
    Known { calls: &["warp::serve"], framework: "Warp", text: "routes.or(cello::routes())" },
    Known {
        calls: &["salvo::Router::new", "salvo::prelude::Router::new", "salvo_core::Router::new"],
        framework: "Salvo",
        text: ".push(Router::with_path(\"api/cello\").push(cello::router()))",
    },
    Known {
        calls: &["dioxus::launch", "dioxus::prelude::launch", "dioxus::LaunchBuilder::new"],
        framework: "Dioxus",
        text: "dioxus::server::router(App).merge(cello::routes())",
    },
    Known {
        calls: &["leptos_axum::generate_route_list"],
        framework: "Leptos",
        text: ".merge(cello::routes()) // before `.leptos_routes(…)`",
    },
];

/// Where another framework's server is put together.
#[derive(Debug, Clone)]
pub struct Server {
    /// As people call the framework.
    pub framework: &'static str,
    /// What a person adds there.
    pub text: &'static str,
    /// Function that holds it.
    pub function: FunctionId,
    /// The call.
    pub at: At,
}

impl Server {
    /// Why routes are not put there by rule.
    pub fn no_place(&self) -> String {
        format!(
            "It is made with {}, where routes are put in by hand: its server is put together at {}:{}.",
            self.framework, self.at.file, self.at.line
        )
    }
}

/// As a router of the survey.
pub fn listed(index: &Index, server: &Server) -> facts::Router {
    let symbol = index.symbol(server.function);
    facts::Router {
        id: format!("router:{symbol}"),
        at: server.at.clone(),
        symbol,
        prefix: String::new(),
        guard: None,
        cors: None,
        rank: 1,
        reason: format!("{}'s server is put together here; routes are put in by hand", server.framework),
    }
}

/// Collects [`Server`]s.
#[derive(Default)]
pub struct Servers {
    /// All of them.
    pub servers: Vec<Server>,
}

impl Recogniser for Servers {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        let Expr::Call(call) = expr else { return };
        let Expr::Path(func) = &*call.func else { return };
        let path = segments(&func.path);
        let may_be = |known: &&str| known.rsplit("::").next() == path.last().map(String::as_str);
        if path.len() < 2 && path.last().is_none_or(|last| last != "launch" && last != "generate_route_list")
            || !KNOWN.iter().any(|known| known.calls.iter().any(may_be))
        {
            return;
        }
        let index = place.scope.index;
        // `fn rocket()` is no module, so that `rocket::build()` beside it is the crate's.
        let here = format!("{}::{}", index.modules[place.scope.module].path, path[0]);
        let is_function = !index.functions_at(&here).is_empty() && index.module(&here).is_none();
        let canonical = index.resolve(place.scope.module, &path).filter(|_| !is_function);
        let Some(canonical) = canonical.or_else(|| is_function.then(|| path.join("::"))) else { return };
        let known = KNOWN.iter().find(|known| known.calls.contains(&canonical.as_str()));
        self.servers.extend(known.map(|known| Server {
            framework: known.framework,
            text: known.text,
            function: place.function,
            at: place.text.at(place.parsed.range(expr)),
        }));
    }
}
