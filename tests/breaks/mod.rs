//! Ways in which people and agents break working integrations.

use super::{Break, broken};

pub const BREAKS: &[Break] = &[
    broken(
        "token-algorithm",
        "ledgerly",
        &[("src/referrals/token.rs", "Header::new(Algorithm::HS512)", "Header::default()")],
    ),
    broken(
        "token-claim-names",
        "ledgerly",
        &[("src/referrals/token.rs", "#[serde(rename_all = \"camelCase\")]\n", "")],
    ),
    broken(
        "token-user-id-number",
        "ledgerly",
        &[("src/referrals/token.rs", "product_user_id: Uuid", "product_user_id: i64")],
    ),
    broken("token-iat", "ledgerly", &[("src/referrals/token.rs", ".timestamp();", ".timestamp_millis();")]),
    broken(
        "token-iat",
        "ledgerly",
        &[("src/referrals/token.rs", "    iat: i64,\n", ""), ("src/referrals/token.rs", "iat: now, ", "")],
    ),
    broken(
        "token-exp-past",
        "ledgerly",
        &[("src/referrals/token.rs", "exp: now + LIFETIME", "exp: 1767225600")],
    ),
    broken(
        "token-key-decoded",
        "ledgerly",
        &[(
            "src/referrals/token.rs",
            "EncodingKey::from_secret(settings.product_secret.as_bytes())",
            "EncodingKey::from_base64_secret(&settings.product_secret)?",
        )],
    ),
    broken(
        "key-pairs-mixed",
        "ledgerly",
        &[("src/referrals/token.rs", "settings.product_secret", "settings.secret_access_key")],
    ),
    broken(
        "key-pairs-mixed",
        "ledgerly",
        &[
            ("src/referrals/api.rs", "self.settings.access_key_id", "self.settings.product_id"),
            ("src/referrals/api.rs", "self.settings.secret_access_key", "self.settings.product_secret"),
        ],
    ),
    broken(
        "secret-in-repository",
        "ledgerly",
        &[("src/referrals/token.rs", "settings.product_secret.as_bytes()", "b\"4c1d9e72aa03\"")],
    ),
    broken("token-cacheable", "ledgerly", &[("src/referrals/http.rs", "no-store", "private, max-age=600")]),
    broken(
        "api-token-status",
        "ledgerly",
        &[(
            "src/referrals/api.rs",
            "response.status() != StatusCode::CREATED && response.status() != StatusCode::OK",
            "response.status() != StatusCode::OK",
        )],
    ),
    broken(
        "signup-event-wrong",
        "ledgerly",
        &[("src/referrals/events.rs", "\"ReferralUpdated\"", "\"SignupCreated\"")],
    ),
    broken("signup-event-wrong", "ledgerly", &[("src/referrals/events.rs", "\"new-signup\"", "\"signup\"")]),
    broken(
        "signup-event-wrong",
        "ledgerly",
        &[
            ("src/referrals/events.rs", "    new_user_id: String,\n", ""),
            ("src/referrals/events.rs", ", new_user_id: id.clone()", ""),
        ],
    ),
    broken(
        "user-id-differs",
        "ledgerly",
        &[(
            "src/referrals/events.rs",
            "                id,\n",
            "                id: account.email.clone(),\n",
        )],
    ),
    broken(
        "user-id-differs",
        "ledgerly",
        &[("src/billing.rs", "let id = account.id.to_string();", "let id = account.email.clone();")],
    ),
    broken(
        "customer-metadata-misspelt",
        "ledgerly",
        &[("src/billing.rs", "\"new_user_id\"", "\"productUserId\"")],
    ),
    broken(
        "empty-code-in-metadata",
        "ledgerly",
        &[(
            "src/billing.rs",
            "    if let Some(code) = &account.referred_by_code {\n        metadata.insert(\"cello_ucc\".to_string(), code.clone());\n    }\n",
            "    metadata.insert(\"cello_ucc\".to_string(), account.referred_by_code.clone().unwrap_or_default());\n",
        )],
    ),
    broken(
        "checkout-makes-customer",
        "ledgerly",
        &[(
            "src/billing.rs",
            "params.customer = Some(customer);",
            "params.customer_email = Some(&account.email);",
        )],
    ),
    broken(
        "script-not-module",
        "ledgerly",
        &[("web/index.html", "type=\"module\" async src=\"%VITE", "async src=\"%VITE")],
    ),
    broken(
        "attribution-missing",
        "ledgerly",
        &[(
            "web/index.html",
            "    <script type=\"module\" async src=\"%VITE_CELLO_ASSETS%/attribution/latest/cello-attribution.js\"></script>\n",
            "",
        )],
    ),
    broken(
        "token-fetch-without-cookies",
        "ledgerly",
        &[(
            "web/src/referral/cello.ts",
            "/v1/me/referral-session`, { credentials: 'include' })",
            "/v1/me/referral-session`)",
        )],
    ),
    broken(
        "token-exp-without-refresh",
        "ledgerly",
        &[
            (
                "web/src/referral/cello.ts",
                "          onTokenExpiring: refresh,\n          onTokenExpired: refresh,\n",
                "",
            ),
            (
                "web/src/referral/cello.ts",
                "  onTokenExpiring?: () => void;\n  onTokenExpired?: () => void;\n",
                "",
            ),
            ("web/src/referral/cello.ts", "'updateToken'", "'show'"),
        ],
    ),
    broken("get-referral-removed", "ledgerly", &[("web/src/referral/cello.ts", "'getUcc'", "'getReferral'")]),
    broken(
        "widget-not-shut-down",
        "ledgerly",
        &[
            ("web/src/referral/cello.ts", "  await window.Cello?.('shutdown');\n", ""),
            ("web/src/AppShell.tsx", "window.location.assign('/')", "navigate('/')"),
        ],
    ),
    broken(
        "secret-in-browser",
        "ledgerly",
        &[("web/.env.production", "VITE_API_URL=", "VITE_CELLO_PRODUCT_SECRET=\nVITE_API_URL=")],
    ),
    broken(
        "environments-mixed",
        "ledgerly",
        &[(
            "web/.env.production",
            "VITE_API_URL=",
            "VITE_CELLO_API=https://api.sandbox.cello.so\nVITE_API_URL=",
        )],
    ),
    broken(
        "boot-without-queue",
        "ledgerly",
        &[("web/src/referral/cello.ts", "await cello.boot({", "await window.Cello('boot', {")],
    ),
    broken(
        "csp-blocks-cello",
        "roomboard",
        &[(
            "src/main.rs",
            "script-src 'self' https://assets.cello.so https://assets.sandbox.cello.so",
            "script-src 'self'",
        )],
    ),
    broken("token-algorithm", "roomboard", &[("src/referral.rs", "\"alg\":\"HS512\"", "\"alg\":\"HS256\"")]),
    broken("token-algorithm", "roomboard", &[("src/referral.rs", "Hmac::<Sha512>", "Hmac::<Sha256>")]),
    broken("token-iat", "roomboard", &[("src/referral.rs", ", \"iat\": now }", " }")]),
    broken(
        "token-user-id-number",
        "roomboard",
        &[
            ("src/referral.rs", "user_id: &str", "user_id: i64"),
            ("src/referral.rs", "&member.id.to_string()", "member.id"),
        ],
    ),
    broken(
        "customer-metadata-misspelt",
        "roomboard",
        &[("src/stripe_api.rs", "metadata[new_user_id]", "metadata[newUserId]")],
    ),
    broken(
        "customer-metadata-misspelt",
        "roomboard",
        &[("src/stripe_api.rs", "metadata[cello_ucc]", "metadata[ucc]")],
    ),
    broken(
        "user-id-differs",
        "roomboard",
        &[("src/stripe_api.rs", "member.id.to_string()", "member.email.clone()")],
    ),
    broken(
        "attribution-script-name",
        "roomboard",
        &[("templates/layout.html", "cello-attribution.js", "attribution.js")],
    ),
    broken(
        "script-wrong-host",
        "roomboard",
        &[("templates/layout.html", "{{ assets }}", "https://cdn.cello.so")],
    ),
    broken(
        "script-integrity",
        "roomboard",
        &[("templates/layout.html", "async src", "async integrity=\"sha384-b0\" src")],
    ),
    broken(
        "attribution-call-races",
        "roomboard",
        &[
            (
                "static/referral.js",
                "    window.CelloAttribution ||\n    function (command)",
                "    function (command)",
            ),
            ("static/referral.js", "  window.CelloAttribution =\n", "  var standIn =\n"),
            (
                "static/referral.js",
                "(window.CelloAttributionCmd = window.CelloAttributionCmd || []).push(",
                "later.push(",
            ),
        ],
    ),
    broken(
        "custom-launcher-labels",
        "roomboard",
        &[(
            "static/referral.js",
            "        var labels = await window.Cello('getLabels');\n        launcher.textContent = (labels && labels.customLauncher) || 'Invite & earn';\n",
            "",
        )],
    ),
    broken(
        "boot-repeated",
        "roomboard",
        &[(
            "templates/board.html",
            "<script src=\"/static/referral.js\" defer></script>",
            "<script type=\"module\" async src=\"{{ assets }}/app/latest/cello.js\"></script>\n<script src=\"/static/referral.js\" defer></script>",
        )],
    ),
    broken("code-length-fixed", "roomboard", &[("src/referral.rs", "ucc.len() <= 64", "ucc.len() == 11")]),
    broken(
        "environments-mixed",
        "roomboard",
        &[
            ("templates/layout.html", "{{ assets }}", "https://assets.sandbox.cello.so"),
            ("templates/board.html", "{{ assets }}", "https://assets.cello.so"),
        ],
    ),
    broken(
        "integration-incomplete",
        "pagewatch",
        &[
            ("src/cello/protocol.rs", "}", "}"),
            ("templates/base.html", "<script type=\"module\" src=\"/api/cello/client.js\"></script>", ""),
        ],
    ),
    broken(
        "boot-unhandled",
        "roomboard",
        &[(
            "static/referral.js",
            "      } catch (error) {\n        console.warn('Cello did not start', error);\n      }",
            "      } finally {\n        launcher.hidden = false;\n      }",
        )],
    ),
    broken(
        "launcher-missing",
        "roomboard",
        &[(
            "static/referral.js",
            "customLauncherSelector: '#invite'",
            "customLauncherSelector: '#refer-friends'",
        )],
    ),
    broken(
        "launcher-position",
        "roomboard",
        &[(
            "templates/board.html",
            "<button id=\"invite\" style=\"position: relative\">",
            "<button id=\"invite\">",
        )],
    ),
    broken(
        "boot-details-missing",
        "roomboard",
        &[("src/referral.rs", "            \"email\": member.email,\n", "")],
    ),
    broken(
        "api-without-timeout",
        "ledgerly",
        &[(
            "src/referrals/api.rs",
            "reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap_or_default()",
            "reqwest::Client::new()",
        )],
    ),
    broken(
        "api-bearer-secret",
        "ledgerly",
        &[("src/referrals/api.rs", "bearer_auth(token)", "bearer_auth(&self.settings.product_secret)")],
    ),
    broken(
        "event-repeated-blindly",
        "ledgerly",
        &[(
            "src/referrals/api.rs",
            "StatusCode::UNAUTHORIZED if attempt == 0 => continue",
            "status if !status.is_success() && attempt == 0 => continue",
        )],
    ),
    broken(
        "api-fails-signup",
        "ledgerly",
        &[
            ("src/referrals/api.rs", "pub async fn send(", "pub async fn report_event("),
            ("src/referrals/outbox.rs", "referrals.api.send(", "referrals.api.report_event("),
            (
                "src/accounts.rs",
                "    note_referral(&mut tx, &app, &account).await.map_err(internal)?;\n",
                "    if let (Some(referrals), Some(code)) = (&app.referrals, &code) {\n        let event = referrals::events::signed_up(&account, code, chrono::Utc::now());\n        referrals.api.report_event(&serde_json::to_value(&event).map_err(internal)?).await.map_err(internal)?;\n    }\n",
            ),
        ],
    ),
    broken(
        "code-dropped",
        "ledgerly",
        &[(
            "src/accounts.rs",
            "body.referral_code.as_deref().and_then(referrals::clean_code)",
            "None::<String>",
        )],
    ),
    broken(
        "oauth-without-code",
        "ledgerly",
        &[
            (
                "src/accounts.rs",
                "\"INSERT INTO accounts (email, given_name, family_name, referred_by_code) VALUES ($1, $2, $3, $4) RETURNING *\"",
                "\"INSERT INTO accounts (email, given_name, family_name) VALUES ($1, $2, $3) RETURNING *\"",
            ),
            ("src/accounts.rs", "    .bind(family)\n    .bind(&code)\n", "    .bind(family)\n"),
            ("src/accounts.rs", "    note_referral(&mut tx, app, &account).await?;\n", ""),
        ],
    ),
    broken(
        "organisation-half-wired",
        "ledgerly",
        &[(
            "src/billing.rs",
            "(\"new_user_id\".to_string(), id),",
            "(\"new_user_id\".to_string(), id),\n        (\"new_user_organization_id\".to_string(), account.family_name.clone()),",
        )],
    ),
    broken(
        "customer-email-differs",
        "ledgerly",
        &[("src/billing.rs", "email: Some(&account.email)", "email: Some(&account.billing_email)")],
    ),
    broken(
        "stripe-webhook-not-needed",
        "ledgerly",
        &[(".env.example", "CELLO_PRODUCT_ID=", "CELLO_STRIPE_WEBHOOK_SECRET=\nCELLO_PRODUCT_ID=")],
    ),
    broken(
        "attribution-call-unknown",
        "ledgerly",
        &[(
            "web/src/referral/cello.ts",
            "window.CelloAttribution('getUcc')",
            "window.CelloAttribution.getUcc()",
        )],
    ),
    broken(
        "signup-event-wrong",
        "ledgerly",
        &[(
            "src/referrals/events.rs",
            "ucc: code.to_string()",
            "ucc: account.referred_by_code.clone().unwrap_or_default()",
        )],
    ),
    broken(
        "code-refuses-signup",
        "ledgerly",
        &[(
            "src/accounts.rs",
            "    let mut tx = app.db.begin().await.map_err(internal)?;\n    let account: Account = sqlx::query_as(\n        \"INSERT INTO accounts (email, password_hash",
            "    if body.referral_code.is_some() && code.is_none() {\n        return Err(StatusCode::BAD_REQUEST);\n    }\n    let mut tx = app.db.begin().await.map_err(internal)?;\n    let account: Account = sqlx::query_as(\n        \"INSERT INTO accounts (email, password_hash",
        )],
    ),
];
