//! Cello's keys are only on a Checkout Session, a subscription or a payment, which Cello doesn't look at.
//!
//! Near misses: the same keys on the Customer as well.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::survey::StripeCall;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let tells =
        |call: &StripeCall| call.metadata.keys.iter().any(|key| key == "cello_ucc" || key == "new_user_id");
    let on_customer = chart
        .stripe()
        .any(|call| call.object == "customer" && (tells(call) || call.metadata.state == "cello"));
    let elsewhere = chart.stripe().filter(|call| call.object != "customer" && tells(call));
    if on_customer {
        return Vec::new();
    }
    elsewhere
        .map(|call| {
            let at = call.at.bytes;
            let text = format!(
                "Cello's keys are on the {} here, and on no Customer.",
                call.object.replace('-', " ")
            );
            Hit::new(&call.at.file, &(at[0]..at[1]), text)
        })
        .collect()
}
