//! Decisions that a plan may ask for, where evidence alone can't settle a step.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;

/// A decision, before a survey adds the options it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable name in kebab case, such as `payer`. With [`each`](Self::each), a plan's decision is `id:site`.
    pub id: String,
    /// What it is asked once for each of, such as `sign-up site`; none where it is asked once.
    pub each: Option<String>,
    /// The question.
    pub prompt: String,
    /// What hangs on the answer.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub why: String,
    /// Whether only a person may answer, at a terminal or attested by name.
    pub human_only: bool,
    /// The form of an answer.
    pub accepts: Accepts,
    /// The options known beforehand.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// What the survey adds to the options or shows as evidence, in words.
    pub candidates: Option<String>,
    /// Ids of the [facts](super::Fact) that make the answer matter.
    #[serde(default)]
    pub facts: Vec<String>,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accepts {
    /// One of the options and nothing else.
    Option,
    /// A Rust expression valid at the place in question, or the value of an option.
    Expression,
    /// A path to a file, from the project's root.
    Path,
    /// Any text.
    Text,
}

impl Accepts {
    /// The word used in plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Expression => "expression",
            Self::Path => "path",
            Self::Text => "text",
        }
    }
}

/// An option known beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer, in kebab case.
    pub value: String,
    /// The answer for people.
    pub label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    question: Vec<Question>,
}

pub(super) fn read(file: &DataFile<'_>) -> Result<Vec<Question>, PlaybookError> {
    Ok(file.parse::<QuestionFile>()?.question)
}
