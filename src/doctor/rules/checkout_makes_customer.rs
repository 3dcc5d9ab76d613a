//! Checkout makes a Customer of its own, without Cello's metadata.
//!
//! Near misses: a Customer that is made before and handed over, or updated after the purchase.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let updated = chart.stripe().any(|call| call.object == "customer" && call.call == "update");
    if updated {
        return Vec::new();
    }
    let own = chart.stripe().filter(|call| {
        let makes =
            call.customer.as_deref().is_some_and(|customer| customer == "implicit" || customer == "guest");
        call.object == "checkout-session" && call.call == "create" && makes
    });
    own.map(|call| {
        let at = call.at.bytes;
        Hit::new(
            &call.at.file,
            &(at[0]..at[1]),
            "This session has no Customer, so Checkout makes one without metadata.",
        )
    })
    .collect()
}
