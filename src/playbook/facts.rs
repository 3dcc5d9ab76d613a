//! Facts about Cello: one per literal or behaviour that a plan relies on, with the page that says so.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;

/// Something true of Cello or Stripe that a step builds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Stable name in kebab case, such as `token-hs512`. Plans refer to it, so it is never reused.
    pub id: String,
    /// The fact, in one to three sentences.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub statement: String,
    /// The literals that code or hand work takes over, spelled as there. Where there is one per environment, the
    /// sandbox comes first and production second, then what they share.
    #[serde(default)]
    pub values: Vec<String>,
    /// How far the pages bear it out.
    pub confidence: Confidence,
    /// Whether a part of it is our conclusion rather than something a page says.
    #[serde(default)]
    pub inferred: bool,
    /// The pages, at least one.
    pub sources: Vec<Source>,
    /// Ids of the [conflicts](super::Conflict) in which this fact takes a side.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// Whether it is kept for the reader alone, and no step or question rests on it.
    #[serde(default)]
    pub background: bool,
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Our own convention or conclusion.
    Low,
    /// Stated once, or borne out only by integrations seen in the field.
    Medium,
    /// Stated by Cello without contradiction that matters, or probed on its servers.
    High,
}

/// Where a fact was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The page's https address.
    pub page: String,
    /// When it was read, `2026-11` or `2026-11-23`.
    pub read: String,
    /// The page's name for people.
    pub label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactFile {
    fact: Vec<Fact>,
}

pub(super) fn read(files: &[DataFile<'_>]) -> Result<Vec<Fact>, PlaybookError> {
    let mut facts = Vec::new();
    for file in files {
        facts.extend(file.parse::<FactFile>()?.fact);
    }
    Ok(facts)
}
