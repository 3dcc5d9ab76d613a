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
    /// Rules of the doctor, one file each, by id.
    pub rules: &'a [DataFile<'a>],
    /// Topics.
    pub topics: DataFile<'a>,
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
            plans!("steps/redirect.toml"),
            plans!("steps/csp.toml"),
            plans!("steps/store-handle.toml"),
            plans!("steps/capture-layer.toml"),
            plans!("steps/signup.toml"),
            plans!("steps/customer-metadata.toml"),
            plans!("steps/purchase-events.toml"),
            plans!("steps/environment.toml"),
            plans!("steps/stripe-webhook.toml"),
            plans!("steps/token.toml"),
            plans!("steps/portal-settings.toml"),
            plans!("steps/first-run-check.toml"),
            plans!("steps/custom-launcher.toml"),
            plans!("steps/page-language.toml"),
            plans!("steps/consent-tool.toml"),
            plans!("steps/referral-banner.toml"),
            plans!("steps/discount.toml"),
            plans!("steps/deletion.toml"),
        ],
        conflicts: plans!("conflicts.toml"),
        questions: plans!("questions.toml"),
        qa: plans!("qa.toml"),
        rules: &[
            plans!("rules/api-bearer-secret.toml"),
            plans!("rules/api-called-from-browser.toml"),
            plans!("rules/api-fails-signup.toml"),
            plans!("rules/api-path-unknown.toml"),
            plans!("rules/api-token-not-kept.toml"),
            plans!("rules/api-token-status.toml"),
            plans!("rules/api-without-timeout.toml"),
            plans!("rules/attach-all-deprecated.toml"),
            plans!("rules/attribution-call-races.toml"),
            plans!("rules/attribution-call-unknown.toml"),
            plans!("rules/attribution-missing.toml"),
            plans!("rules/attribution-outside-head.toml"),
            plans!("rules/attribution-page-missing.toml"),
            plans!("rules/attribution-script-name.toml"),
            plans!("rules/boot-awaited.toml"),
            plans!("rules/boot-details-missing.toml"),
            plans!("rules/boot-repeated.toml"),
            plans!("rules/boot-unhandled.toml"),
            plans!("rules/boot-without-queue.toml"),
            plans!("rules/checkout-makes-customer.toml"),
            plans!("rules/code-dropped.toml"),
            plans!("rules/code-echoed.toml"),
            plans!("rules/code-length-fixed.toml"),
            plans!("rules/code-not-captured.toml"),
            plans!("rules/code-not-stored.toml"),
            plans!("rules/code-refuses-signup.toml"),
            plans!("rules/csp-blocks-cello.toml"),
            plans!("rules/custom-launcher-labels.toml"),
            plans!("rules/customer-email-differs.toml"),
            plans!("rules/customer-metadata-misspelt.toml"),
            plans!("rules/customer-without-user-id.toml"),
            plans!("rules/discount-after-subscription.toml"),
            plans!("rules/discount-percent.toml"),
            plans!("rules/empty-code-in-metadata.toml"),
            plans!("rules/environment-fixed.toml"),
            plans!("rules/environments-mixed.toml"),
            plans!("rules/event-repeated-blindly.toml"),
            plans!("rules/get-referral-removed.toml"),
            plans!("rules/hide-default-badge.toml"),
            plans!("rules/integration-incomplete.toml"),
            plans!("rules/key-pairs-mixed.toml"),
            plans!("rules/launcher-missing.toml"),
            plans!("rules/launcher-position.toml"),
            plans!("rules/metadata-not-on-customer.toml"),
            plans!("rules/metadata-replaced.toml"),
            plans!("rules/oauth-without-code.toml"),
            plans!("rules/organisation-half-wired.toml"),
            plans!("rules/product-id-of-sandbox.toml"),
            plans!("rules/purchase-interval.toml"),
            plans!("rules/purchase-price-in-cents.toml"),
            plans!("rules/script-integrity.toml"),
            plans!("rules/script-legacy-path.toml"),
            plans!("rules/script-not-module.toml"),
            plans!("rules/script-wrong-host.toml"),
            plans!("rules/secret-in-browser.toml"),
            plans!("rules/secret-in-repository.toml"),
            plans!("rules/signup-event-missing.toml"),
            plans!("rules/signup-event-wrong.toml"),
            plans!("rules/signup-told-twice.toml"),
            plans!("rules/stripe-webhook-not-needed.toml"),
            plans!("rules/token-algorithm.toml"),
            plans!("rules/token-cacheable.toml"),
            plans!("rules/token-claim-names.toml"),
            plans!("rules/token-cross-site.toml"),
            plans!("rules/token-exp-past.toml"),
            plans!("rules/token-exp-without-refresh.toml"),
            plans!("rules/token-fetch-without-cookies.toml"),
            plans!("rules/token-iat.toml"),
            plans!("rules/token-key-decoded.toml"),
            plans!("rules/token-organisation-id.toml"),
            plans!("rules/token-signed-in-browser.toml"),
            plans!("rules/token-user-from-request.toml"),
            plans!("rules/token-user-id-number.toml"),
            plans!("rules/user-id-differs.toml"),
            plans!("rules/webhook-events-missing.toml"),
            plans!("rules/widget-not-shut-down.toml"),
            plans!("rules/widget-on-public-page.toml"),
        ],
        topics: plans!("topics.toml"),
    };

    /// Every file, in no order that matters.
    pub fn all(&self) -> impl Iterator<Item = &DataFile<'static>> {
        let single = [&self.conflicts, &self.questions, &self.qa, &self.topics];
        self.facts.iter().chain(self.steps).chain(self.rules).chain(single)
    }
}
