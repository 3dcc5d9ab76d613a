//! Cello's QA checklist, line by line.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::steps::Component;

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QaLine {
    /// `qa-01` to `qa-40`.
    pub id: String,
    /// What must hold.
    pub text: String,
    /// The ways of checking it, most telling first; a line may need several.
    pub how: Vec<How>,
    /// Whose line it is.
    pub origin: Origin,
    /// The pages it comes from. Left out in data where the origin names them.
    #[serde(default)]
    pub pages: Vec<String>,
    /// The part of Cello it belongs to.
    pub component: Component,
    /// When it applies; none where it always does.
    pub only_if: Option<String>,
    /// Ids of the [steps](super::Step) that settle it, or [`PORTAL`](Self::PORTAL).
    pub settled_by: Vec<String>,
}

impl QaLine {
    /// Stands in [`settled_by`](Self::settled_by) for what only Cello's portal can settle, without any step.
    pub const PORTAL: &'static str = "portal";

    /// The line's number in the checklist, from 1.
    pub fn number(&self) -> Option<u8> {
        self.id.strip_prefix("qa-")?.parse().ok()
    }
}

/// How a line is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// By reading the source.
    Static,
    /// With the application running.
    Running,
    /// By looking into Cello's portal or Stripe's dashboard.
    Portal,
}

impl How {
    /// The word used in plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Running => "running",
            Self::Portal => "portal",
        }
    }
}

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Cello's QA checklist.
    Checklist,
    /// Cello's pre-launch testbook.
    Testbook,
    /// Ours, from other pages of Cello.
    Derived,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QaFile {
    checklist: String,
    testbook: String,
    line: Vec<QaLine>,
}

pub(super) fn read(file: &DataFile<'_>) -> Result<Vec<QaLine>, PlaybookError> {
    let QaFile { checklist, testbook, mut line } = file.parse()?;
    for line in &mut line {
        match line.origin {
            Origin::Checklist => line.pages.insert(0, checklist.clone()),
            Origin::Testbook => line.pages.insert(0, testbook.clone()),
            Origin::Derived => {}
        }
    }
    Ok(line)
}
