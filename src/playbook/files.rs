//! The registry of data files: whatever is in `plans/` is listed here, as a test proves.

use serde::de::DeserializeOwned;

use super::error::PlaybookError;

/// A data file's name and text.
#[derive(Debug, Clone, Copy)]
pub struct DataFile<'a> {
    /// Path from the repository's root.
    pub path: &'a str,
    /// The whole file.
    pub text: &'a str,
}

impl DataFile<'_> {
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, PlaybookError> {
        toml_edit::de::from_str(self.text).map_err(|source| PlaybookError::Malformed {
            file: self.path.to_string(),
            source: Box::new(source),
        })
    }
}

/// The files that make up a playbook.
#[derive(Debug, Clone, Copy)]
pub struct DataFiles<'a> {
    /// Facts, one file per area.
    pub facts: &'a [DataFile<'a>],
    /// Steps, one file each, in the order in which a plan lists them.
    pub steps: &'a [DataFile<'a>],
    /// Disagreements of the documentation.
    pub conflicts: DataFile<'a>,
    /// Decisions.
    pub questions: DataFile<'a>,
    /// The QA checklist.
    pub qa: DataFile<'a>,
}

macro_rules! plans {
    ($path:literal) => {
        DataFile { path: concat!("plans/", $path), text: include_str!(concat!("../../plans/", $path)) }
    };
}

impl DataFiles<'static> {
    /// The files compiled into this binary.
    pub const EMBEDDED: Self = Self {
        facts: &[
            plans!("facts/token.toml"),
            plans!("facts/widget.toml"),
            plans!("facts/attribution.toml"),
            plans!("facts/api.toml"),
            plans!("facts/stripe.toml"),
            plans!("facts/settings.toml"),
        ],
        steps: &[
            plans!("steps/dependency.toml"),
            plans!("steps/lockfile.toml"),
            plans!("steps/migration.toml"),
            plans!("steps/module.toml"),
            plans!("steps/module-declaration.toml"),
            plans!("steps/routes.toml"),
            plans!("steps/page-script.toml"),
            plans!("steps/front-end.toml"),
            plans!("steps/csp.toml"),
            plans!("steps/capture-layer.toml"),
            plans!("steps/signup.toml"),
            plans!("steps/customer-metadata.toml"),
            plans!("steps/environment.toml"),
            plans!("steps/stripe-webhook.toml"),
            plans!("steps/token.toml"),
            plans!("steps/portal-settings.toml"),
            plans!("steps/first-run-check.toml"),
            plans!("steps/custom-launcher.toml"),
            plans!("steps/discount.toml"),
            plans!("steps/deletion.toml"),
        ],
        conflicts: plans!("conflicts.toml"),
        questions: plans!("questions.toml"),
        qa: plans!("qa.toml"),
    };

    /// Every file, in no order that matters.
    pub fn all(&self) -> impl Iterator<Item = &DataFile<'static>> {
        let single = [&self.conflicts, &self.questions, &self.qa];
        self.facts.iter().chain(self.steps).chain(single)
    }
}
