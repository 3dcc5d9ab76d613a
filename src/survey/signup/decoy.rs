//! What creates a user and is no way to sign up.
//!
//! A log-in for development, an administrator's form, a seed, a guest who signs up later. Types and guards
//! decide where they can be read; a name decides only that something is left alone, never that it is edited.

use std::collections::BTreeMap;

use crate::survey::actix::names::req_data;
use crate::survey::axum::extension::brought;
use crate::survey::axum::identity::{IdentitySite, Means};
use crate::survey::calls::Body;
use crate::survey::signup::entry::Entry;
use crate::survey::signup::first_contact::{FIRST_CONTACT, is_first_contact};
use crate::target::index::{Function, FunctionId, Index, Ty};

/// Why an entry is no way to sign up, if it is none.
pub fn decoy(
    index: &Index,
    entry: &Entry,
    identity: &[IdentitySite],
    bodies: &BTreeMap<FunctionId, Body>,
) -> Option<String> {
    let Some(route) = &entry.route else {
        let served = is_server_function(&index.functions[entry.path[0]]);
        return if served { None } else { unreached(index, entry) };
    };
    for &id in &entry.path {
        let function = &index.functions[id];
        let module = &index.modules[function.module];
        let debug = |cfg: &String| {
            cfg.starts_with("cfg(")
                && cfg.contains("debug_assertions")
                && !cfg.contains("not(debug_assertions)")
        };
        if function.attributes.iter().any(debug) || module_is_for_debugging(index, function.module) {
            return Some("it exists in debug builds only".into());
        }
        if function.name.starts_with("dev_")
            || function.name.starts_with("test_")
            || module.path.ends_with("::dev")
        {
            return Some("its name says that it is for development".into());
        }
    }
    // Whoever makes a member of themselves is signed in, as a guest, or with an account from elsewhere.
    let converts = entry.insert.converts || is_first_contact(index, entry, identity);
    let handler = &index.functions[route.handler];
    for param in handler.params.iter().filter(|_| !converts) {
        let Some((ty, site)) = who(index, handler.module, &param.ty, identity) else { continue };
        // A session of axum-login is there for everybody, signed in or not; so is what a request holds.
        let session = ty.path().is_some_and(|path| path.starts_with("axum_login::"));
        let nobody = site.identity.id_expr.is_empty() && !names_a_demand(&ty);
        if site.identity.optional || session || is_input(&ty) || nobody {
            continue;
        }
        return Some(match site.identity.rank {
            0 => format!("it takes {}: an administrator or a program creates the user", ty),
            _ => format!("it takes {}: somebody who is signed in creates the user", ty),
        });
    }
    if let Some(guard) = route.guard.as_ref().filter(|guard| !converts || guard.contains("admin")) {
        let who = if guard.contains("admin") { "an administrator" } else { "somebody who is signed in" };
        return Some(format!("`{guard}` guards it: {who} creates the user"));
    }
    // `require_admin(&state, &jar).await?` in its body.
    let asks = bodies.get(&route.handler).into_iter().flat_map(|body| &body.calls).find_map(|&called| {
        let name = &index.functions[called].name;
        let asks = ["require_", "ensure_", "assert_", "check_", "must_be_"]
            .iter()
            .any(|start| name.starts_with(start));
        (asks && name.contains("admin")).then_some(name)
    });
    if let Some(name) = asks {
        return Some(format!("it calls `{name}`: an administrator creates the user"));
    }
    if guests(index, entry) == Guests::Made && !converts {
        return Some("its name says that it makes a guest; guests sign up later".into());
    }
    let path = route.path.to_ascii_lowercase();
    if path.split('/').any(|part| part == "dev" || part == "debug") {
        return Some("its path says that it is for development".into());
    }
    if path.split('/').any(|part| part == "admin") {
        return Some("it is served under /admin: an administrator creates the user".into());
    }
    let named = is_named_signup(index, entry) && guests(index, entry) == Guests::Unnamed;
    let told = named || comes_from_a_provider(index, entry);
    if !(entry.insert.has_credentials() || converts || told) {
        return Some("the row has nothing to sign in with: a guest".into());
    }
    None
}

/// What a parameter tells of who is signed in, with its type.
pub(super) fn who<'i>(
    index: &Index,
    module: usize,
    param: &Ty,
    identity: &'i [IdentitySite],
) -> Option<(Ty, &'i IdentitySite)> {
    let ty = req_data(brought(index.resolve_ty(module, param)));
    // What a function gives that is called in a handler may be nobody, where the same type as a parameter is somebody.
    let of_type = |site: &&IdentitySite| site.ty.path() == ty.path() && !matches!(site.means, Means::Call(_));
    let site = identity.iter().find(of_type)?;
    Some((ty, site))
}

/// Why it is for a person to say what becomes of an entry, as the end of a sentence, wherever the place for the line is.
pub fn for_a_person(index: &Index, entry: &Entry, identity: &[IdentitySite]) -> Option<String> {
    if is_server_function(&index.functions[entry.path[0]]) {
        let reason =
            "it is a server function: its crate is built for the browser too, where the module must not be";
        return Some(reason.into());
    }
    let Some(route) = &entry.route else {
        return Some("no route was found that leads to it".into());
    };
    let krate = &index.modules[index.functions[entry.path[entry.path.len() - 1]].module].krate;
    if !entry.insert.creates_a_person() && !entry.insert.creates_a_user_of(krate) {
        return Some(format!(
            "it makes a row of `{}`: whether those are the people who sign up is for a person to say",
            entry.insert.table
        ));
    }
    let reason = if is_first_contact(index, entry, identity) {
        FIRST_CONTACT
    } else if sets_up(index, entry) {
        "its name says that it sets an installation up: whether its first user signs up by that is for a person to say"
    } else if entry.insert.upsert {
        "its SQL updates a known user and creates a new one alike, so the two can't be told apart"
    } else if guests(index, entry) == Guests::Perhaps && !entry.insert.converts {
        "its name speaks of guests: whether they sign up here or later is for a person to say"
    } else if route.path.to_ascii_lowercase().contains("webhook") {
        "a webhook creates the user: whether somebody signs up by that is for a person to say"
    } else {
        let before = route.perhaps.as_ref().filter(|_| !is_named_signup(index, entry))?;
        return Some(format!(
            "`{before}` stands in front of it, and whether only some people get past it can't be told"
        ));
    };
    Some(reason.into())
}

/// True for an extractor without an id that demands something of people by its name: `RequireRole`, not `DatabaseConnection`.
pub(super) fn names_a_demand(ty: &Ty) -> bool {
    const WORDS: [&str; 9] =
        ["admin", "staff", "require", "permission", "role", "guard", "protect", "authenticated", "apikey"];
    let name = ty.name().unwrap_or_default().to_ascii_lowercase().replace('_', "");
    WORDS.iter().any(|word| name.contains(word))
}

/// True if a name from the handler to the creation, or the route's path, speaks of signing up.
fn is_named_signup(index: &Index, entry: &Entry) -> bool {
    const WORDS: [&str; 6] = ["signup", "register", "registration", "join", "onboarding", "enroll"];
    let symbols = entry.path.iter().map(|&id| index.symbol(id));
    symbols.chain(entry.route.as_ref().map(|route| route.path.clone())).any(|name| {
        let parts = parts(&name);
        parts.iter().any(|part| WORDS.contains(&part.as_str()))
            || parts.windows(2).any(|pair| pair == ["sign", "up"])
    })
}

/// True if the handler, or the end of its path, is called after setting the program up.
fn sets_up(index: &Index, entry: &Entry) -> bool {
    const WORDS: [&str; 4] = ["setup", "install", "installation", "bootstrap"];
    let end = entry.route.as_ref().and_then(|route| route.path.rsplit('/').next().map(str::to_string));
    let mut names = std::iter::once(index.functions[entry.path[0]].name.clone()).chain(end);
    names.any(|name| parts(&name).iter().any(|part| WORDS.contains(&part.as_str())))
}

/// True if the handler, or its path, is where an identity provider sends people: what there is to sign in with may go
/// into another table.
fn comes_from_a_provider(index: &Index, entry: &Entry) -> bool {
    const WORDS: [&str; 3] = ["oauth", "oidc", "callback"];
    let handler = index.functions[entry.path[0]].name.clone();
    let path = entry.route.as_ref().map(|route| route.path.clone());
    let mut names = std::iter::once(handler).chain(path);
    names.any(|name| parts(&name).iter().any(|part| WORDS.contains(&part.as_str())))
}

fn parts(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase).collect()
}

/// True for the project's own `Query<T>` and its kin: they bring what was sent, not who sent it.
fn is_input(ty: &Ty) -> bool {
    const NAMES: [&str; 8] =
        ["Query", "Json", "Form", "Path", "ValidatedJson", "ValidatedForm", "ValidatedQuery", "Valid"];
    !ty.args().is_empty() && NAMES.iter().any(|name| ty.is(name))
}

/// Leptos' and Dioxus' `#[server]`: reached by a route that a macro makes.
pub fn is_server_function(function: &Function) -> bool {
    function.attributes.iter().any(|attribute| attribute == "server" || attribute.starts_with("server("))
}

/// What the names on the way say of guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guests {
    /// Nothing.
    Unnamed,
    /// Visitors become guests, as in `POST /guest` or `create_anonymous_user`.
    Made,
    /// Guests, and signing up: `register_guest` may make them, or make members of them.
    Perhaps,
}

/// What the names from the handler to the creation, and the path of the route, say of guests.
pub fn guests(index: &Index, entry: &Entry) -> Guests {
    const GUESTS: [&str; 5] = ["guest", "guests", "anon", "anonymous", "demo"];
    const MEMBERS: [&str; 10] =
        ["register", "signup", "sign", "convert", "upgrade", "claim", "promote", "from", "to", "or"];
    let path = entry.route.as_ref().map(|route| route.path.to_ascii_lowercase());
    let functions = entry.path.iter().map(|&id| index.functions[id].name.clone());
    let names: Vec<String> = functions.chain(path).collect();
    let says = |words: &[&str]| {
        let mut parts = names.iter().flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric()));
        parts.any(|part| words.contains(&part))
    };
    match (says(&GUESTS), says(&MEMBERS)) {
        (false, _) => Guests::Unnamed,
        (true, false) => Guests::Made,
        (true, true) => Guests::Perhaps,
    }
}

/// Why a creation that no request handler leads to is none of ours; `None` if that is not sure.
fn unreached(index: &Index, entry: &Entry) -> Option<String> {
    let first = &index.functions[entry.path[0]];
    if first.of_trait.as_ref().is_some_and(|of_trait| of_trait.is("MigrationTrait")) {
        return Some("a migration creates the user, no request".into());
    }
    let symbol = index.symbol(entry.path[0]);
    let by_name = symbol.split("::").any(|part| {
        ["main", "seed", "seeds", "fixtures", "cli"].contains(&part) || part.starts_with("seed_")
    });
    if by_name {
        return Some(
            "no request handler leads to it, and its name says that it is a seed or a command".into(),
        );
    }
    if entry.at_start {
        return Some("only the start of the program leads to it, no request".into());
    }
    (!entry.called).then(|| "nothing in this project calls it".into())
}

fn module_is_for_debugging(index: &Index, module: usize) -> bool {
    // `#[cfg(debug_assertions)] pub mod dev;` makes every function in it so.
    index.modules[module].debug_only
}
