//! A request brings the referral code in a field that nothing reads.
//!
//! Near misses: a field that is read anywhere; a type that is handed on as a whole; answers of Cello's API.

use super::Hit;
use super::token_user_from_request::is_input;
use crate::doctor::chart::Chart;
use crate::target::SourceText;

/// Names of fields that hold Cello's code.
const CODES: [&str; 6] =
    ["ucc", "cello_ucc", "cello_code", "referral_ucc", "referral_code", "cello_referral"];
/// Ways to hand on a whole value.
const WHOLE: [&str; 7] =
    ["Serialize", "Insertable", "AsChangeset", "DeriveIntoActiveModel", "FromRow", "Queryable", "Template"];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let index = &chart.target.index;
    let sources: Vec<&SourceText> = chart
        .target
        .files
        .values()
        .chain(index.files.keys().filter_map(|path| chart.target.text(path)))
        .collect();
    let mut hits = Vec::new();
    for ty in index.types.values().filter(|ty| !ty.test) {
        let derives = |name: &str| ty.derives.iter().any(|have| have.rsplit("::").next() == Some(name));
        let brought = derives("Deserialize") && is_input(chart, &ty.path);
        if !brought || WHOLE.iter().any(|name| derives(name)) {
            continue;
        }
        for field in ty.fields.iter().filter(|field| CODES.contains(&field.name.as_str())) {
            // Its own declaration is one mention; attributes of it don't count as reading.
            let mentions: usize = sources
                .iter()
                .filter(|file| file.path.ends_with(".rs"))
                .map(|file| (file.path.as_str(), words(&file.text, &field.name)))
                .collect::<std::collections::BTreeMap<_, _>>()
                .values()
                .sum();
            if mentions == 1 {
                let text = format!("`{}` comes with the request, and no code reads it.", field.name);
                hits.push(Hit::new(&ty.file, &ty.at, text));
            }
        }
    }
    hits
}

/// How often a name stands in a text, comments and strings included: what may be a use counts as one.
fn words(text: &str, name: &str) -> usize {
    text.split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).filter(|word| *word == name).count()
}
