//! Customers that are looked for before one is made: who is found was made without Cello's keys, or by another system.
//!
//! `Customer::list` by e-mail, and `Customer::create` where that finds nobody, in one function or in two that one
//! function calls. Near misses: a list for an overview, which nothing makes Customers beside; a search by the code of a
//! connected account.

use super::basis::{Basis, Variant};
use super::creations::customers;
use super::customer_by_hand::given;
use super::draft::{Draft, SiteVerdict};
use crate::plan::{Evidence, HandWork, SiteKind, Status, Verdict};
use crate::survey::StripeSite;

/// The sheet for a search whose finds are used in place of a new Customer; nothing for any other call.
pub fn found_again(basis: &Basis, site: &StripeSite) -> Option<Draft> {
    let call = &site.call;
    let searches = call.object == "customer" && call.call == "search";
    if !searches || call.decoy.is_some() || call.account != "own" || basis.variant == Variant::Widget {
        return None;
    }
    let made = customers(basis.app).find(|made| belong_together(basis, site, made))?;
    let subject = call.id.split_once(':').map_or(call.id.as_str(), |(_, symbol)| symbol);
    let reason = format!(
        "A Customer that is found here is used in place of a new one ({}:{}). Only a new one gets Cello's keys by the code: \
         one from before lacks them, and Stripe keeps what it has, so one update of it adds them.",
        made.call.at.file, made.call.at.line
    );
    let mut draft =
        Draft::new("customer-metadata", format!("found:{subject}"), Status::ByHand, reason.clone());
    draft.evidence = vec![
        Evidence { at: call.at.clone(), fact: "looks for a Customer that is there".into() },
        Evidence { at: made.call.at.clone(), fact: "makes one where none is found".into() },
    ];
    draft.by_hand.push(HandWork {
        todo: "Where one is found that belongs to this very user, update it with the same metadata before it is used; one of \
               somebody else with the same e-mail address is none of theirs. An update keeps the keys that it doesn't name."
            .into(),
        place: Some(call.at.clone()),
        text: update(basis, made),
        turns_green: Some("qa-33".into()),
    });
    draft.accounts.push(SiteVerdict {
        site: call.id.clone(),
        kind: SiteKind::Stripe,
        verdict: Verdict::ByHand,
        case: None,
        reason,
    });
    Some(draft)
}

/// True if both are in one function, one leads to the other, or one function calls both.
fn belong_together(basis: &Basis, search: &StripeSite, made: &StripeSite) -> bool {
    let (one, other) = (search.function, made.function);
    let calls = |from: usize, to: usize| basis.app.calls.get(&from).is_some_and(|calls| calls.contains(&to));
    let both = |calls: &std::collections::BTreeSet<usize>| calls.contains(&one) && calls.contains(&other);
    one == other || calls(one, other) || calls(other, one) || basis.app.calls.values().any(both)
}

/// The update, as the client that makes Customers there writes it.
fn update(basis: &Basis, made: &StripeSite) -> String {
    let metadata = given(basis, made);
    match made.call.client.as_str() {
        "async-stripe-0" => format!(
            "let metadata = Some({metadata});\n\
             let update = stripe::UpdateCustomer {{ metadata, ..Default::default() }};\n\
             stripe::Customer::update(&client, &customer.id, update).await?;"
        ),
        "async-stripe-1" => format!(
            "stripe_core::customer::UpdateCustomer::new(customer.id)\n    .metadata({metadata})\n    .send(&client)\n    .await?;"
        ),
        _ => format!("// POST /v1/customers/{{id}} with each pair as `metadata[KEY]=VALUE`:\n{metadata}"),
    }
}
