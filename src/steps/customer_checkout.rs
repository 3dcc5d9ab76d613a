//! Sessions and links for which Stripe makes the Customer itself: what a person writes, by what was decided.
//!
//! Metadata of a session never reaches the Customer, so nothing is edited at the session alone.

use super::basis::{Basis, Variant};
use super::customer_edits::takes_fields;
use super::draft::Draft;
use super::store_handle::is_kept;
use crate::plan::{HandWork, Status};
use crate::survey::StripeSite;

/// Id of the decision about a site.
pub fn decision(site: &StripeSite) -> String {
    let symbol = site.call.id.split_once(':').map_or(site.call.id.as_str(), |(_, symbol)| symbol);
    format!("checkout-without-customer:{symbol}")
}

/// What is to be written for a site, once that is decided.
pub fn sheet(basis: &Basis, site: &StripeSite) -> Option<Draft> {
    let answer = basis.answer(&decision(site))?;
    let call = &site.call;
    let place = format!("{}:{}", call.at.file, call.at.line);
    let is_link = call.object == "payment-link";
    let (reason, works) = match answer {
        "create-first" if !is_link => (
            "A Customer is made first, and the session is given it.",
            vec![
                work(
                    site,
                    &format!(
                        "Before {place}, make a Customer with the buyer's e-mail address and this metadata, and keep its id with the user, so that there is one for each."
                    ),
                    metadata(basis, site),
                ),
                work(
                    site,
                    &format!(
                        "At {place}, give the session that Customer, and no `customer_email` beside it: Stripe refuses both at once."
                    ),
                    named(site),
                ),
            ],
        ),
        _ => {
            let reason = match (answer, is_link) {
                ("create-first", _) => {
                    "A payment link takes no Customer, so the one that Stripe makes is tagged afterwards."
                }
                ("tag-afterwards", _) => "The Customer that Stripe makes is tagged when Checkout is done.",
                _ => "Stripe makes the Customer itself here, and it lacks the metadata.",
            };
            (reason, tagged(basis, site, &place))
        }
    };
    let symbol = call.id.split_once(':').map_or(call.id.as_str(), |(_, symbol)| symbol);
    let mut draft =
        Draft::new("customer-metadata", format!("without-customer:{symbol}"), Status::ByHand, reason);
    draft.by_hand = works;
    Some(draft)
}

/// One update in the application's own handler of Stripe's event.
fn tagged(basis: &Basis, site: &StripeSite, place: &str) -> Vec<HandWork> {
    vec![
        work(
            site,
            &format!("At {place}, let the session carry the user's id, so that the event names them."),
            match takes_fields(&site.params) {
                true => "(\"client_reference_id\", &user_id)".into(),
                false => "client_reference_id: the user's id as text".into(),
            },
        ),
        work(
            site,
            "In your handler of `checkout.session.completed`, update the Customer that the event names with this metadata. \
             Stripe sends its first invoice at about the same time: if Cello sees that one first, the new user's reward can \
             be lost.",
            metadata(basis, site),
        ),
    ]
}

fn work(site: &StripeSite, todo: &str, text: String) -> HandWork {
    HandWork {
        todo: todo.to_string(),
        place: Some(site.call.at.clone()),
        text,
        turns_green: Some("qa-33".into()),
    }
}

/// The call of the module's function, in the form that the client takes.
fn metadata(basis: &Basis, site: &StripeSite) -> String {
    let module = basis.module_path(basis.crate_of(site.function));
    let arguments = match basis.variant {
        Variant::A => "(user_id)",
        _ if is_kept(basis) => "(user_id).await",
        _ => "(&pool, user_id).await",
    };
    let map = format!("{module}::customer_metadata{arguments}");
    match takes_fields(&site.params) {
        true => format!("{map} // each pair as `metadata[KEY]=VALUE`"),
        false => format!("metadata: Some({map})"),
    }
}

fn named(site: &StripeSite) -> String {
    match site.call.client.as_str() {
        "async-stripe-0" => "params.customer = Some(customer.id);".into(),
        "async-stripe-1" => ".customer(customer.id.as_str())".into(),
        _ => "(\"customer\", &customer_id)".into(),
    }
}
