//! A code is taken at sign-up and kept nowhere, although the Customer is made later.
//!
//! Near misses: a column, a field of a stored type, a session, a document; a Customer made at sign-up, which keeps it.

use super::Hit;
use super::token_user_from_request::is_input;
use crate::doctor::chart::Chart;
use crate::target::index::{Type, finish};

const CODES: [&str; 4] = ["ucc", "cello_ucc", "referral_code", "cello_code"];
const PARTS: [&str; 4] = ["referr", "cello", "invit", "affiliate"];
/// Words of queries.
const QUERIES: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "UPSERT", "CREATE", "ALTER", "MERGE"];
/// Words of stores without a schema of their own: sessions, documents, keys and values.
const STORES: [&str; 10] =
    ["insert_one", "update_one", "doc", "save", "hset", "content", "upsert", "session", "Session", "redis"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    if chart.plan.summary.attribution != "B" {
        return Vec::new();
    }
    let types = || chart.target.index.types.values().filter(|ty| !ty.test);
    let mut taken = types()
        .filter(|ty| derives(ty, "Deserialize") && is_input(chart, &ty.path))
        .filter(|ty| ty.fields.iter().any(|field| CODES.contains(&field.name.as_str())));
    let Some(taken) = taken.next() else { return Vec::new() };
    // What only comes with a request, or is sent and gone, isn't kept by that.
    let in_type = types().any(|ty| {
        let only_read = derives(ty, "Deserialize") && !derives(ty, "Serialize");
        !only_read && !is_event(ty) && ty.fields.iter().any(|field| about(&field.name))
    });
    let in_schema = chart.target.files.values().chain(chart.front).any(|file| {
        [".sql", ".prisma", ".surql"].iter().any(|end| file.path.ends_with(end)) && about(&file.text)
    });
    if in_type || in_schema || in_code(chart) {
        return Vec::new();
    }
    vec![Hit::new(&taken.file, &taken.at, "The code comes with this, and is stored with no user.")]
}

/// True if any Rust code that mentions codes has a query with one, or a store beside it.
fn in_code(chart: &Chart<'_>) -> bool {
    let files = chart.target.index.files.keys().filter_map(|path| chart.target.text(path));
    let kept = files.filter(|file| about(&file.text)).any(|file| {
        let Ok(tokens) = file.text.parse::<proc_macro2::TokenStream>() else { return true };
        let in_query = crate::survey::strings(tokens.clone()).iter().any(|literal| {
            let text = literal.value();
            let upper = text.to_ascii_uppercase();
            text.contains(' ') && QUERIES.iter().any(|word| upper.contains(word)) && about(&text)
        });
        in_query || crate::survey::words(tokens).iter().any(|word| STORES.contains(&word.as_str()))
    });
    finish();
    kept
}

/// True for a text about referral codes. `success` and `account` have letters of `ucc` in them.
fn about(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    PARTS.iter().any(|part| text.contains(part))
        || text.split(|ch: char| !ch.is_ascii_alphanumeric()).any(|word| word == "ucc")
}

fn derives(ty: &Type, name: &str) -> bool {
    ty.derives.iter().any(|have| have.rsplit("::").next() == Some(name))
}

/// True for a type of Cello's own event.
fn is_event(ty: &Type) -> bool {
    const FIELDS: [&str; 4] = ["new_user_id", "newUserId", "event_name", "payload"];
    ty.fields.iter().any(|field| FIELDS.contains(&field.name.as_str()))
}
