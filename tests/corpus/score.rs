//! Compares a survey with what a person read in the same code.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// What a person found in one repository.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `owner/name` on GitHub.
    pub repository: String,
    /// The commit that was read.
    pub commit: String,
    /// Folder in which the tool is run, from the top of the repository: a package, or a whole workspace.
    pub folder: String,
    /// What is there.
    #[serde(rename = "fact")]
    pub facts: Vec<Fact>,
}

/// One thing that is there, or that looks like one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// One of [`KINDS`].
    pub kind: String,
    /// Path from the root, which is the folder or the workspace that it belongs to.
    pub file: String,
    /// First and last line, from 1.
    pub lines: [usize; 2],
    /// In words.
    pub what: String,
    /// True if it is something else than it looks like.
    #[serde(default)]
    pub decoy: bool,
    /// What the survey has to say of it; for a store that looks like one, what it must not say.
    #[serde(default)]
    pub is: BTreeMap<String, Value>,
    /// Why the survey doesn't say it, where that is known and left so.
    #[serde(default)]
    pub cause: Option<String>,
}

/// Kinds of facts.
pub const KINDS: [&str; 11] = [
    "framework",
    "router",
    "identity",
    "signup",
    "stripe",
    "store",
    "config",
    "state",
    "page",
    "csp",
    "outside-rust",
];

/// How one fact fares.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Listed, and all that can be compared is the same.
    Found,
    /// Listed, but this is said differently.
    Differs(Vec<String>),
    /// Not listed, or taken for something else.
    Missed,
    /// A look-alike that is listed as what it is not.
    Wrong,
    /// A look-alike that is listed with what it is instead.
    Named,
    /// A look-alike that is not listed at all.
    Silent,
    /// It lies outside of the folder in which the tool runs.
    Outside,
}

/// An entry of a survey, with its lines.
#[derive(Debug)]
struct Entry<'s> {
    app: &'s str,
    kind: &'static str,
    value: &'s Value,
    file: &'s str,
    lines: [usize; 2],
}

impl Entry<'_> {
    fn is_decoy(&self) -> bool {
        let never = matches!(self.kind, "router" | "identity") && self.value["rank"] == 0;
        self.value["decoy"].is_string() || never && !is_inner_router(self)
    }

    /// What the survey says under a name that expectations use.
    fn says(&self, name: &str) -> Value {
        let value = self.value;
        match (self.kind, name) {
            (_, "app") => self.app.into(),
            ("router", "guarded") => value["guard"].is_string().into(),
            ("router", "cors") => value["cors"].is_string().into(),
            ("signup", "create_line") => value["create_site"]["line"].clone(),
            ("signup", "create_file") => value["create_site"]["file"].clone(),
            ("stripe", "metadata") => value["metadata"]["state"].clone(),
            _ => value[name].clone(),
        }
    }
}

/// A statement starts some lines before the SQL in it.
fn is_near(wanted: &Value, said: &Value) -> bool {
    let lines = wanted.as_u64().zip(said.as_u64());
    lines.is_some_and(|(wanted, said)| wanted.abs_diff(said) <= 4)
}

/// Routers that are part of another have rank 0 as well; they are routers all the same.
fn is_inner_router(entry: &Entry<'_>) -> bool {
    entry.kind == "router"
        && entry.value["reason"].as_str().is_some_and(|reason| reason.contains("part of another"))
}

/// Every fact with its outcome, and the entries of the survey that no fact accounts for. `part` is where the facts
/// are from, relative to the root: the rest of a workspace has facts of its own.
pub fn score<'e>(
    expected: &'e Expected,
    survey: &Value,
    root: &Path,
    part: &Path,
) -> (Vec<(&'e Fact, Outcome)>, Vec<String>) {
    let entries = entries(survey, root);
    let mut used = vec![false; entries.len()];
    let mut outcomes = Vec::new();
    for fact in &expected.facts {
        let fits = |entry: &Entry<'_>| {
            // What holds a look-alike says nothing of it: the API-key group within a router is not that router.
            let holds_it = fact.decoy && entry.kind == "router" && entry.lines[0] < fact.lines[0];
            entry.kind == fact.kind && (is_at(fact, entry) && !holds_it || entry.kind == "store")
        };
        let here: Vec<usize> = (0..entries.len()).filter(|&i| fits(&entries[i])).collect();
        for &i in &here {
            used[i] = true;
        }
        outcomes.push((fact, outcome(fact, &here.iter().map(|&i| &entries[i]).collect::<Vec<_>>())));
    }
    let surplus = entries
        .iter()
        .zip(used)
        .filter(|(entry, used)| {
            let here = Path::new(entry.file).starts_with(part);
            !used && here && !entry.is_decoy() && matches!(entry.kind, "signup" | "stripe" | "csp")
        })
        .map(|(entry, _)| {
            format!("{} {}:{} is listed, but nobody saw it", entry.kind, entry.file, entry.lines[0])
        })
        .collect();
    (outcomes, surplus)
}

fn outcome(fact: &Fact, here: &[&Entry<'_>]) -> Outcome {
    if fact.file.starts_with("../") {
        return Outcome::Outside;
    }
    let mut real: Vec<_> = here.iter().filter(|entry| !entry.is_decoy()).collect();
    if fact.decoy {
        // A survey has one store and doesn't always say where: it is the wrong one if it is what the look-alike is.
        real.retain(|entry| entry.kind != "store" || is_at(fact, entry) || says_all(fact, entry));
        return match (real.is_empty(), here.is_empty()) {
            (_, true) => Outcome::Silent,
            (true, _) => Outcome::Named,
            (false, _) => Outcome::Wrong,
        };
    }
    let differing = |entry: &Entry<'_>| -> Vec<String> {
        let pairs = fact.is.iter().map(|(name, wanted)| (name, wanted, entry.says(name)));
        pairs
            .filter(|(name, wanted, said)| {
                *wanted != said && !(*name == "create_line" && is_near(wanted, said))
            })
            .map(|(name, wanted, said)| format!("{name}: {said} for {wanted}"))
            .collect()
    };
    match real.iter().map(|entry| differing(entry)).min_by_key(Vec::len) {
        None => Outcome::Missed,
        Some(none) if none.is_empty() => Outcome::Found,
        Some(some) => Outcome::Differs(some),
    }
}

fn is_at(fact: &Fact, entry: &Entry<'_>) -> bool {
    entry.file == fact.file && entry.lines[0] <= fact.lines[1] && fact.lines[0] <= entry.lines[1]
}

fn says_all(fact: &Fact, entry: &Entry<'_>) -> bool {
    !fact.is.is_empty() && fact.is.iter().all(|(name, wanted)| *wanted == entry.says(name))
}

fn entries<'s>(survey: &'s Value, root: &Path) -> Vec<Entry<'s>> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    let mut add = |app: &'s Value, kind: &'static str, value: &'s Value| {
        let at = &value["at"];
        let file = at["file"].as_str().unwrap_or_default();
        let text = texts
            .entry(file.to_string())
            .or_insert_with(|| fs_err::read_to_string(root.join(file)).unwrap_or_default());
        let line = at["line"].as_u64().unwrap_or_default() as usize;
        let byte = |i: usize| at["bytes"][i].as_u64().unwrap_or_default() as usize;
        let inside = text.as_bytes().get(byte(0)..byte(1)).unwrap_or_default();
        let last = line + inside.iter().filter(|&&byte| byte == b'\n').count();
        let app = app.as_str().unwrap_or_default();
        found.push(Entry { app, kind, value, file, lines: [line, last] });
    };
    let list = |value: &'s Value| value.as_array().into_iter().flatten();
    for app in list(&survey["apps"]) {
        for (kind, name) in [
            ("framework", "frameworks"),
            ("router", "routers"),
            ("identity", "identity"),
            ("signup", "signups"),
            ("stripe", "stripe"),
        ] {
            list(&app[name]).for_each(|value| add(&app["package"], kind, value));
        }
        for kind in ["store", "config", "state"] {
            if app[kind].is_object() {
                add(&app["package"], kind, &app[kind]);
            }
        }
    }
    list(&survey["pages"]).for_each(|value| add(&value["app"], "page", value));
    list(&survey["csp"]).for_each(|value| add(&value["app"], "csp", value));
    list(&survey["outside_rust"]).for_each(|value| add(&Value::Null, "outside-rust", value));
    found
}
