//! A Stripe Customer is made without `new_user_id` in its metadata.
//!
//! Near misses: metadata put together elsewhere; a Customer that is updated with it afterwards; connected accounts.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::survey::StripeCall;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let updated = chart
        .stripe()
        .any(|call| call.object == "customer" && call.call == "update" && call.metadata.state == "cello");
    if updated {
        return Vec::new();
    }
    let nowhere = !chart.rust_says("new_user_id");
    let lacks = |call: &&StripeCall| {
        let here = around(chart, call);
        let says = |word: &str| here.iter().any(|words| words.iter().any(|have| have.contains(word)));
        match call.metadata.state.as_str() {
            "absent" => !says("metadata") && !says("new_user_id") && !says("cello"),
            "present" => nowhere && !call.metadata.keys.is_empty() && !says("cello"),
            "cello" => {
                !call.metadata.keys.is_empty()
                    && !call.metadata.keys.iter().any(|key| key == "new_user_id")
                    && nowhere
            }
            _ => false,
        }
    };
    let made = chart.stripe().filter(|call| call.object == "customer" && call.call == "create").filter(lacks);
    made.map(|call| {
        let at = call.at.bytes;
        Hit::new(&call.at.file, &(at[0]..at[1]), "This Customer gets no new_user_id.")
    })
    .collect()
}

/// Words of the functions around a call.
fn around(chart: &Chart<'_>, call: &StripeCall) -> Vec<Vec<String>> {
    let index = &chart.target.index;
    let functions = index.functions.iter().filter(|function| {
        function.file == call.at.file
            && function.body.start <= call.at.bytes[0]
            && call.at.bytes[1] <= function.body.end
    });
    let words = functions.map(|function| {
        let body = chart
            .text(&function.file)
            .and_then(|text| text.text.get(function.body.clone()))
            .unwrap_or_default();
        body.split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).map(str::to_string).collect()
    });
    words.collect()
}
