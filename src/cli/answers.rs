//! Answers to decisions: from flags and files, remembered beside the plan.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Failure;
use super::args::PlanArgs;
use crate::steps::{Answer, Answers};

/// Name of the file in the plan's folder.
pub(super) const FILE: &str = "answers.json";

/// An answer as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    value: String,
    by: String,
}

/// An answer given with this command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub value: String,
    /// True for `--set`: a wrong id is a mistake then, while a file may serve several projects.
    pub by_flag: bool,
}

/// What was remembered from earlier runs; nothing if there were none.
pub(super) fn remembered(folder: &Path) -> Result<Answers, Failure> {
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Answers::new()),
        Err(source) => {
            return Err(Failure::Io { doing: "read", path, source });
        }
    };
    let saved: BTreeMap<String, Saved> =
        serde_json::from_str(&text).map_err(|error| Failure::Answers { path, detail: error.to_string() })?;
    Ok(saved.into_iter().map(|(id, Saved { value, by })| (id, Answer { value, by })).collect())
}

/// The text to remember answers by.
pub(super) fn text(answers: &Answers) -> String {
    let saved: BTreeMap<&String, Saved> = answers
        .iter()
        .map(|(id, Answer { value, by })| (id, Saved { value: value.clone(), by: by.clone() }))
        .collect();
    // A map of strings always goes into JSON.
    let text = serde_json::to_string_pretty(&saved).unwrap_or_default();
    format!("{text}\n")
}

/// The answers given with this command; flags come after files.
pub(super) fn given(args: &PlanArgs) -> Result<BTreeMap<String, Given>, Failure> {
    let mut given = BTreeMap::new();
    if let Some(path) = &args.answers {
        let malformed = |detail: String| Failure::Answers { path: path.clone(), detail };
        let text = fs::read_to_string(path).map_err(|source| match source.kind() {
            ErrorKind::InvalidData => malformed("it is not UTF-8".into()),
            _ => Failure::Io { doing: "read", path: path.clone(), source },
        })?;
        let object: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(text.trim_start_matches('\u{feff}'))
                .map_err(|error| malformed(error.to_string()))?;
        for (id, value) in object {
            // A remembered answers.json is taken as well as a plain list.
            let value = value.get("value").cloned().unwrap_or(value);
            let Some(value) = value.as_str().map(str::to_string) else {
                return Err(malformed(format!("the answer to `{id}` is no text")));
            };
            given.insert(id, Given { value, by_flag: false });
        }
    }
    for pair in &args.set {
        let Some((id, value)) = pair.split_once('=') else {
            return Err(Failure::Usage(format!("`--set {pair}` has to be DECISION=VALUE")));
        };
        let answer = Given { value: value.to_string(), by_flag: true };
        given.insert(id.trim().to_string(), answer);
    }
    Ok(given)
}
