//! Customers made over HTTP and with async-stripe 1.0: what the plan says of them, and when they are made.

use super::{Case, Planned};
use crate::plan::{Status, Step, Verdict};

const BILLING: &str = r#"use axum::extract::State;
use axum::http::StatusCode;

use crate::auth::CurrentUser;
use crate::AppState;

const STRIPE: &str = "https://api.stripe.com/v1";

pub async fn checkout(State(state): State<AppState>, user: CurrentUser) -> Result<StatusCode, reqwest::Error> {
    BODY
    Ok(StatusCode::OK)
}
"#;

fn case(body: &str) -> Case {
    let text = BILLING.replace("BODY", body);
    let text = match body.contains("STRIPE") {
        true => text,
        false => text.replace("const STRIPE: &str = \"https://api.stripe.com/v1\";\n", ""),
    };
    Case::new().file("src/billing.rs", &text).any_format()
}

const POST: &str = "reqwest::Client::new().post(format!(\"{STRIPE}/customers\"))";

/// The step that makes the module.
fn module(planned: &Planned) -> &Step {
    planned.plan.steps.iter().find(|step| step.id == "module").unwrap()
}

#[track_caller]
fn by_hand(planned: &Planned, step: &str, reason: &str, text: &str) {
    let step = planned.step(step);
    assert_eq!(step.status, Status::ByHand);
    assert!(step.reason.contains(reason), "{}", step.reason);
    assert!(step.by_hand[0].text.contains(text), "{}", step.by_hand[0].text);
    assert!(step.by_hand[0].todo.contains("src/billing.rs:"), "{}", step.by_hand[0].todo);
}

#[test]
fn the_sheet_fits_the_container() {
    for (before, params, reason, text) in [
        // A list that stands on the line of its call.
        ("", "form(&[(\"email\", &user.email)])", "fixed list", "let mut form = vec!["),
        (
            "let mut form = given(vec![(\"email\".to_string(), user.email.clone())]);",
            "form(&form)",
            "over HTTP",
            "crate::cello::customer_form(&pool, user_id).await",
        ),
        (
            "let mut form = vec![(\"email\", &user.email)];",
            "form(&form)",
            "a list of pairs",
            "form.extend(crate::cello::customer_form(&pool, user_id).await",
        ),
        (
            "let mut form = std::collections::HashMap::new(); form.insert(\"email\", &user.email);",
            "form(&form)",
            "a map",
            "form.extend(",
        ),
        ("", "json(&serde_json::json!({ \"email\": user.email }))", "JSON", "form[key] = value.into();"),
    ] {
        let planned = case(&format!("{before}\n    {POST}.{params}.send().await?;")).plan();
        by_hand(&planned, "customer-metadata:billing::checkout", reason, text);
        let (verdict, _) = planned.verdict("customer:billing::checkout");
        assert_eq!(verdict, Verdict::ByHand);
        // It is made at purchase, and nobody is asked.
        assert_eq!(planned.plan.summary.attribution, "B");
        assert_eq!(module(&planned).status, Status::Ready);
    }
}

#[test]
fn metadata_that_is_there_is_named_and_cellos_own_is_done() {
    let planned = case(&format!("{POST}.form(&[(\"metadata[plan]\", \"pro\")]).send().await?;")).plan();
    assert!(planned.step("customer-metadata:").by_hand[0].todo.contains("`plan`"));
    let done = case(&format!(
        "let id = user.id.to_string();\n    {POST}.form(&[(\"metadata[new_user_id]\", &id)]).send().await?;"
    ));
    assert_eq!(done.plan().state("customer-metadata:").0, Status::Done);
}

#[test]
fn a_customer_made_while_signing_up_is_case_a() {
    let signup = "use axum::extract::State;\nuse axum::http::StatusCode;\nuse axum::Json;\n\nuse crate::users::NewUser;\nuse crate::AppState;\n\npub async fn signup(State(state): State<AppState>, Json(new): Json<NewUser>) -> Result<StatusCode, StatusCode> {\n    let user = crate::users::create(&state.db, &new).await.map_err(|_| StatusCode::CONFLICT)?;\n    crate::billing::customer(&user.email).await;\n    Ok(StatusCode::CREATED)\n}\n";
    let billing = format!(
        "{}\npub async fn customer(mail: &str) {{\n    let _ = {POST}.form(&[(\"email\", mail)]).send().await;\n}}\n",
        BILLING.replace("BODY", "")
    );
    let planned =
        Case::new().file("src/signup.rs", signup).file("src/billing.rs", &billing).any_format().plan();
    assert_eq!(planned.plan.summary.attribution, "A");
    by_hand(&planned, "customer-metadata:billing::customer", "fixed list", "customer_form(user_id)");
    // Nothing that was read leads to it: it may be made at either time.
    let lost = signup.replace("    crate::billing::customer(&user.email).await;\n", "");
    let planned =
        Case::new().file("src/signup.rs", &lost).file("src/billing.rs", &billing).any_format().plan();
    assert_eq!(planned.plan.summary.attribution, "unknown");
    assert_eq!(module(&planned).needs, ["customer-made"]);
}

#[test]
fn what_names_stripe_and_can_not_be_read_is_asked_about() {
    let open = case("let _ = send_to(STRIPE, \"customers\").await;");
    let planned = open.plan();
    assert_eq!(planned.plan.summary.attribution, "unknown");
    assert_eq!(module(&planned).needs, ["customer-made"]);
    let sheet = planned.step("customer-metadata:over-http");
    assert_eq!(sheet.status, Status::ByHand);
    assert!(sheet.evidence[0].at.text.contains("STRIPE"), "{:?}", sheet.evidence);
    let answered = open.answer("customer-made", "at-purchase").plan();
    assert_eq!(module(&answered).status, Status::Ready);
    // A Customer that is made at purchase for sure settles the case; the rest stays to be looked at.
    let both = case(&format!(
        "let _ = send_to(STRIPE, \"customers\").await;\n    {POST}.form(&[(\"email\", &user.email)]).send().await?;"
    ))
    .plan();
    assert_eq!(both.plan.summary.attribution, "B");
    assert_eq!(both.state("customer-metadata:over-http").0, Status::ByHand);
}

#[test]
fn other_objects_and_look_alikes_have_a_verdict() {
    let session = |pairs: &str| {
        let sent = format!(
            "reqwest::Client::new().post(format!(\"{{STRIPE}}/checkout/sessions\")).form(&[{pairs}]).send().await?;"
        );
        let planned = case(&sent).plan();
        let (verdict, reason) = planned.verdict("checkout-session:billing::checkout");
        (verdict, reason.to_string())
    };
    assert_eq!(session("(\"mode\", \"subscription\")").0, Verdict::Undecided);
    assert_eq!(session("(\"customer\", \"a\")").0, Verdict::ByHand);
    let lago = case(
        "reqwest::Client::new().post(\"https://api.getlago.com/api/v1/customers\").json(&1).send().await?;",
    )
    .plan();
    let (verdict, reason) = lago.verdict("customer:billing::checkout");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("Lago"), "{reason}");
    assert_eq!(lago.plan.summary.attribution, "C");
}
