//! Two routes in the application's router: the script's and the token's, or the token's below the middleware that
//! brings the user. And around it, where Customers are made at sign-up, the layer that keeps the request's referral
//! code at hand.

use super::actix;
use super::basis::{Basis, Variant};
use super::creations::{customers, within_signup};
use super::draft::{Draft, FileEdit};
use super::layout;
use super::token::is_left_to_a_person;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::{ByHand, Chain, Place, Written};
use crate::target::At;

/// The step that mounts the token endpoint and the client script.
pub fn routes(basis: &Basis) -> Draft {
    let by_person = is_left_to_a_person(basis);
    let guarded = match basis.module_is_declared() {
        _ if by_person => false,
        // The module that is there says whether the token is apart.
        true => !basis.own_function("token_routes").is_empty(),
        false => basis.guarded().is_some() || basis.below().is_some(),
    };
    let (script, token) = (is_mounted(basis, "routes"), !guarded || is_mounted(basis, "token_routes"));
    if script && token {
        return Draft::new("routes", "", Status::Done, "The routes are in the router.");
    }
    if let Some(found) = &basis.app.actix {
        let draft = match found {
            Ok(ready) => actix::routes(basis, ready, script, token),
            Err(reason) => Err(format!("No place is surely right: {reason}.")),
        };
        return draft.unwrap_or_else(|reason| by_hand(basis, &reason));
    }
    let place = match &basis.app.place {
        Ok(place) => place,
        Err(reason) => return by_hand(basis, reason),
    };
    let below = basis.guarded().filter(|_| !by_person);
    if !token && below.is_none() {
        return by_hand(basis, "The place below the middleware that brings the user is not found any more.");
    }
    let reason = format!("{} {}", reason(basis, guarded, by_person), paths(basis, by_person));
    let mut draft = Draft::new("routes", "", Status::Ready, reason);
    if !script {
        let chain = &basis.app.chains[place.chain];
        // A person's handler has the state; the script's needs none.
        let state = place.state_argument.as_ref().filter(|_| !by_person);
        let state = state.map_or_else(String::new, |state| format!(".with_state({state})"));
        let call = format!(
            ".merge({}::routes(){state}{})",
            basis.module_path(basis.crate_of(chain.function)),
            own_kind(chain)
        );
        draft.evidence.push(Evidence {
            at: chain.at.clone(),
            fact: "the application's router: it holds the others, and nothing holds it".into(),
        });
        draft.edits.push(insert_call(basis, chain, place.at, &call));
    }
    if let Some(below) = below.filter(|_| !token) {
        let chain = &basis.app.chains[below.chain];
        let routes = format!("{}::token_routes()", basis.module_path(basis.crate_of(chain.function)));
        let call = match &below.own {
            Some(layer) => below_own(basis, chain, &routes, layer),
            None => format!(".merge({routes}{})", own_kind(chain)),
        };
        draft.evidence.push(Evidence {
            at: chain.at.clone(),
            fact: format!("routes served under `{}/` to whoever is signed in", below.prefix),
        });
        draft.edits.push(insert_call(basis, chain, below.at, &call));
    }
    draft.after = vec!["module".into(), "module-declaration".into()];
    draft
}

/// The token's route with a layer of its own, as the routes beside it have one each.
fn below_own(basis: &Basis, chain: &Chain, routes: &str, layer: &Written) -> String {
    let unit = basis.target.text(&chain.at.file).map_or("    ", |text| text.indent_unit());
    let indent = chain.indent.as_deref().unwrap_or_default();
    let layer = (layer.function.as_str(), layer.arguments.as_slice());
    layout::merged(indent, chain.eol, routes, layer, unit)
}

fn reason(basis: &Basis, guarded: bool, by_person: bool) -> String {
    if by_person {
        return "The script goes into the application's own router, before its first layer; the token is for a handler of \
                the application's."
            .into();
    }
    let guard = basis.identity().ok().flatten().and_then(|site| site.guard.as_ref());
    let name = guard.map(|guard| basis.target.index.functions[guard.function].name.clone());
    match name {
        Some(name) if guarded => format!(
            "The script goes into the application's own router, before its first layer. The token goes below `{name}`, \
             which alone knows the user; where that one refuses, the script takes it as nobody signed in.{}",
            by_header(basis)
        ),
        Some(name) => format!(
            "The application's own router, before its first layer and below `{name}`, which puts the user into the \
             request and lets everybody pass."
        ),
        None => "The application's own router, before its first layer, so that whatever covers the other routes covers \
                 these; outside of every guarded group, as nobody signed in is an answer."
            .into(),
    }
}

/// Where browsers find what the step adds.
pub fn paths(basis: &Basis, by_person: bool) -> String {
    let folder = basis.folder();
    match by_person {
        true => format!("It is `GET {folder}/client.js`."),
        false => format!("They are `GET {folder}/token` and `GET {folder}/client.js`."),
    }
}

/// What a front end has to do where the guard reads a header that browsers don't send by themselves.
fn by_header(basis: &Basis) -> &'static str {
    let guard = basis.identity().ok().flatten().and_then(|site| site.guard.as_ref());
    let text = guard.and_then(|guard| {
        let function = &basis.target.index.functions[guard.function];
        let text = &basis.target.text(&function.file)?.text;
        Some(text[function.at.start..function.body.end].to_ascii_lowercase())
    });
    match text {
        Some(text) if text.contains("authorization") && !text.contains("cookie") => {
            " It reads the `Authorization` header, which the script can't send by itself: a front end imports \
             `client.js?manual` and calls its `start` with a function that fetches the token, and `stop` at sign-out."
        }
        _ => "",
    }
}

/// True if a function of the module stands in a router.
fn is_mounted(basis: &Basis, name: &str) -> bool {
    let own = basis.own_function(name);
    if basis.app.by_hand.as_ref().is_some_and(|by_hand| own.iter().any(|id| by_hand.mounted.contains(id))) {
        return true;
    }
    let mut calls = basis.app.chains.iter().flat_map(|chain| &chain.calls);
    calls.any(|call| call.functions.iter().any(|(function, _)| own.contains(function)))
}

/// utoipa's router takes only its own kind.
fn own_kind(chain: &Chain) -> &'static str {
    if chain.own_kind { ".into()" } else { "" }
}

fn insert_call(basis: &Basis, chain: &Chain, at: usize, call: &str) -> FileEdit {
    let file = chain.at.file.clone();
    let at = match (&chain.indent, basis.target.text(&file)) {
        (Some(_), Some(text)) => text.past_trailing_comment(at),
        _ => at,
    };
    let text = match &chain.indent {
        Some(indent) => format!("{}{indent}{call}", chain.eol),
        None => call.to_string(),
    };
    FileEdit { file, at: Some(at..at), text }
}

fn by_hand(basis: &Basis, reason: &str) -> Draft {
    let mut draft = Draft::new("routes", "", Status::ByHand, reason);
    if let Some(by_hand) = &basis.app.by_hand {
        draft.evidence = actix_evidence(by_hand);
        draft.by_hand = actix_routes(basis, by_hand);
        return draft;
    }
    if let Some(server) = &basis.app.server {
        draft.evidence.push(Evidence {
            at: server.at.clone(),
            fact: format!("{}'s server is put together here", server.framework),
        });
        draft.by_hand.push(HandWork {
            todo: "Add the two routes here: the token's for whoever is signed in (nobody is an answer, not a redirect), \
                   and the script's for everybody."
                .into(),
            place: Some(server.at.clone()),
            text: server.text.into(),
            turns_green: Some("qa-08".into()),
        });
        return draft;
    }
    draft.by_hand.push(HandWork {
        todo: "Merge these routes where the signed-in user is known but not demanded, before the first layer, outside of \
               groups that redirect to the log-in."
            .into(),
        place: basis.app.chains.first().map(|chain| chain.at.clone()),
        text: format!(".merge({}::routes())", basis.module_path(&basis.app.krate)),
        turns_green: Some("qa-08".into()),
    });
    if !basis.own_function("token_routes").is_empty() {
        draft.by_hand.push(HandWork {
            todo: "Merge the token's route below the middleware that puts the user into the request.".into(),
            place: None,
            text: format!(".merge({}::token_routes())", basis.module_path(&basis.app.krate)),
            turns_green: Some("qa-08".into()),
        });
    }
    draft
}

/// What the places for routes in an actix-web application rest on.
fn actix_evidence(by_hand: &ByHand) -> Vec<Evidence> {
    let places = std::iter::once(&by_hand.whole).chain(&by_hand.token);
    let mut evidence: Vec<Evidence> =
        places.map(|router| Evidence { at: router.at.clone(), fact: router.reason.clone() }).collect();
    evidence.extend(by_hand.user.iter().map(|user| Evidence {
        at: user.at.clone(),
        fact: format!("tells who is signed in: {}", user.reason),
    }));
    evidence
}

/// The sheets for an actix-web application, with the place of each route.
fn actix_routes(basis: &Basis, by_hand: &ByHand) -> Vec<HandWork> {
    let path = basis.module_path(&basis.app.krate);
    let sheet = |todo: String, at: &At, call: &str| HandWork {
        todo,
        place: Some(at.clone()),
        text: format!(".configure({path}::{call})"),
        turns_green: Some("qa-08".into()),
    };
    let served = |prefix: &str| match prefix {
        "" => "as they are".to_string(),
        prefix => format!("under `{prefix}`"),
    };
    let Some(token) = &by_hand.token else {
        let todo =
            "Add these routes to the application: the script's, and the token's for whoever is signed in.";
        return vec![sheet(todo.into(), &by_hand.whole.at, "routes")];
    };
    let script = "Add the script's route to the application, outside of every guarded scope.".to_string();
    let todo = format!(
        "Add the token's route here, where the user is known; paths are served {}, so give the script the token's \
         address accordingly.",
        served(&token.prefix)
    );
    vec![sheet(script, &by_hand.whole.at, "routes"), sheet(todo, &token.at, "token_routes")]
}

/// Case A: the layer that keeps the request's referral code for the Customer made meanwhile. `None` in other cases.
pub fn capture_layer(basis: &Basis) -> Option<Draft> {
    if basis.variant != Variant::A {
        return None;
    }
    let there = basis.own_function("remember_code");
    let is_there = basis.app.chains.iter().flat_map(|chain| &chain.calls).any(|call| {
        call.method == "layer" && call.functions.iter().any(|(function, _)| there.contains(function))
    });
    let is_wrapped = basis.ready().is_some_and(|ready| there.iter().any(|id| ready.wrapped.contains(id)));
    if is_there || is_wrapped {
        return Some(Draft::new("capture-layer", "", Status::Done, "The layer is around the routes."));
    }
    if let Some(ready) = basis.ready() {
        return Some(actix::capture_layer(basis, ready));
    }
    Some(match &basis.app.place {
        Ok(place) => layer(basis, place),
        Err(reason) => {
            let path = basis.module_path(&basis.app.krate);
            let mut draft = Draft::new("capture-layer", "", Status::ByHand, reason.clone());
            draft.by_hand.push(HandWork {
                todo: "Put this layer around the routes that sign people up.".into(),
                place: basis.app.by_hand.as_ref().map(|by_hand| by_hand.whole.at.clone()),
                text: match &basis.app.by_hand {
                    Some(_) => format!(".wrap(actix_web::middleware::from_fn({path}::remember_code))"),
                    None => format!(".layer(axum::middleware::from_fn({path}::remember_code))"),
                },
                turns_green: Some("qa-28".into()),
            });
            draft
        }
    })
}

fn layer(basis: &Basis, place: &Place) -> Draft {
    let chain = &basis.app.chains[place.chain];
    let path = basis.module_path(basis.crate_of(chain.function));
    let call = format!(".layer(axum::middleware::from_fn({path}::remember_code))");
    let mut draft = Draft::new(
        "capture-layer",
        "",
        Status::Ready,
        "The Customer is made while the sign-up is answered, deep below the handler; the code is kept beside the \
         request, so no signature on the way changes.",
    );
    let sites = customers(basis.app).filter(|site| within_signup(basis.app, site));
    draft.evidence = sites
        .map(|site| Evidence { at: site.call.at.clone(), fact: "makes the Customer during sign-up".into() })
        .collect();
    draft.edits.push(insert_call(basis, chain, place.layer_at, &call));
    draft.after = vec!["module".into(), "module-declaration".into(), "routes".into()];
    draft
}
