//! What the tools take, and the published schema of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rmcp::model::JsonObject;
use serde::Deserialize;

use super::tools::object;

/// By the tool's name. A test holds it against the types below.
const PUBLISHED: &str = include_str!("../../../schemas/tools.json");

/// The schema of what a tool takes.
pub(super) fn schema(tool: &str) -> Arc<JsonObject> {
    let all = object(PUBLISHED);
    Arc::new(all.get(tool).and_then(|schema| schema.as_object()).cloned().unwrap_or_default())
}

/// `survey` and `doctor`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// Look at this package only.
    pub package: Option<String>,
}

/// `decide`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// Answers by the decision's id, each one of its options or, where it accepts that, an expression, path or text.
    pub answers: BTreeMap<String, String>,
    /// Name of the person who made those that are `human_only`. It is recorded in the plan: never make one up.
    pub attest: Option<String>,
}

/// `show`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// The plan's file, from the project; by default the last plan.
    pub plan: Option<String>,
    /// Only these steps: a plan of its own, with its own digest.
    #[serde(default)]
    pub only: Vec<String>,
}

/// `diff`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Diff {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// The plan that was reviewed, from the project; by default the one before the last.
    pub old: Option<String>,
    /// The plan made since, from the project; by default the last one.
    pub new: Option<String>,
}

/// `explain`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// Id of a step, decision, fact, rule, error or topic; without it, everything there is.
    pub id: Option<String>,
}

/// `apply`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// Digest of the plan, or of the part of it, that a person has approved.
    pub digest: String,
    /// Only these steps; the digest is that of `show` with the same.
    #[serde(default)]
    pub only: Vec<String>,
    /// All but these steps.
    #[serde(default)]
    pub skip: Vec<String>,
    /// Check and compile everything, write nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Do not compile a patched copy first. Only on a person's word.
    #[serde(default)]
    pub no_verify: bool,
    /// Run the tests of the inserted module too; building them can take minutes.
    #[serde(default)]
    pub test: bool,
}

/// `undo`
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// Folder of the project: absolute, or from the server's first root, which it is by default.
    pub project: Option<String>,
    /// Only these steps.
    #[serde(default)]
    pub only: Vec<String>,
    /// Say what would be taken back, write nothing.
    #[serde(default)]
    pub dry_run: bool,
}

#[cfg(test)]
mod tests {
    use schemars::transform::{RecursiveTransform, Transform};
    use schemars::{JsonSchema, Schema};
    use serde_json::{Map, Value};

    use super::*;
    use crate::cli::schema::tests::renewed;

    fn of<T: JsonSchema>() -> Value {
        let mut takes = schemars::schema_for!(T);
        RecursiveTransform(|schema: &mut Schema| single_type(schema)).transform(&mut takes);
        takes.into()
    }

    /// What may be left out needs no null, and some models' providers know schemas of one type only.
    fn single_type(schema: &mut Schema) {
        if let Some(first) = schema.get("type").and_then(|types| types.get(0)).cloned() {
            schema.insert("type".into(), first);
        }
    }

    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        let all: Map<String, Value> = [
            ("survey", of::<Look>()),
            ("plan", of::<Look>()),
            ("decide", of::<Decide>()),
            ("show", of::<Show>()),
            ("diff", of::<Diff>()),
            ("explain", of::<Explain>()),
            ("doctor", of::<Look>()),
            ("apply", of::<Apply>()),
            ("undo", of::<Undo>()),
        ]
        .map(|(name, schema)| (name.to_string(), schema))
        .into_iter()
        .collect();
        renewed("tools", &all);
        for tool in super::super::tools::all(true) {
            assert_eq!(Some(&Value::from(tool.input_schema.as_ref().clone())), all.get(tool.name.as_ref()));
        }
    }
}
