//! The token, the event and Stripe name the person by different fields, so that Cello never brings them together.
//!
//! Near misses: the same field by way of variables, parameters and other types; what can't be followed.

use super::Hit;
use crate::doctor::chart::{Chart, Value};

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut tokens: Vec<(String, String)> = Vec::new();
    for (_, _, entries) in chart.claims() {
        let id = entries.iter().find(|entry| entry.key == "productUserId");
        tokens.extend(id.and_then(|id| chart.rust.field_of(&id.value)));
    }
    tokens.dedup();
    let [token] = tokens.as_slice() else { return Vec::new() };
    let mut hits = Vec::new();
    let mut compare = |file: &str, at: &std::ops::Range<usize>, key: &str, value: &Value| {
        let Some(other) = chart.rust.field_of(value) else { return };
        if differ(token, &other) {
            let text =
                format!("{key} is `{}` here, and the token's productUserId is `{}`.", other.1, token.1);
            hits.push(Hit::new(file, at, text));
        }
    };
    for pair in chart.rust.pairs.iter().filter(|pair| pair.what.key == "new_user_id") {
        compare(&pair.file, &pair.at, "new_user_id", &pair.what.value);
    }
    for shape in &chart.rust.shapes {
        for entry in &shape.what.entries {
            match entry.key.as_str() {
                "new_user_id" => compare(&shape.file, &shape.at, "new_user_id", &entry.value),
                "newUser" => {
                    let id = entry.value.entries().into_iter().flatten().find(|inner| inner.key == "id");
                    id.into_iter().for_each(|id| compare(&shape.file, &shape.at, "newUser.id", &id.value));
                }
                _ => {}
            }
        }
    }
    hits
}

/// True if two fields surely hold different things: of one type and not the same, or one of them no id at all.
fn differ(a: &(String, String), b: &(String, String)) -> bool {
    let kind = |(owner, field): &(String, String)| {
        let own = owner.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
        let named_id = field == "id" || field == "user_id" || field == "uid" || *field == format!("{own}_id");
        let contact =
            ["email", "username", "name", "stripe_customer_id", "customer_id"].contains(&field.as_str());
        (named_id, contact)
    };
    let ((a_id, a_contact), (b_id, b_contact)) = (kind(a), kind(b));
    let same_owner = a.0 == b.0 && !a.0.is_empty();
    let same = a.1 == b.1 || (a_id && b_id);
    !same && (same_owner || (a_contact && b_id) || (b_contact && a_id))
}
