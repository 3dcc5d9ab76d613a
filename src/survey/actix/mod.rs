//! actix-web: applications, scopes and `configure` functions and how they are put together, what is wrapped around
//! them, and how a handler knows its user. Where the module goes by rule, and where a person puts it.

pub mod arguments;
pub mod attribute;
pub mod chain;
pub mod gate;
pub mod hand;
pub mod identity;
pub mod mount;
pub mod names;
pub mod passing;
pub mod places;
pub mod ready;
pub mod routes;
pub mod sources;
pub mod start;
pub mod state;
pub mod tree;
pub mod ways;
pub mod web;
pub mod wrap;

use syn::Expr;

use crate::survey::walk::{Place, Recogniser};

/// What a file has to contain to matter here: without any of these there is no chain and no middleware in it, and
/// nothing that is read of a request's extensions, session or identity.
pub const NEEDLES: &[&str] = &[
    "service",
    "configure",
    "route",
    "wrap",
    "scope",
    "resource",
    "Service",
    "Next",
    "extensions",
    "ession",
    "dentity",
];

/// What the first walk over all functions yields of actix-web.
#[derive(Default)]
pub struct Seen {
    /// Chains of calls.
    pub chains: chain::Chains,
    /// Middleware functions.
    pub middlewares: passing::Middlewares,
    /// What functions read of requests.
    pub sources: sources::Sources,
}

impl Seen {
    /// Takes in what another file has.
    pub fn add(&mut self, other: Self) {
        self.chains.chains.extend(other.chains.chains);
        self.middlewares.passing.extend(other.middlewares.passing);
        self.sources.add(other.sources);
    }
}

impl Recogniser for Seen {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        self.chains.expression(expr, place);
        self.middlewares.expression(expr, place);
        self.sources.expression(expr, place);
    }
}
