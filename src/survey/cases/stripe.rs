//! Customers at Stripe: where their metadata goes in, and calls that only look alike.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const HEAD: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse stripe::{CreateCustomer, Customer};\n\nuse crate::auth::CurrentUser;\nuse crate::AppState;\n\n";

fn case(body: &str) -> Case {
    with_head(HEAD, body)
}

fn with_head(head: &str, body: &str) -> Case {
    let text = format!(
        "{head}pub async fn checkout(\n    State(state): State<AppState>,\n    user: CurrentUser,\n) -> Result<StatusCode, stripe::StripeError> {{\n{body}    Ok(StatusCode::OK)\n}}\n"
    );
    Case::new().file("src/billing.rs", &text)
}

#[track_caller]
fn changed(body: &str, lines: &[&str]) {
    let planned = case(body).plan();
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::Ready, "{reason}");
    assert_eq!(planned.changed("src/billing.rs"), lines);
}

#[track_caller]
fn refused(planned: &Planned, why: &str) {
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::ByHand, "{reason} {:?}", planned.changed("src/billing.rs"));
    assert!(reason.contains(why), "{reason}");
}

fn verdict_of<'p>(planned: &'p Planned, site: &str) -> (Verdict, &'p str) {
    planned.verdict(site)
}

const CALL: &str = "crate::cello::customer_metadata(&state.db, user.id).await";

#[test]
fn a_literal_gets_a_field_before_its_rest() {
    let field = format!("+            metadata: Some({CALL}),");
    changed(
        "    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            email: Some(&user.email),\n            ..Default::default()\n        },\n    )\n    .await?;\n",
        &[&field],
    );
    let bound = format!("+        metadata: Some({CALL}),");
    changed(
        "    let params = CreateCustomer {\n        email: Some(&user.email),\n        ..Default::default()\n    };\n    Customer::create(&state.stripe, params).await?;\n",
        &[&bound],
    );
}

#[test]
fn metadata_that_is_there_is_extended() {
    let planned = case("    let metadata = std::collections::HashMap::from([(\"plan\".to_string(), \"pro\".to_string())]);\n    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            metadata: Some(metadata),\n            ..Default::default()\n        },\n    )\n    .await?;\n").plan();
    assert!(
        planned
            .text("src/billing.rs")
            .contains(&format!("                    .chain({CALL})\n                    .collect(),\n"))
    );
    changed(
        "    let mut metadata = std::collections::HashMap::new();\n    metadata.insert(\"plan\".to_string(), \"pro\".to_string());\n    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            metadata: Some(metadata),\n            ..Default::default()\n        },\n    )\n    .await?;\n",
        &[&format!("+    metadata.extend({CALL});")],
    );
    let collected = case(
        "    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            metadata: Some([(\"plan\".to_string(), \"pro\".to_string())].into_iter().collect()),\n            ..Default::default()\n        },\n    )\n    .await?;\n",
    );
    assert!(
        collected
            .any_format()
            .plan()
            .text("src/billing.rs")
            .contains(&format!(".into_iter().chain({CALL}).collect())"))
    );
    let map = case("    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            metadata: Some(std::collections::HashMap::from([\n                (\"plan\".to_string(), \"pro\".to_string()),\n                (\"from\".to_string(), \"web\".to_string()),\n            ])),\n            ..Default::default()\n        },\n    )\n    .await?;\n").plan();
    assert!(map.text("src/billing.rs").contains(&format!(".chain({CALL})")));
}

#[test]
fn parameters_that_are_assigned_to_get_a_line() {
    changed(
        "    let mut params = CreateCustomer::new();\n    params.email = Some(&user.email);\n    Customer::create(&state.stripe, params).await?;\n",
        &[&format!("+    params.metadata = Some({CALL});")],
    );
    changed(
        "    let mut params = CreateCustomer::new();\n    params.metadata = Some(plan());\n    Customer::create(&state.stripe, params).await?;\n",
        &[
            "+    params",
            "+        .metadata",
            "+        .get_or_insert_with(Default::default)",
            &format!("+        .extend({CALL});"),
        ],
    );
    // What another function may have put in is kept.
    for made in [
        "    let mut params = new_params(&user);\n    params.email = Some(&user.email);\n",
        "    let mut params = CreateCustomer::new();\n    decorate(&mut params);\n",
    ] {
        let planned = case(&format!("{made}    Customer::create(&state.stripe, params).await?;\n")).plan();
        assert!(planned.text("src/billing.rs").contains("get_or_insert_with"), "{made}");
    }
}

#[test]
fn what_would_lose_or_break_something_is_refused() {
    let create = |params: &str| {
        case(&format!("    let base = base();\n    Customer::create(&state.stripe, {params}).await?;\n"))
            .any_format()
            .plan()
    };
    refused(&create("CreateCustomer { email: None, ..base }"), "can't be extended");
    refused(
        &create(
            "CreateCustomer { metadata: Some([(\"a\".into(), \"b\".into())].into()), ..Default::default() }",
        ),
        "can't be extended",
    );
    refused(&create("params_of(&user)"), "made by a call");
    // The user comes after the parameters.
    let late = "    let params = CreateCustomer {\n        email: None,\n        ..Default::default()\n    };\n    let user = later(user);\n    Customer::create(&state.stripe, params).await?;\n";
    refused(&case(late).plan(), "no user's id");
    let gone = "    archive(user);\n    Customer::create(\n        &state.stripe,\n        CreateCustomer {\n            email: None,\n            ..Default::default()\n        },\n    )\n    .await?;\n";
    refused(&case(gone).plan(), "no user's id");
    let spawned = "    tokio::spawn(async move {\n        Customer::create(&state.stripe, CreateCustomer { email: None, ..Default::default() }).await\n    });\n";
    refused(&case(spawned).any_format().plan(), "spawned");
}

const LITERAL: &str = "CreateCustomer { email: None, ..Default::default() }";

#[test]
fn calls_for_others_and_look_alikes_are_left_alone() {
    for client in [
        "    Customer::create(&state.stripe.clone().with_stripe_account(seller), PARAMS).await?;\n",
        "    let client = state.stripe.clone().with_stripe_account(seller);\n    Customer::create(&client, PARAMS).await?;\n",
    ] {
        let planned = case(&client.replace("PARAMS", LITERAL)).any_format().plan();
        let (verdict, reason) = verdict_of(&planned, "customer:billing::checkout");
        assert_eq!(verdict, Verdict::NotApplicable, "{reason}");
        assert!(reason.contains("connected account"));
    }
    let own = HEAD
        .replace("use stripe::{CreateCustomer, Customer};", "use crate::shop::{CreateCustomer, Customer};");
    let local = with_head(&own, &format!("    Customer::create(&state.stripe, {LITERAL}).await?;\n"))
        .file("src/shop.rs", "pub struct Customer;\npub struct CreateCustomer {\n    pub email: Option<String>,\n}\n\nimpl Customer {\n    pub async fn create(client: &u8, new: CreateCustomer) {}\n}\n")
        .replace("src/main.rs", "mod billing;\n", "mod billing;\nmod shop;\n")
        .any_format()
        .plan();
    assert!(!local.ids().iter().any(|id| id.starts_with("customer-metadata")), "{:?}", local.ids());
}

#[test]
fn a_renamed_crate_is_stripes_all_the_same() {
    let head = HEAD.replace("use stripe::{", "use stripe_sdk::{");
    let planned = with_head(&head, &format!("    Customer::create(&state.stripe, {LITERAL}).await?;\n"))
        .replace("Cargo.toml", "async-stripe = { ", "stripe_sdk = { package = \"async-stripe\", ")
        .any_format()
        .plan();
    assert_eq!(planned.state("customer-metadata:").0, Status::Ready);
}

#[test]
fn an_organisation_in_scope_is_asked_about() {
    let body = format!(
        "    let company = companies(&user);\n    Customer::create(&state.stripe, {LITERAL}).await?;\n"
    );
    let asked = case(&body).any_format().plan();
    assert_eq!(asked.state("customer-metadata:").0, Status::Decide);
    let person = case(&body).any_format().answer("payer", "user").plan();
    assert_ne!(person.state("customer-metadata:").0, Status::Decide);
}

#[test]
fn a_session_without_a_customer_is_asked_about() {
    let head = HEAD.replace("{CreateCustomer, Customer}", "{CheckoutSession, CreateCheckoutSession}");
    let with = |fields: &str| {
        with_head(
            &head,
            &format!(
                "    let mut params = CreateCheckoutSession::new();\n{fields}    CheckoutSession::create(&state.stripe, params).await?;\n"
            ),
        )
        .plan()
    };
    let id = "checkout-session:billing::checkout";
    assert_eq!(verdict_of(&with(""), id).0, Verdict::Undecided);
    assert_eq!(
        verdict_of(&with("    params.customer_email = Some(&user.email);\n"), id).0,
        Verdict::Undecided
    );
    assert_eq!(verdict_of(&with("    params.customer = Some(known);\n"), id).0, Verdict::ByHand);
}
