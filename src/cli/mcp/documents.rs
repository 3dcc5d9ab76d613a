//! The resources: the plans of the roots, and the playbook.

use std::path::Path;

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde::Serialize;

use super::roots::Roots;
use crate::apply::own_folder;
use crate::cli::explain::{self, explain};
use crate::cli::{Failure, show, tick};
use crate::plan::{self, Handoff, Plan};
use crate::report::Style;

/// Documents of a plan: name, what it is, and its kind.
const PLAN: [(&str, &str, &str); 3] = [
    ("plan.json", "The plan: decisions, steps, edits, digest", "application/json"),
    ("plan.md", "The plan for a person to review", "text/markdown"),
    ("handoff.json", "What the plan leaves to an agent or a person", "application/json"),
];

const PLAYBOOK: &str = "cello://playbook/";

/// What there is now.
pub(super) fn list(roots: &Roots) -> Vec<Resource> {
    let mut all = vec![
        Resource::new(format!("{PLAYBOOK}index"), "playbook")
            .with_description("Everything the playbook has, by kind and id")
            .with_mime_type("text/plain"),
    ];
    for (number, root) in roots.list().iter().enumerate() {
        let folder = root.file_name().unwrap_or_default().to_string_lossy();
        if !root.join(".cello/plan.json").is_file() {
            continue;
        }
        all.extend(PLAN.map(|(name, what, kind)| {
            Resource::new(format!("cello://{}/{name}", number + 1), format!("{folder}/{name}"))
                .with_description(what)
                .with_mime_type(kind)
        }));
    }
    all
}

/// What there is by name.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(format!("{PLAYBOOK}{{id}}"), "explanation")
            .with_description("A step, decision, fact about Cello, rule, error or topic; `index` lists all")
            .with_mime_type("text/plain"),
        ResourceTemplate::new("cello://{root}/{document}", "plan")
            .with_description("plan.json, plan.md or handoff.json of the server's first, second, … root"),
    ]
}

/// One of them.
pub(super) fn read(uri: &str, roots: &Roots) -> Result<ReadResourceResult, ErrorData> {
    let missing = || ErrorData::resource_not_found(format!("there is no resource `{uri}`"), None);
    let failed = |failure: Failure| ErrorData::resource_not_found(failure.text(), None);
    let (text, kind) = match uri.strip_prefix(PLAYBOOK) {
        Some(id) => (playbook(id).map_err(failed)?, "text/plain"),
        None => {
            let path = uri.strip_prefix("cello://").ok_or_else(missing)?;
            let (number, name) = path.split_once('/').ok_or_else(missing)?;
            let number: usize = number.parse().map_err(|_| missing())?;
            let root = number.checked_sub(1).and_then(|index| roots.list().get(index)).ok_or_else(missing)?;
            let (_, _, kind) = PLAN.iter().find(|(known, ..)| *known == name).ok_or_else(missing)?;
            let path = roots.file(root, ".cello/plan.json").map_err(failed)?;
            let plan = show::read(&path).and_then(|bytes| Ok(plan::read(&bytes)?)).map_err(failed)?;
            (document(name, &plan, root).map_err(failed)?, *kind)
        }
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(kind)]))
}

fn playbook(id: &str) -> Result<String, Failure> {
    let style = Style { color: false, width: 100 };
    if id == "index" {
        return Ok(explain::index(&explain(None)?, style));
    }
    Ok(explain::text(&explain(Some(id))?, style))
}

fn document(name: &str, plan: &Plan, root: &Path) -> Result<String, Failure> {
    match name {
        "plan.md" => Ok(show::markdown(plan)),
        "handoff.json" => json(&Handoff::of(plan, &tick::remembered(&own_folder(root)?)?)),
        _ => json(plan),
    }
}

fn json(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document)
        .map_err(|error| Failure::Defect(format!("a document can't be put into JSON: {error}")))
}
