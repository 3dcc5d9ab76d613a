//! Two routes in an actix-web application, before its own: the script's and the token's, or the token's in the scope
//! whose layer brings the user. And around them, where Customers are made at sign-up, the layer that keeps the
//! request's referral code at hand.

use crate::plan::{Evidence, Status};
use crate::steps::basis::Basis;
use crate::steps::creations::{customers, within_signup};
use crate::steps::draft::{Draft, FileEdit};
use crate::steps::routes::paths;
use crate::survey::{Below, Ready, Slot};

/// The step that mounts the token endpoint and the client script, as far as they are not there.
///
/// # Errors
/// With the reason, as a sentence, if a person has to say where they go.
pub fn routes(basis: &Basis, ready: &Ready, script: bool, token: bool) -> Result<Draft, String> {
    let way = match basis.identity() {
        Ok(_) => basis.way(),
        // Whoever it will be, the place is decided with them.
        Err(_) => None,
    };
    let below = match way.map(|way| &way.place) {
        Some(Ok(below)) => below.as_ref(),
        Some(Err(reason)) => return Err(format!("The user is not known in a new route: {reason}.")),
        None if basis.identity().is_err() => None,
        None => return Err("Nothing was found by which a new route would know its user.".into()),
    };
    let guarded = match basis.module_is_declared() {
        true => !basis.own_function("token_routes").is_empty(),
        false => below.is_some(),
    };
    if guarded && !token && below.is_none() {
        return Err("The scope below the layer that brings the user is not found any more.".into());
    }
    let reason = reason(ready, below.filter(|_| guarded), basis.answers_other_sites());
    let reason = format!("{reason} {}", paths(basis, false));
    let mut draft = Draft::new("routes", "", Status::Ready, reason);
    if !script {
        draft.evidence.push(Evidence {
            at: ready.application.at.clone(),
            fact: "the application: it holds the scopes, and nothing holds it".into(),
        });
        draft.edits.push(insert(basis, &ready.application, &configure(basis, &ready.application, "routes")));
    }
    if let Some(below) = below.filter(|_| guarded && !token) {
        draft.evidence.push(Evidence {
            at: below.slot.at.clone(),
            fact: format!(
                "routes served under `{}/`, to which `{}` brings the user",
                below.prefix, below.name
            ),
        });
        draft.edits.push(insert(basis, &below.slot, &configure(basis, &below.slot, "token_routes")));
    }
    draft.after = vec!["module".into(), "module-declaration".into()];
    Ok(draft)
}

fn reason(ready: &Ready, below: Option<&Below>, to_other_sites: bool) -> String {
    let first =
        "before the first route, as a scope answers for everything below its path that comes after it";
    let mut text = match below {
        Some(below) if below.refuses => format!(
            "The script goes into the application, {first}. The token goes below `{}`, which alone knows the user; where \
             that one refuses, the script takes it as nobody signed in.",
            below.name
        ),
        Some(below) => format!(
            "The script goes into the application, {first}. The token goes below `{}`, which puts the user into the \
             request.",
            below.name
        ),
        None => format!(
            "Into the application, {first}; every layer around it holds for these as well, and nobody signed in is an \
             answer."
        ),
    };
    if ready.any_origin && !to_other_sites {
        text.push_str(
            " Mind that its CORS layer lets other origins read answers: the token refuses calls that browsers mark as \
             cross-site (`Sec-Fetch-Site`), the application's own answers do not.",
        );
    }
    text
}

fn configure(basis: &Basis, slot: &Slot, function: &str) -> String {
    format!(".configure({}::{function})", basis.module_path(basis.crate_of(slot.function)))
}

/// Case A: the layer that keeps the request's referral code for the Customer made meanwhile.
pub fn capture_layer(basis: &Basis, ready: &Ready) -> Draft {
    let path = basis.module_path(basis.crate_of(ready.application.function));
    let call = format!(".wrap(actix_web::middleware::from_fn({path}::remember_code))");
    let mut draft = Draft::new(
        "capture-layer",
        "",
        Status::Ready,
        "The Customer is made while the sign-up is answered, deep below the handler; the code is kept beside the \
         request, so no signature on the way changes. The layer changes neither requests nor answers.",
    );
    let sites = customers(basis.app).filter(|site| within_signup(basis.app, site));
    draft.evidence = sites
        .map(|site| Evidence { at: site.call.at.clone(), fact: "makes the Customer during sign-up".into() })
        .collect();
    draft.edits.push(insert(basis, &ready.application, &call));
    draft.after = vec!["module".into(), "module-declaration".into(), "routes".into()];
    draft
}

fn insert(basis: &Basis, slot: &Slot, call: &str) -> FileEdit {
    let file = slot.at.file.clone();
    let at = match (&slot.indent, basis.target.text(&file)) {
        (Some(_), Some(text)) => text.past_trailing_comment(slot.insert),
        _ => slot.insert,
    };
    let text = match &slot.indent {
        Some(indent) => format!("{}{indent}{call}", slot.eol),
        None => call.to_string(),
    };
    FileEdit { file, at: Some(at..at), text }
}
