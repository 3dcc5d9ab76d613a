//! Handlers that are called after signing up, in an application in which nothing is seen to create a user: the row may be
//! written in a way that is not read, or by another service.
//!
//! `POST /auth/register` to `auth::register` is one. Near misses: `/devices/register`, a handler with who is signed in, an
//! application whose sign-ups are known.

use std::collections::BTreeMap;

use crate::survey::axum::extension::reached;
use crate::survey::axum::identity::IdentitySite;
use crate::survey::calls::Body;
use crate::survey::facts::Signup;
use crate::survey::signup::decoy::who;
use crate::survey::signup::entry::Route;
use crate::survey::signup::site::SignupSite;
use crate::target::Target;
use crate::target::index::FunctionId;

/// Ends of the paths under which people sign up.
const PATHS: [&str; 6] = ["signup", "sign-up", "sign_up", "register", "registration", "create-account"];

/// What may stand before it: anything else may be registered by itself, as devices are.
const FOLDERS: [&str; 10] =
    ["", "api", "auth", "user", "users", "account", "accounts", "public", "session", "identity"];

/// What the handlers there are called, without what such names end or start in by custom.
const HANDLERS: [&str; 5] = ["signup", "register", "registration", "createaccount", "registeruser"];

/// The handlers that sign people up by all their names, where no way to sign up is known.
pub fn by_name(
    target: &Target,
    routes: &[Route],
    known: &[SignupSite],
    identity: &[IdentitySite],
    bodies: &BTreeMap<FunctionId, Body>,
    own: &dyn Fn(FunctionId) -> bool,
) -> Vec<SignupSite> {
    if known.iter().any(|site| site.signup.decoy.is_none()) {
        return Vec::new();
    }
    let index = &target.index;
    let mut found: Vec<SignupSite> = Vec::new();
    for route in routes.iter().filter(|route| route.method == "post" && route.guard.is_none()) {
        let handler = &index.functions[route.handler];
        let (folder, end) = route.path.trim_end_matches('/').rsplit_once('/').unwrap_or_default();
        let version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok());
        let of_people = folder.split('/').all(|part| FOLDERS.contains(&part) || version(part));
        let name = handler.name.to_ascii_lowercase().replace('_', "");
        let name = name.trim_start_matches("post").trim_start_matches("handle").trim_end_matches("handler");
        let is_told = |ty| who(index, handler.module, ty, identity).is_some();
        let all = reached(route.handler, bodies);
        let mut reached = all.iter().filter_map(|id| bodies.get(id));
        // What it stores is read then: in another table, of subscribers perhaps. One that does nothing is still to come.
        let stores = reached.clone().any(|body| !body.inserts.is_empty());
        let acts = reached.any(|body| !body.unresolved.is_empty());
        let listed = |site: &SignupSite| site.path.contains(&route.handler);
        if !(of_people && PATHS.contains(&end) && HANDLERS.contains(&name) && own(route.handler))
            || handler.params.iter().any(|param| is_told(&param.ty))
            || known.iter().chain(&found).any(listed)
            || stores
            || !acts
        {
            continue;
        }
        let Some(text) = target.text(&handler.file) else { continue };
        let symbol = index.symbol(route.handler);
        let note: Result<_, String> =
            Err(format!("`{symbol}` is called after signing up, but what stores the new user is not seen"));
        found.push(SignupSite {
            signup: Signup {
                id: format!("signup:{symbol}"),
                at: text.at(handler.at.clone()),
                symbol: symbol.clone(),
                kind: "unknown".into(),
                create_site: None,
                user_id: None,
                email: None,
                decoy: None,
            },
            path: vec![route.handler],
            kept: note.clone(),
            note,
            table: String::new(),
            guests: None,
        });
    }
    found
}
