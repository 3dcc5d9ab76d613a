//! Where no rule tells how a handler knows its user, the token endpoint is the one thing that a person writes: a handler
//! that hands the signed-in person to the module. Everything else is planned as usual.

use super::basis::{Basis, Variant};
use super::creations::signups;
use super::draft::Draft;
use super::identity::{Binding, NoBinding, binding};
use super::module::no_environment;
use super::store::store;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::IdentitySite;
use crate::target::index::Visibility;

/// How the module learns who is signed in.
pub enum Known<'a> {
    /// From what the application's handlers take.
    By(&'a IdentitySite, Binding),
    /// From a handler that a person writes, with the reason as the end of a sentence.
    ByHandler(String),
}

/// How the module learns who is signed in.
///
/// # Errors
/// With the decision that is open.
pub fn known<'a>(basis: &Basis<'a>) -> Result<Known<'a>, NoBinding> {
    let identity = match basis.identity() {
        Ok(Some(identity)) => identity,
        Ok(None) => return Ok(Known::ByHandler(nobody(basis))),
        Err(_) => return Err(NoBinding::Ask("identity")),
    };
    match binding(basis, identity) {
        Ok(bound) => Ok(Known::By(identity, bound)),
        Err(NoBinding::Cannot(reason)) => Ok(Known::ByHandler(reason)),
        Err(ask) => Err(ask),
    }
}

/// The same for the module: no question is asked where it can't be written whatever the answer is.
pub fn known_if_of_use<'a>(basis: &Basis<'a>) -> Result<Known<'a>, NoBinding> {
    let known = known(basis);
    if matches!(known, Err(NoBinding::Ask(_))) {
        if basis.app.environment.is_none() {
            return Err(NoBinding::Cannot(no_environment(basis)));
        }
        store(basis, &mut Vec::new())?;
    }
    known
}

/// Why nothing tells who is signed in, with what comes nearest.
pub fn nobody(basis: &Basis) -> String {
    // A function that no handler calls comes near to nothing.
    let near = basis.app.identity.iter().filter(|site| site.level() < 2 || site.used_by > 0);
    match near.max_by_key(|site| site.used_by) {
        Some(site) => {
            let (name, reason) = (&site.identity.type_path, &site.identity.reason);
            format!("nothing usable tells who is signed in; `{name}` does not serve: {reason}")
        }
        None => match &basis.app.hint {
            Some(hint) => format!(
                "it knows the user by `{}` ({}:{}): {}",
                hint.type_path, hint.at.file, hint.at.line, hint.reason
            ),
            None => "no extractor tells who is signed in".into(),
        },
    }
}

/// True if the module leaves the token endpoint to a handler that a person writes.
pub fn is_left_to_a_person(basis: &Basis) -> bool {
    // In an actix-web application the module is written as a whole or not at all.
    if basis.app.by_hand.is_some() {
        return false;
    }
    if basis.module_is_declared() {
        let index = &basis.target.index;
        let public = |id: &usize| index.functions[*id].visibility != Visibility::Private;
        return basis.own_function("token").iter().any(public);
    }
    basis.variant != Variant::Widget && matches!(known(basis), Ok(Known::ByHandler(_)))
}

/// The step that leaves the handler to a person. `None` where the module has one.
pub fn token(basis: &Basis) -> Option<Draft> {
    if !is_left_to_a_person(basis) {
        return None;
    }
    let own = basis.own_function("token");
    let is_called = basis.app.calls.values().any(|called| own.iter().any(|id| called.contains(id)));
    if is_called {
        return Some(Draft::new(
            "token",
            "",
            Status::Done,
            "A handler hands the signed-in person to the module.",
        ));
    }
    let reason = match known(basis) {
        Ok(Known::ByHandler(reason)) => format!(
            "How a handler knows its user is for a person to say: {}. Until then the script is served and sign-ups are \
             noted, but nobody gets the widget.",
            reason.trim_end_matches('.')
        ),
        _ => "The module asks a handler for who is signed in, and none calls it yet.".to_string(),
    };
    let mut draft = Draft::new("token", "", Status::ByHand, reason);
    draft.evidence = basis
        .app
        .identity
        .iter()
        .map(|site| Evidence { at: site.identity.at.clone(), fact: site.identity.reason.clone() })
        .collect();
    let hint = basis.app.hint.iter();
    draft.evidence.extend(hint.map(|hint| Evidence { at: hint.at.clone(), fact: hint.reason.clone() }));
    let noted = signups(basis.app).filter_map(|site| basis.note(site).as_ref().ok()).flatten().next();
    let id = noted.map_or_else(String::new, |note| {
        format!(" The id is the text of the one that sign-ups note: a `{}`.", note.id.ty.behind_pointers())
    });
    draft.by_hand.push(HandWork {
        todo: format!(
            "Write a handler for `GET {}/token` and mount it where the signed-in user is known, in a way in which being \
             signed out is an answer and no redirect. Requests with an API key are nobody.{id}",
            basis.folder()
        ),
        place: basis.app.place.as_ref().ok().map(|place| basis.app.chains[place.chain].at.clone()),
        text: handler(basis),
        turns_green: Some("qa-08".into()),
    });
    Some(draft)
}

/// The handler, but for what knows the user.
fn handler(basis: &Basis) -> String {
    let path = basis.module_path(&basis.app.krate);
    let state = match &basis.app.place {
        Ok(place) if basis.variant == Variant::B => format!("State(state): State<{}>, ", place.state),
        _ => String::new(),
    };
    let db = match store(basis, &mut Vec::new()) {
        Ok(Some(store)) if store.pool_expr == "state" => "&state, ".to_string(),
        Ok(Some(store)) => format!("&{}, ", store.pool_expr),
        _ => String::new(),
    };
    let user = match &basis.app.hint {
        Some(hint) if basis.app.identity.is_empty() => {
            format!("/* {}; the id: {} */", hint.binding, hint.id_expr)
        }
        _ => "user: /* Option of what tells who is signed in */".to_string(),
    };
    format!(
        "/// The widget's token for whoever is signed in.\n\
         async fn cello_token({state}parts: Parts, {user}) -> Response {{\n    \
             let person = user.map(|user| {path}::Person {{\n        \
                 id: user.id.to_string(),\n        \
                 email: user.email,\n        \
                 name: user.name,\n    \
             }});\n    \
             {path}::token({db}&parts, person)\n\
         }}\n\n\
         // .route(\"{}/token\", get(cello_token))",
        basis.folder()
    )
}
