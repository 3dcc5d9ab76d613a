//! Which layers let only some people through, and whom.
//!
//! `.wrap(from_fn(reject_anonymous))` around `/account` does. Near misses: a layer around the log-in page, which has to
//! let everybody in; rate limits; a middleware that only puts the user into the request.

use std::collections::BTreeMap;

use crate::survey::actix::names::words;
use crate::survey::actix::passing::Passing;
use crate::survey::actix::routes::Registered;
use crate::survey::actix::tree::Tree;
use crate::survey::actix::wrap::{Kind, Wrap};
use crate::survey::axum::identity::{takes_keys, to_user, user_id};
use crate::survey::calls::Body;
use crate::target::index::{FunctionId, Index, ModuleId, Ty};

/// A layer that may refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// Whom it is about.
    pub about: About,
    /// True if it lets some paths through that others are not.
    pub by_path: bool,
    /// True if it, or what it calls, reads API keys.
    pub keys: bool,
}

/// Whom a gate lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Whoever is signed in.
    SignedIn,
    /// Administrators and the like.
    Admin,
    /// Programs with an API key.
    Keys,
    /// Who has paid.
    Plan,
    /// Another server.
    Webhook,
    /// Not known.
    Unsure,
}

/// The layers that may refuse, by the place of their `.wrap`.
#[derive(Debug, Default)]
pub struct Gates(BTreeMap<(String, usize), Gate>);

/// What is known of functions, which layers are judged by.
pub struct Known<'a> {
    /// The project.
    pub index: &'a Index,
    /// What each function does.
    pub bodies: &'a BTreeMap<FunctionId, Body>,
    /// Which middlewares let everybody pass.
    pub passing: &'a BTreeMap<FunctionId, Passing>,
}

impl Gates {
    /// Judges every layer.
    pub fn of_all(known: &Known<'_>, tree: &Tree, routes: &[Registered]) -> Self {
        let mut entrances = vec![false; tree.chains.len()];
        for route in routes.iter().filter(|route| is_entrance(route)) {
            let parts = tree.way_up(route.chain).into_iter().flat_map(|level| tree.whole(level));
            parts.for_each(|part| entrances[part] = true);
        }
        let mut gates = BTreeMap::new();
        for number in (0..tree.chains.len()).filter(|&number| tree.is_start(number)) {
            for wrap in tree.wraps(number) {
                let gate = judge(known, wrap).filter(|gate| {
                    let sure = wrap.kind == Kind::Refuses && !gate.by_path;
                    // Whoever may come to the log-in may come in.
                    sure || !entrances[number] || gate.by_path
                });
                gates.extend(gate.map(|gate| (key(wrap), gate)));
            }
        }
        // Layers of single handlers.
        let endpoints = tree.chains.iter().flat_map(|chain| &chain.calls).flat_map(|call| &call.endpoints);
        for wrap in endpoints.flat_map(|endpoint| &endpoint.wraps) {
            gates.extend(judge(known, wrap).map(|gate| (key(wrap), gate)));
        }
        Self(gates)
    }

    /// The gate that a layer is, if it is one.
    pub fn of(&self, wrap: &Wrap) -> Option<&Gate> {
        self.0.get(&key(wrap))
    }

    /// All gates around a chain, from the inside out, with the chain they stand at.
    pub fn on_the_way(&self, tree: &Tree, chain: usize) -> Vec<(usize, &Gate)> {
        let levels = tree.way_up(chain).into_iter();
        let gates = levels.flat_map(|level| tree.wraps(level).into_iter().map(move |wrap| (level, wrap)));
        gates.filter_map(|(level, wrap)| Some((level, self.of(wrap)?))).collect()
    }

    /// The gate that surely stands before a chain's handlers: one that can't let some of them through by their path.
    pub fn around(&self, tree: &Tree, chain: usize) -> Option<&Gate> {
        let mut gates = self.on_the_way(tree, chain).into_iter().map(|(_, gate)| gate);
        gates.find(|gate| !gate.by_path && gate.about != About::Unsure)
    }
}

fn key(wrap: &Wrap) -> (String, usize) {
    (wrap.at.file.clone(), wrap.at.bytes[0])
}

/// `/login`, `/api/auth/register`, a handler called `post_sign_up`: who comes here is not signed in yet.
fn is_entrance(route: &Registered) -> bool {
    const AROUND: [&str; 9] = ["", "api", "v1", "v2", "auth", "user", "users", "account", "accounts"];
    let lower = route.route.path.to_ascii_lowercase();
    let mut parts = lower.trim_end_matches('/').rsplit('/');
    let last = parts.next().unwrap_or_default();
    let around = parts.next().unwrap_or_default();
    let by_path = |path: &str| enters(path) && (path != "register" || AROUND.contains(&around));
    by_path(last) || enters(&route.names[0])
}

/// True for names of logging in and signing up, whatever stands around that.
fn enters(name: &str) -> bool {
    const AROUND: [&str; 18] = [
        "get", "post", "handle", "handler", "show", "form", "page", "view", "render", "user", "do", "submit",
        "route", "cli", "email", "password", "oauth", "oidc",
    ];
    let words = words(name);
    let core: Vec<&str> = words.iter().map(String::as_str).filter(|word| !AROUND.contains(word)).collect();
    matches!(
        core.as_slice(),
        ["login" | "signin" | "signup" | "register"] | ["log" | "sign", "in"] | ["sign", "up"]
    )
}

fn judge(known: &Known<'_>, wrap: &Wrap) -> Option<Gate> {
    let facts: Vec<&Passing> = wrap.functions.iter().filter_map(|id| known.passing.get(id)).collect();
    let all_pass =
        !facts.is_empty() && facts.len() == wrap.functions.len() && facts.iter().all(|facts| facts.always);
    let asks = facts.iter().any(|facts| facts.asks_who);
    let counts = facts.iter().any(|facts| facts.counts) && !asks;
    match wrap.kind {
        Kind::Cors | Kind::Session | Kind::Harmless => return None,
        Kind::Own if all_pass || counts => return None,
        _ => {}
    }
    let reached = reached(&wrap.functions, known.bodies);
    let puts = reached.iter().any(|&id| {
        known.bodies.get(&id).is_some_and(|body| body.puts.iter().any(|ty| is_user(known.index, id, ty)))
    });
    let keys = takes_keys(known.index, &reached, known.bodies);
    let about = match by_name(&wrap.name) {
        About::Unsure if puts || asks || wrap.kind == Kind::Refuses => About::SignedIn,
        about => about,
    };
    let by_path = facts.iter().any(|facts| facts.by_path);
    Some(Gate { name: wrap.name.clone(), about, by_path, keys })
}

/// True for a type that tells of a user.
fn is_user(index: &Index, function: FunctionId, ty: &Ty) -> bool {
    let module: ModuleId = index.functions[function].module;
    let ty = if ty.is("Result") || ty.is("Option") { ty.success() } else { ty.clone() };
    let (_, user, _) = to_user(index, module, &ty);
    user_id(index, module, &user).is_some()
}

/// Functions and all they lead to.
pub fn reached(from: &[FunctionId], bodies: &BTreeMap<FunctionId, Body>) -> Vec<FunctionId> {
    let mut seen: std::collections::BTreeSet<FunctionId> = from.iter().copied().collect();
    let mut todo = from.to_vec();
    while let Some(at) = todo.pop() {
        let calls = bodies.get(&at).into_iter().flat_map(|body| &body.calls);
        todo.extend(calls.copied().filter(|&id| seen.insert(id)));
    }
    seen.into_iter().collect()
}

/// Whom a layer is about, by its name.
fn by_name(name: &str) -> About {
    let words = words(name);
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let starts = |start: &str| words.iter().any(|word| word.starts_with(start));
    const ADMIN: [&str; 12] = [
        "admin",
        "admins",
        "staff",
        "superuser",
        "moderator",
        "owner",
        "owners",
        "role",
        "roles",
        "rbac",
        "permission",
        "permissions",
    ];
    const SIGNED_IN: [&str; 22] = [
        "login",
        "logged",
        "signed",
        "user",
        "users",
        "anonymous",
        "session",
        "jwt",
        "token",
        "bearer",
        "claims",
        "identity",
        "member",
        "members",
        "protect",
        "protected",
        "require",
        "required",
        "guard",
        "access",
        "httpauthentication",
        "guest",
    ];
    match () {
        () if says(&["webhook", "webhooks", "signature", "hmac"]) => About::Webhook,
        () if says(&["key", "keys", "apikey", "apikeys"]) => About::Keys,
        () if starts("subscri")
            || starts("entitle")
            || says(&["plan", "paid", "billing", "premium", "license", "quota"]) =>
        {
            About::Plan
        }
        () if says(&ADMIN) => About::Admin,
        () if says(&SIGNED_IN) || starts("auth") || starts("unauth") => About::SignedIn,
        () => About::Unsure,
    }
}
