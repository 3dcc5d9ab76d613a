//! Security and privacy of a plan: what goes to Cello, which scripts run on which page, how far the CSP opens.
//!
//! All of it is read off the texts which the plan inserts, so that this section can't promise anything the code does
//! not do.

use std::collections::BTreeMap;

use crate::plan::{Plan, PlannedEdit, Status, Step};

use super::lines::{creates, edit_place};

/// Steps that belong to this section, where a plan has them.
const STEPS: [&str; 2] = ["security-and-privacy", "deletion"];
/// Words in a setting's name that make its value a secret.
const SECRET_WORDS: [&str; 3] = ["SECRET", "ACCESS_KEY", "TOKEN"];

/// What a plan means for security and privacy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Personal data that goes to Cello, each with the way it takes.
    pub data: Vec<(String, String)>,
    /// Settings that the inserted code reads, by name.
    pub settings: Vec<Setting>,
    /// Pages that get a script.
    pub pages: Vec<PageScripts>,
    /// Scripts from Cello's hosts that the inserted code loads.
    pub third_party: Vec<String>,
    /// Content-Security-Policies that are widened.
    pub csp: Vec<Widened>,
    /// True if something is inserted that sends data to Cello: then people must be deletable there.
    pub sends: bool,
}

/// A setting the inserted code reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// True if its value must stay on the server.
    pub secret: bool,
}

/// A page that gets a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageScripts {
    /// Where the script goes.
    pub place: String,
    /// Who sees the page: `public`, `signed-in`, `both` and so on, as surveyed.
    pub audience: String,
    /// True if the page loads from Cello's hosts itself, instead of a script of the application's own.
    pub direct: bool,
}

/// A Content-Security-Policy that is widened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widened {
    /// Where.
    pub place: String,
    /// Sources added, each once.
    pub sources: Vec<String>,
    /// Directives of the changed lines that name such a source afterwards.
    pub directives: Vec<String>,
}

impl Privacy {
    /// Reads it off the plan.
    pub fn of(plan: &Plan) -> Self {
        let texts = inserted(plan);
        let has = |needle: &str| texts.iter().any(|text| text.contains(needle));
        Self {
            data: data(&has, plan.summary.attribution != "C"),
            settings: settings(&texts),
            pages: pages(plan),
            third_party: ["cello-attribution.js", "cello.js"]
                .into_iter()
                .filter(|script| has(&format!("/{script}")))
                .map(String::from)
                .collect(),
            csp: csp(plan),
            sends: has("productUserId") || has("new_user_id"),
        }
    }

    /// Whether a step belongs to this section.
    pub fn concerns(step: &Step) -> bool {
        STEPS.contains(&step.id.as_str()) && step.status != Status::NotApplicable
    }
}

/// Every text the plan inserts into code, pages and scripts.
fn inserted(plan: &Plan) -> Vec<&str> {
    let created = plan.files.iter().filter_map(|file| file.content.as_deref());
    let edits = plan.steps.iter().flat_map(|step| &step.edits);
    created.chain(edits.map(|edit| edit.text.as_str())).collect()
}

/// Cello's own field names tell what is sent. `stripe` is false where no call to Stripe was found: the module could name
/// the user on a Customer, and nothing asks it to.
fn data(has: &dyn Fn(&str) -> bool, stripe: bool) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |what: &str, way: &str| rows.push((what.to_string(), way.to_string()));
    if has("productUserId") {
        add("user id", "in the signed token, when a signed-in user opens a page");
    }
    if has("productUserDetails") {
        let names = has("firstName") || has("fullName");
        add(
            if names { "e-mail address and name" } else { "e-mail address" },
            "in the widget's boot configuration, from the signed-in user's browser",
        );
    }
    if has("new-signup") {
        let email = if has("\"email\"") || has("email:") { ", e-mail address" } else { "" };
        add(
            &format!("user id{email}, referral code, time of sign-up"),
            "in the signup event, from this server, for referred users",
        );
    }
    if stripe && has("new_user_id") {
        add(
            "user id and referral code",
            "in the Stripe Customer's metadata; Stripe's webhook hands the Customer on to Cello",
        );
    }
    if has("cello-attribution.js") {
        add(
            "referral code",
            "in cookies that Cello's attribution script sets for whoever comes by a referral link",
        );
    }
    rows
}

fn settings(texts: &[&str]) -> Vec<Setting> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for (at, _) in text.match_indices("CELLO_") {
            // `NEXT_PUBLIC_CELLO_…` and the like are other names.
            let inside = text[..at].ends_with(|ch: char| ch.is_ascii_alphanumeric() || ch == '_');
            let name: String = text[at..]
                .chars()
                .take_while(|ch| ch.is_ascii_uppercase() || ch.is_ascii_digit() || *ch == '_')
                .collect();
            let next = text[at + name.len()..].chars().next();
            // A constant that merely starts with these letters goes on in lower case, or ends in `_`.
            let whole = !name.ends_with('_') && !next.is_some_and(char::is_alphanumeric);
            if !inside && whole && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.sort();
    names
        .into_iter()
        .map(|name| Setting { secret: SECRET_WORDS.iter().any(|word| name.contains(word)), name })
        .collect()
}

fn pages(plan: &Plan) -> Vec<PageScripts> {
    edits(plan)
        .filter(|edit| edit.text.contains("<script") && !creates(plan, edit))
        .map(|edit| PageScripts {
            place: edit_place(plan, edit),
            direct: edit.text.contains("cello.so"),
            audience: plan
                .survey
                .pages
                .iter()
                .find(|page| page.at.file == edit.file)
                .map_or_else(|| "unknown".into(), |page| page.audience.clone()),
        })
        .collect()
}

fn csp(plan: &Plan) -> Vec<Widened> {
    // By place, as one policy may be widened by an edit for each directive.
    let mut widened: BTreeMap<String, Widened> = BTreeMap::new();
    let policies = &plan.survey.csp;
    for edit in edits(plan) {
        let within = policies.iter().find(|policy| {
            let [start, end] = policy.at.bytes;
            policy.at.file == edit.file && start <= edit.at[0] && edit.at[1] <= end
        });
        let Some(policy) = within else { continue };
        let entry = widened.entry(super::lines::place(&policy.at)).or_insert_with_key(|place| Widened {
            place: place.clone(),
            sources: Vec::new(),
            directives: Vec::new(),
        });
        for source in sources(&edit.text) {
            if !entry.sources.contains(&source) {
                entry.sources.push(source);
            }
        }
        for directive in directives(&edit.diff) {
            if !entry.directives.contains(&directive) {
                entry.directives.push(directive);
            }
        }
    }
    widened.into_values().collect()
}

fn edits(plan: &Plan) -> impl Iterator<Item = &PlannedEdit> {
    plan.steps.iter().flat_map(|step| &step.edits)
}

/// Cello's hosts in an inserted text.
fn sources(text: &str) -> Vec<String> {
    text.split([' ', ';', '"', '\'', '\n', ','])
        .filter(|word| word.contains("cello.so"))
        .map(String::from)
        .collect()
}

/// Directives in a diff's added lines that name a host of Cello.
fn directives(diff: &str) -> Vec<String> {
    diff.lines()
        .filter(|line| line.starts_with('+') && line.contains("cello.so"))
        .flat_map(|line| line.split(';'))
        .filter(|part| part.contains("cello.so"))
        .filter_map(|part| {
            part.split([' ', '"', '\'', '+'])
                .find(|word| word.ends_with("-src") || word.ends_with("-src-elem"))
        })
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_named_once_and_sorted() {
        let texts = ["get(\"CELLO_PRODUCT_SECRET\"), \"CELLO_ENV\" CELLO_ENV=", "VITE_CELLO_ENV CELLO_"];
        let names: Vec<(String, bool)> =
            settings(&texts).into_iter().map(|setting| (setting.name, setting.secret)).collect();
        assert_eq!(names, [("CELLO_ENV".into(), false), ("CELLO_PRODUCT_SECRET".into(), true)]);
    }

    #[test]
    fn without_a_call_to_stripe_nothing_is_said_to_go_there() {
        let has = |needle: &str| ["new_user_id", "productUserId"].contains(&needle);
        let ways = |stripe| data(&has, stripe).iter().filter(|(_, way)| way.contains("Stripe")).count();
        assert_eq!((ways(true), ways(false)), (1, 0));
    }

    #[test]
    fn directives_are_those_that_name_the_host() {
        let diff = "-    \"script-src 'self'; img-src *\",\n+    \"script-src 'self' https://*.cello.so; img-src *\",\n";
        assert_eq!(directives(diff), ["script-src"]);
        assert_eq!(sources(" https://*.cello.so"), ["https://*.cello.so"]);
    }
}
