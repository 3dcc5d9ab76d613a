//! The rules that need code: each looks at the chart and says what is wrong where. What they mean stands in `plans/rules/`.

mod api_called_from_browser;
mod api_path_unknown;
mod api_token_status;
mod attribution_call_races;
mod attribution_missing;
mod attribution_outside_head;
mod attribution_page_missing;
mod boot_details_missing;
mod boot_repeated;
mod checkout_makes_customer;
mod code_length_fixed;
mod code_not_captured;
mod csp_blocks_cello;
mod custom_launcher_labels;
mod customer_metadata_misspelt;
mod customer_without_user_id;
mod empty_code_in_metadata;
mod environments_mixed;
mod integration_incomplete;
mod key_pairs_mixed;
mod metadata_not_on_customer;
mod purchase_interval;
mod purchase_price_in_cents;
mod script_addresses;
mod script_integrity;
mod script_not_module;
mod secret_in_browser;
mod secret_in_repository;
mod signup_event_missing;
mod signup_event_wrong;
mod token_algorithm;
mod token_cacheable;
mod token_claim_names;
mod token_cross_site;
mod token_expiry;
mod token_fetch_without_cookies;
mod token_iat;
mod token_key_decoded;
mod token_organisation_id;
mod token_signed_in_browser;
mod token_user_from_request;
mod token_user_id_number;
mod user_id_differs;
mod webhook_events_missing;
mod widget_not_shut_down;

use std::ops::Range;

use super::chart::Chart;

/// Something a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The file.
    pub file: String,
    /// Its bytes.
    pub at: Range<usize>,
    /// What it is here, in a sentence.
    pub text: String,
    /// The step of the plan that puts it right, where the rule knows which.
    pub step: Option<String>,
}

impl Hit {
    fn new(file: &str, at: &Range<usize>, text: impl Into<String>) -> Self {
        Self { file: file.to_string(), at: at.clone(), text: text.into(), step: None }
    }
}

/// What looks for a rule's findings.
pub type Check = fn(&Chart<'_>) -> Vec<Hit>;

/// Rules with code of their own, by id; all others in `plans/rules/` are patterns.
pub const CHECKS: [(&str, Check); 48] = [
    ("api-called-from-browser", api_called_from_browser::check),
    ("api-path-unknown", api_path_unknown::check),
    ("api-token-status", api_token_status::check),
    ("attribution-call-races", attribution_call_races::check),
    ("attribution-missing", attribution_missing::check),
    ("attribution-outside-head", attribution_outside_head::check),
    ("attribution-page-missing", attribution_page_missing::check),
    ("attribution-script-name", script_addresses::name),
    ("boot-details-missing", boot_details_missing::check),
    ("boot-repeated", boot_repeated::check),
    ("checkout-makes-customer", checkout_makes_customer::check),
    ("code-length-fixed", code_length_fixed::check),
    ("code-not-captured", code_not_captured::check),
    ("csp-blocks-cello", csp_blocks_cello::check),
    ("custom-launcher-labels", custom_launcher_labels::check),
    ("customer-metadata-misspelt", customer_metadata_misspelt::check),
    ("customer-without-user-id", customer_without_user_id::check),
    ("empty-code-in-metadata", empty_code_in_metadata::check),
    ("environments-mixed", environments_mixed::check),
    ("integration-incomplete", integration_incomplete::check),
    ("key-pairs-mixed", key_pairs_mixed::check),
    ("metadata-not-on-customer", metadata_not_on_customer::check),
    ("purchase-interval", purchase_interval::check),
    ("purchase-price-in-cents", purchase_price_in_cents::check),
    ("script-integrity", script_integrity::check),
    ("script-legacy-path", script_addresses::legacy),
    ("script-not-module", script_not_module::check),
    ("script-wrong-host", script_addresses::host),
    ("secret-in-browser", secret_in_browser::check),
    ("secret-in-repository", secret_in_repository::check),
    ("signup-event-missing", signup_event_missing::check),
    ("signup-event-wrong", signup_event_wrong::check),
    ("token-algorithm", token_algorithm::check),
    ("token-cacheable", token_cacheable::check),
    ("token-claim-names", token_claim_names::check),
    ("token-cross-site", token_cross_site::check),
    ("token-exp-past", token_expiry::past),
    ("token-exp-without-refresh", token_expiry::without_refresh),
    ("token-fetch-without-cookies", token_fetch_without_cookies::check),
    ("token-iat", token_iat::check),
    ("token-key-decoded", token_key_decoded::check),
    ("token-organisation-id", token_organisation_id::check),
    ("token-signed-in-browser", token_signed_in_browser::check),
    ("token-user-from-request", token_user_from_request::check),
    ("token-user-id-number", token_user_id_number::check),
    ("user-id-differs", user_id_differs::check),
    ("webhook-events-missing", webhook_events_missing::check),
    ("widget-not-shut-down", widget_not_shut_down::check),
];
