//! A payment is told to Cello in Stripe's unit, the smallest of the currency, where version 1 takes the currency's own.
//!
//! Near misses: an amount that is divided or converted on its way; amounts in events of other services.

use super::Hit;
use crate::doctor::chart::{Chart, Entry, Origin, Value, is_number};

/// Fields of Stripe's that are whole numbers of the smallest unit.
const AMOUNTS: [&str; 6] =
    ["amount_paid", "amount_due", "amount_total", "amount_subtotal", "amount_refunded", "unit_amount"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for shape in chart.shapes_with("eventName") {
        let payload = value(&shape.what.entries, "payload").and_then(Value::entries);
        let Some(price) = payload.and_then(|payload| value(payload, "price")) else { continue };
        if let Some(name) = in_cents(price, chart) {
            let text = format!("price is `{name}` as Stripe has it, which is a hundred times as much.");
            hits.push(Hit::new(&shape.file, &price.at, text));
        }
    }
    hits
}

fn value<'e>(entries: &'e [Entry], key: &str) -> Option<&'e Value> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

/// Stripe's field, if the value is nothing but that.
fn in_cents<'v>(price: &'v Value, chart: &Chart<'_>) -> Option<&'v str> {
    let other = price.other()?;
    let Origin::Field(_, name) = &other.origin else { return None };
    let whole = is_number(&chart.target.index, &other.ty);
    (whole && AMOUNTS.contains(&name.as_str())).then_some(name)
}
