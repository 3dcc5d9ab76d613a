//! Traces of Cello that are there already, of our own making or somebody else's.

use crate::survey::facts::Existing;
use crate::target::{Package, Target, by_place};

/// What betrays an integration, with the component it belongs to.
const TRACES: [(&str, &str); 6] = [
    ("cello-attribution.js", "attribution"),
    ("app/latest/cello.js", "referral-widget"),
    ("/cello/client.js", "referral-widget"),
    ("cello_ucc", "purchase-tracking"),
    ("new-signup", "signup-tracking"),
    ("crate::cello::", "setup"),
];

/// Every trace in a package's Rust code and pages; the first of each kind per file.
pub fn traces(target: &Target, package: &Package) -> Vec<Existing> {
    let root = package.path("");
    let mut found: Vec<Existing> = target
        .files
        .values()
        .filter(|file| file.path.starts_with(&root) && is_code(&file.path))
        .flat_map(|file| {
            TRACES.iter().filter_map(|(trace, component)| {
                let start = file.text.find(trace)?;
                // `new-signup` alone is a common word; beside Cello's event name it is not.
                if *trace == "new-signup" && !file.text.contains("ReferralUpdated") {
                    return None;
                }
                let line = file.line_start(start);
                let end = file.text[line..].find('\n').map_or(file.text.len(), |i| line + i);
                Some(Existing { component: (*component).to_string(), at: file.at(line..end) })
            })
        })
        .collect();
    found.sort_by(|a, b| by_place(&a.at, &b.at).then_with(|| a.component.cmp(&b.component)));
    found.dedup();
    found
}

fn is_code(path: &str) -> bool {
    [".rs", ".html", ".htm", ".jinja", ".j2"].iter().any(|ending| path.ends_with(ending))
}
