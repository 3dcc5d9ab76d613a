//! A Customer's metadata has Cello's values under keys that Cello doesn't read.
//!
//! Near misses: the application's own keys.

use super::Hit;
use crate::doctor::chart::Chart;

const WRONG: [(&str, &str); 10] = [
    ("productUserId", "new_user_id"),
    ("product_user_id", "new_user_id"),
    ("newUserId", "new_user_id"),
    ("new_userid", "new_user_id"),
    ("new-user-id", "new_user_id"),
    ("ucc", "cello_ucc"),
    ("celloUcc", "cello_ucc"),
    ("cello-ucc", "cello_ucc"),
    ("cello_code", "cello_ucc"),
    ("cello_referral", "cello_ucc"),
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for call in chart.stripe().filter(|call| call.object == "customer") {
        for (wrong, right) in WRONG {
            let keys = &call.metadata.keys;
            if keys.iter().any(|key| key == wrong) && !keys.iter().any(|key| key == right) {
                let at = call.at.bytes;
                let text = format!("The metadata has `{wrong}` where Cello reads `{right}`.");
                hits.push(Hit::new(&call.at.file, &(at[0]..at[1]), text));
            }
        }
    }
    hits
}
