//! The Stripe Customer has another e-mail than the widget is told.
//!
//! Near misses: the same field by way of variables; addresses that can't be followed.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut told: Vec<(String, String)> = Vec::new();
    // The boot configuration: details beside the token, whatever they are called on the way.
    for entry in chart.shapes_with("token").flat_map(|shape| &shape.what.entries) {
        let inner = entry.value.entries().unwrap_or_default();
        let email = inner.iter().find(|entry| entry.key == "email");
        let details = inner.iter().any(|entry| entry.key == "firstName");
        told.extend(email.filter(|_| details).and_then(|email| chart.rust.field_of(&email.value)));
    }
    for shape in chart.shapes_with("productUserDetails") {
        let details = shape.what.entries.iter().find(|entry| entry.key == "productUserDetails");
        let inner = details.and_then(|details| details.value.entries()).unwrap_or_default();
        let email = inner.iter().find(|entry| entry.key == "email");
        told.extend(email.and_then(|email| chart.rust.field_of(&email.value)));
    }
    told.sort();
    told.dedup();
    let [widget] = told.as_slice() else { return Vec::new() };
    let mut hits = Vec::new();
    for pair in &chart.rust.customer_emails {
        let Some(customer) = chart.rust.field_of(&pair.what) else { continue };
        if customer.0 == widget.0 && !widget.0.is_empty() && customer.1 != widget.1 {
            let text = format!("The Customer's e-mail is `{}`, and the widget's `{}`.", customer.1, widget.1);
            hits.push(Hit::new(&pair.file, &pair.at, text));
        }
    }
    hits
}
