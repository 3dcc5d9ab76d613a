//! What people ask about that is no single step, with the facts, steps and questions that belong to it.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Stable name in kebab case.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What to know.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub text: String,
    /// Ids of the [facts](super::Fact) it rests on.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Ids of the [steps](super::Step) that deal with it.
    #[serde(default)]
    pub steps: Vec<String>,
    /// Ids of the [questions](super::Question) that it raises.
    #[serde(default)]
    pub questions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    topic: Vec<Topic>,
}

pub(super) fn read(file: &DataFile<'_>) -> Result<Vec<Topic>, PlaybookError> {
    Ok(file.parse::<TopicFile>()?.topic)
}
