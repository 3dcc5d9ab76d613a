//! The rules that need code: each looks at the chart and says what is wrong where. What they mean stands in `plans/rules/`.

mod api_bearer_secret;
mod api_called_from_browser;
mod api_fails_signup;
mod api_path_unknown;
mod api_token_not_kept;
mod api_token_status;
mod api_without_timeout;
mod attribution_call_races;
mod attribution_missing;
mod attribution_outside_head;
mod attribution_page_missing;
mod boot_awaited;
mod boot_details_missing;
mod boot_repeated;
mod boot_unhandled;
mod checkout_makes_customer;
mod code_dropped;
mod code_echoed;
mod code_length_fixed;
mod code_not_captured;
mod code_not_stored;
mod code_refuses_signup;
mod csp_blocks_cello;
mod custom_launcher_labels;
mod customer_email_differs;
mod customer_metadata_misspelt;
mod customer_without_user_id;
mod discount_after_subscription;
mod discount_percent;
mod empty_code_in_metadata;
mod environment_fixed;
mod environments_mixed;
mod event_repeated_blindly;
mod integration_incomplete;
mod key_pairs_mixed;
mod launcher;
mod metadata_not_on_customer;
mod metadata_replaced;
mod oauth_without_code;
mod organisation_half_wired;
mod product_id_of_sandbox;
mod purchase_interval;
mod purchase_price_in_cents;
mod script_addresses;
mod script_integrity;
mod script_not_module;
mod secret_in_browser;
mod secret_in_repository;
mod signup_event_missing;
mod signup_event_wrong;
mod signup_told_twice;
mod stripe_webhook_not_needed;
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
mod widget_on_public_page;

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
pub const CHECKS: [(&str, Check); 72] = [
    ("api-bearer-secret", api_bearer_secret::check),
    ("api-called-from-browser", api_called_from_browser::check),
    ("api-fails-signup", api_fails_signup::check),
    ("api-path-unknown", api_path_unknown::check),
    ("api-token-not-kept", api_token_not_kept::check),
    ("api-token-status", api_token_status::check),
    ("api-without-timeout", api_without_timeout::check),
    ("attribution-call-races", attribution_call_races::check),
    ("attribution-missing", attribution_missing::check),
    ("attribution-outside-head", attribution_outside_head::check),
    ("attribution-page-missing", attribution_page_missing::check),
    ("attribution-script-name", script_addresses::name),
    ("boot-awaited", boot_awaited::check),
    ("boot-details-missing", boot_details_missing::check),
    ("boot-repeated", boot_repeated::check),
    ("boot-unhandled", boot_unhandled::check),
    ("checkout-makes-customer", checkout_makes_customer::check),
    ("code-dropped", code_dropped::check),
    ("code-echoed", code_echoed::check),
    ("code-length-fixed", code_length_fixed::check),
    ("code-not-captured", code_not_captured::check),
    ("code-not-stored", code_not_stored::check),
    ("code-refuses-signup", code_refuses_signup::check),
    ("csp-blocks-cello", csp_blocks_cello::check),
    ("custom-launcher-labels", custom_launcher_labels::check),
    ("customer-email-differs", customer_email_differs::check),
    ("customer-metadata-misspelt", customer_metadata_misspelt::check),
    ("customer-without-user-id", customer_without_user_id::check),
    ("discount-after-subscription", discount_after_subscription::check),
    ("discount-percent", discount_percent::check),
    ("empty-code-in-metadata", empty_code_in_metadata::check),
    ("environment-fixed", environment_fixed::check),
    ("environments-mixed", environments_mixed::check),
    ("event-repeated-blindly", event_repeated_blindly::check),
    ("integration-incomplete", integration_incomplete::check),
    ("key-pairs-mixed", key_pairs_mixed::check),
    ("launcher-missing", launcher::missing),
    ("launcher-position", launcher::position),
    ("metadata-not-on-customer", metadata_not_on_customer::check),
    ("metadata-replaced", metadata_replaced::check),
    ("oauth-without-code", oauth_without_code::check),
    ("organisation-half-wired", organisation_half_wired::check),
    ("product-id-of-sandbox", product_id_of_sandbox::check),
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
    ("signup-told-twice", signup_told_twice::check),
    ("stripe-webhook-not-needed", stripe_webhook_not_needed::check),
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
    ("widget-on-public-page", widget_on_public_page::check),
];
