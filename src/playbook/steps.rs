//! The steps of a plan, without anything of the application they are planned for.

use serde::{Deserialize, Serialize};

use super::error::PlaybookError;
use super::files::DataFile;
use super::prose;

/// One reviewable change, or one piece of work for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable name in kebab case, and the name of its file. With [`each`](Self::each), a plan's step is `id:site`.
    pub id: String,
    /// What a plan has one of it for, such as `sign-up site`; none where a plan has at most one.
    pub each: Option<String>,
    /// What is done, as a short command.
    pub title: String,
    /// The part of Cello it serves.
    pub component: Component,
    /// 1 is needed for referrals to work, 2 improves on that. The phases are those of Cello's guide.
    pub phase: u8,
    /// Why it is done, for the reviewer.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub why: String,
    /// Ids of the [facts](super::Fact) it rests on.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Ids of the [questions](super::Question) it may have to ask.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Ids of the [lines of the QA checklist](super::QaLine) it helps to settle.
    #[serde(default)]
    pub qa: Vec<String>,
    /// Pages to read on.
    #[serde(default)]
    pub docs: Vec<Doc>,
    /// Work for a person, numbered from 1 in this order.
    #[serde(default)]
    pub hand: Vec<HandWork>,
}

/// The part of Cello that a step or a line of the checklist belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// The widget in which users find their link and rewards.
    ReferralWidget,
    /// Keeping a visitor's referral code until they sign up.
    Attribution,
    /// Telling Cello that a referred user signed up.
    SignupTracking,
    /// Telling Cello that they paid.
    PurchaseTracking,
    /// What the other four rest on.
    Setup,
}

impl Component {
    /// The word used in plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReferralWidget => "referral-widget",
            Self::Attribution => "attribution",
            Self::SignupTracking => "signup-tracking",
            Self::PurchaseTracking => "purchase-tracking",
            Self::Setup => "setup",
        }
    }
}

/// A page to read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doc {
    /// The page's https address.
    pub url: String,
    /// When it was read, `2026-11` or `2026-11-23`.
    pub read: String,
}

/// Something only a person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandWork {
    /// What to do, as a short command. `do` in data, as in plans.
    #[serde(rename = "do")]
    pub action: String,
    /// When it is needed at all; none where it always is.
    pub only_if: Option<String>,
    /// Cases of Cello's guide in which it is to be done: `A`, `B`, `C`, or `unknown` where the code did not tell; empty
    /// for all.
    #[serde(default)]
    pub cases: Vec<String>,
    /// How to do it. [`Playbook::hand_text`](super::Playbook::hand_text) adds the listed values.
    #[serde(deserialize_with = "prose::unwrapped")]
    pub text: String,
    /// Id of the [fact](super::Fact) whose values are to be entered.
    pub list: Option<String>,
    /// Id of the [line of the QA checklist](super::QaLine) that shows it was done; none where the checklist has none.
    pub turns_green: Option<String>,
}

pub(super) fn read(files: &[DataFile<'_>]) -> Result<Vec<Step>, PlaybookError> {
    files.iter().map(DataFile::parse).collect()
}
