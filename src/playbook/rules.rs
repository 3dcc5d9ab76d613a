//! Rules: what can be wrong with an integration, how bad it is and what to do, with samples that prove each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;
use super::steps::Component;

/// Something that can be wrong with an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name in kebab case, and the name of its file.
    pub id: String,
    /// What is wrong, as a sentence without its full stop.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The part of Cello that suffers.
    pub component: Component,
    /// The trace of Cello that has to be there for the rule to say anything.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub trigger: String,
    /// Why it matters: what people will see.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub why: String,
    /// What to do.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub fix: String,
    /// Ids of the [facts](super::Fact) it rests on.
    pub facts: Vec<String>,
    /// Ids of the [lines of the QA checklist](super::QaLine) that it breaks.
    pub qa: Vec<String>,
    /// The [step](super::Step) of a plan that would put it right; none where a person has to.
    pub step: Option<String>,
    /// Sequences of words that betray it; none where code of its own looks for it.
    #[serde(default)]
    pub pattern: Vec<Pattern>,
    /// Files that show it, and files that don't although they look like it; none for what only a whole application shows.
    #[serde(default)]
    pub sample: Vec<Sample>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something doesn't work, or a secret is out.
    Error,
    /// Something works at times, for some, or worse than it could.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Words, strings and signs of browser code that follow each other, comments and white space aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The sequence, such as `CelloAttribution ( "attachAll"`. A string in quotes stands for one with this content,
    /// whatever its quotes; one with `*` at an end for any that ends or starts so.
    pub tokens: String,
    /// If this word is anywhere in the project's browser code, the pattern says nothing.
    pub unless: Option<String>,
}

/// An application, or what of it matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Whether the rule has to find something in it.
    pub kind: SampleKind,
    /// What makes it so.
    pub shows: String,
    /// Texts by path.
    pub files: BTreeMap<String, String>,
}

/// Kinds of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleKind {
    /// As it should be.
    Good,
    /// The rule has to find it.
    Bad,
    /// Looks much like it, and isn't.
    NearMiss,
}

pub(super) fn read(files: &[DataFile<'_>]) -> Result<Vec<Rule>, PlaybookError> {
    files.iter().map(DataFile::parse).collect()
}
