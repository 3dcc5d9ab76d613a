//! Findings that are known and accepted: a file that CI compares with, so that only new ones fail a build.

use serde::{Deserialize, Serialize};

use super::Diagnosis;

/// The schema of such a file.
pub const SCHEMA: &str = "cello-doctor-baseline/1";

/// Accepted findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// One entry per finding, by rule and file.
    pub accepted: Vec<Accepted>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Accepted {
    /// The rule, for the reader.
    pub rule: String,
    /// The file, for the reader.
    pub file: String,
    /// What is compared.
    pub fingerprint: String,
}

impl Baseline {
    /// All findings of a diagnosis.
    pub fn of(diagnosis: &Diagnosis) -> Self {
        let entry = |finding: &super::Finding| Accepted {
            rule: finding.rule.clone(),
            file: finding.at.as_ref().map(|at| at.file.clone()).unwrap_or_default(),
            fingerprint: finding.fingerprint.clone(),
        };
        let mut accepted: Vec<Accepted> = diagnosis.findings.iter().map(entry).collect();
        accepted.sort();
        accepted.dedup();
        Self { schema: SCHEMA.to_string(), accepted }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema == SCHEMA {
            Ok(baseline)
        } else {
            Err(format!("its schema is `{}`, not `{SCHEMA}`", baseline.schema))
        }
    }

    /// Marks what is accepted as known.
    pub fn mark(&self, diagnosis: &mut Diagnosis) {
        for finding in &mut diagnosis.findings {
            finding.known = self.accepted.iter().any(|accepted| accepted.fingerprint == finding.fingerprint);
        }
        if diagnosis.verdict != super::Verdict::NotIntegrated {
            diagnosis.judge();
        }
    }
}
