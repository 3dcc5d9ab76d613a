//! What a person writes where a Customer's metadata can't be put in by rule: the text for the client at hand, and the
//! place.

use super::basis::{Basis, Variant};
use super::creations::customers;
use super::customer_edits::takes_fields;
use super::draft::Draft;
use super::store_handle::is_kept;
use crate::plan::{Evidence, HandWork, Status};
use crate::survey::{Container, ParamsForm, StripeSite};

/// Why the parameters of a Customer are edited by hand whatever else is known, with the text; nothing for async-stripe
/// 0.x, whose parameters can be edited.
pub fn sheet(basis: &Basis, site: &StripeSite, subject: &str) -> Option<Draft> {
    let (how, text) = written(basis, site)?;
    let call = &site.call;
    let place = format!("{}:{}", call.at.file, call.at.line);
    let hint = site.hint.as_ref().map_or_else(String::new, |hint| {
        format!(" That this goes to Stripe is told by the name {hint} alone.")
    });
    let mut draft = Draft::new(
        "customer-metadata",
        subject,
        Status::ByHand,
        format!("The Customer is made {how} at {place}, in a way that is not edited by rule.{hint}"),
    );
    let keys = match call.metadata.keys.as_slice() {
        [] if call.metadata.state == "present" => " Keep the metadata that is there.".to_string(),
        [] => String::new(),
        keys => format!(" Keep the keys that are there: `{}`.", keys.join("`, `")),
    };
    draft.by_hand.push(HandWork {
        todo: format!(
            "At {place}, send `metadata[new_user_id]` always and `metadata[cello_ucc]` where a code is known: both are in \
             what `{}` gives, with {}.{keys} The user is the one this Customer is made for; where the id is \
             not at hand, hand it down from the callers.",
            if takes_fields(&site.params) { "customer_form" } else { "customer_metadata" },
            needs(basis)
        ),
        place: Some(call.params_at.clone().unwrap_or_else(|| call.at.clone())),
        text,
        turns_green: Some("qa-33".into()),
    });
    Some(draft)
}

/// How the client sends its parameters, and the code that adds to them.
fn written(basis: &Basis, site: &StripeSite) -> Option<(&'static str, String)> {
    let cello = given(basis, site);
    let (how, text) = match &site.params {
        ParamsForm::Builder { has_metadata: true, .. } => (
            "with async-stripe 1.0",
            format!(
                "// A second `.metadata(…)` would replace the first, so the map is extended before it is given.\n\
                 metadata.extend({cello});"
            ),
        ),
        ParamsForm::Builder { .. } => ("with async-stripe 1.0", format!(".metadata({cello})")),
        ParamsForm::Pairs { container, .. } => match container {
            Container::Slice => (
                "over HTTP with a fixed list of pairs",
                format!(
                    "// The fixed list becomes a `Vec` that can grow:\n\
                     let mut form = vec![/* the pairs that are there */];\n\
                     let metadata = {cello};\n\
                     form.extend(metadata.iter().map(|(k, v)| (*k, v.as_str())));\n// … .form(&form)"
                ),
            ),
            Container::List => (
                "over HTTP with a list of pairs",
                format!(
                    "// As they are: `(&str, String)`. Map them to what the list holds.\nform.extend({cello});"
                ),
            ),
            Container::Map => ("over HTTP with a map", format!("form.extend({cello});")),
            Container::Json => (
                "over HTTP with a JSON value",
                format!(
                    "// Form keys stay flat; in a JSON body they go below `metadata`.\n\
                     for (key, value) in {cello} {{\n    form[key] = value.into();\n}}"
                ),
            ),
            Container::Struct => (
                "over HTTP with a struct that serde writes",
                format!("// Sent beside the struct, in the same body:\nlet metadata = {cello};"),
            ),
            _ => ("over HTTP", format!("// Pairs to send beside those that are there:\n{cello}")),
        },
        _ => return None,
    };
    Some((how, text))
}

/// The call of the module that fits the client.
pub fn given(basis: &Basis, site: &StripeSite) -> String {
    let function = if takes_fields(&site.params) { "customer_form" } else { "customer_metadata" };
    // A library that can't name the module is handed the value by the program.
    let krate = match basis.can_name_module(site.function) {
        true => basis.crate_of(site.function),
        false => &basis.app.krate,
    };
    let module = basis.module_path(krate);
    format!("{module}::{}", asked(basis).replace("customer_metadata", function))
}

/// The function of the module as it is called in this variant.
fn asked(basis: &Basis) -> &'static str {
    match basis.variant {
        Variant::A => "customer_metadata(user_id)",
        _ if is_kept(basis) => "customer_metadata(user_id).await",
        _ => "customer_metadata(&pool, user_id).await",
    }
}

fn needs(basis: &Basis) -> &'static str {
    match basis.variant {
        Variant::A => "the user's id",
        _ if is_kept(basis) => "the user's id",
        _ => "your database pool and the user's id",
    }
}

/// A Customer whose edit can't be decided.
pub fn by_hand(basis: &Basis, site: &StripeSite, subject: &str, reason: &str) -> Draft {
    let mut draft = Draft::new(
        "customer-metadata",
        subject,
        Status::ByHand,
        format!("The edit can't be decided: {}.", reason.trim_end_matches('.')),
    );
    draft.by_hand.push(HandWork {
        todo: format!(
            "Merge {} into the metadata of the Customer, with {}. What is not at hand is handed down from the callers. Keep the keys that are there.",
            match takes_fields(&site.params) {
                true => "these `metadata[…]` pairs",
                false => "this `HashMap<String, String>`",
            },
            needs(basis)
        ),
        place: Some(site.call.at.clone()),
        text: given(basis, site),
        turns_green: Some("qa-33".into()),
    });
    draft
}

/// Where the Customer is made before the user is, one update follows when the user has an id.
pub fn after_the_row(basis: &Basis, site: &StripeSite) -> HandWork {
    HandWork {
        todo: "If the user has no id yet where the Customer is made: once the user is stored, in the same request, update \
               the Customer with this metadata instead."
            .into(),
        place: Some(site.call.at.clone()),
        text: given(basis, site),
        turns_green: Some("qa-33".into()),
    }
}

/// One sheet for what names Stripe's interface and leads to no call that could be read.
pub fn unexplained(basis: &Basis) -> Option<Draft> {
    let places = &basis.app.stripe_unexplained;
    let first = places.first()?;
    let others = match customers(basis.app).next() {
        Some(_) => "whether a Customer is made there as well is for you to see",
        None => "whether and where a Customer is made is for you to see",
    };
    let mut draft = Draft::new(
        "customer-metadata",
        "over-http",
        Status::ByHand,
        format!("Stripe is called in a way that could not be read; {others}."),
    );
    draft.evidence = places
        .iter()
        .map(|at| Evidence { at: at.clone(), fact: "names Stripe's interface".into() })
        .collect();
    draft.by_hand.push(HandWork {
        todo: format!(
            "Wherever `POST /v1/customers` makes a Customer of yours, send each of these pairs as \
             `metadata[KEY]=VALUE` beside the keys that are there, with {}.",
            needs(basis)
        ),
        place: Some(first.clone()),
        text: format!("{}::{}", basis.module_path(&basis.app.krate), asked(basis)),
        turns_green: Some("qa-33".into()),
    });
    Some(draft)
}
