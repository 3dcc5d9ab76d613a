//! Customers made where the user or the database is not at hand: metadata handed down through functions, services, and
//! traits with all their implementations, and what keeps it from being handed down.

use super::{Case, Planned};
use crate::plan::Status;

const PAYMENTS: &str = r#"use async_trait::async_trait;
use stripe::{CreateCustomer, Customer};

#[async_trait]
pub trait Payments: Send + Sync {
    async fn customer(&self, email: &str) -> anyhow::Result<String>;
}

pub struct Live {
    client: stripe::Client,
}

#[async_trait]
impl Payments for Live {
    async fn customer(&self, email: &str) -> anyhow::Result<String> {
        let mut new = CreateCustomer::new();
        new.email = Some(email);
        let made = Customer::create(&self.client, new).await?;
        Ok(made.id.to_string())
    }
}

pub struct Mock;

#[async_trait]
impl Payments for Mock {
    async fn customer(&self, email: &str) -> anyhow::Result<String> {
        Ok(format!("cus_{email}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mock_makes_up_customers() {
        let made = Mock.customer("a@example.com").await.unwrap();
        assert_eq!(made, "cus_a@example.com");
        assert!(Mock.customer("b@a.com").await.is_ok());
    }
}
"#;

const SERVICE: &str = r#"use std::sync::Arc;

use crate::payments::Payments;

pub struct Billing {
    payments: Arc<dyn Payments>,
}

impl Billing {
    pub async fn start(&self, email: &str, plan: &str) -> anyhow::Result<String> {
        let customer = self.payments.customer(email).await?;
        Ok(format!("{customer}/{plan}"))
    }
}
"#;

const BILLING: &str = r#"use axum::extract::State;
use axum::http::StatusCode;

use crate::auth::CurrentUser;
use crate::AppState;

pub async fn checkout(
    State(state): State<AppState>,
    user: CurrentUser,
) -> Result<String, StatusCode> {
    let started = state.billing.start(&user.email, "pro").await;
    started.map_err(|_| StatusCode::BAD_GATEWAY)
}
"#;

fn layered() -> Case {
    Case::new()
        .file("src/payments.rs", PAYMENTS)
        .file("src/service.rs", SERVICE)
        .file("src/billing.rs", BILLING)
        .replace("src/main.rs", "mod signup;\n", "mod payments;\nmod service;\nmod signup;\n")
        .replace(
            "src/main.rs",
            "    pub stripe: stripe::Client,\n",
            "    pub billing: std::sync::Arc<service::Billing>,\n",
        )
        .replace("Cargo.toml", "axum = ", "async-trait = \"0.1\"\naxum = ")
}

#[track_caller]
fn ready(planned: &Planned) {
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::Ready, "{reason}");
}

#[track_caller]
fn refused(case: &Case, why: &str) {
    let planned = case.plan();
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::ByHand, "{reason}");
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn a_trait_its_mock_and_a_service_hand_the_metadata_down() {
    let planned = layered().plan();
    ready(&planned);
    let map = "metadata: std::collections::HashMap<String, String>";
    assert_eq!(
        planned.changed("src/payments.rs"),
        [
            "-    async fn customer(&self, email: &str) -> anyhow::Result<String>;",
            "+    async fn customer(",
            "+        &self,",
            "+        email: &str,",
            &format!("+        {map},"),
            "+    ) -> anyhow::Result<String>;",
            "-    async fn customer(&self, email: &str) -> anyhow::Result<String> {",
            "+    async fn customer(",
            "+        &self,",
            "+        email: &str,",
            &format!("+        {map},"),
            "+    ) -> anyhow::Result<String> {",
            "+        new.metadata = Some(metadata);",
            "-    async fn customer(&self, email: &str) -> anyhow::Result<String> {",
            "+    async fn customer(",
            "+        &self,",
            "+        email: &str,",
            &format!("+        _{map},"),
            "+    ) -> anyhow::Result<String> {",
            "-        let made = Mock.customer(\"a@example.com\").await.unwrap();",
            "+        let made = Mock",
            "+            .customer(\"a@example.com\", Default::default())",
            "+            .await",
            "+            .unwrap();",
            "-        assert!(Mock.customer(\"b@a.com\").await.is_ok());",
            "+        assert!(Mock.customer(\"b@a.com\", Default::default()).await.is_ok());",
        ]
    );
    assert_eq!(
        planned.changed("src/service.rs"),
        [
            "-    pub async fn start(&self, email: &str, plan: &str) -> anyhow::Result<String> {",
            "-        let customer = self.payments.customer(email).await?;",
            "+    pub async fn start(",
            "+        &self,",
            "+        email: &str,",
            "+        plan: &str,",
            &format!("+        {map},"),
            "+    ) -> anyhow::Result<String> {",
            "+        let customer = self.payments.customer(email, metadata).await?;",
        ]
    );
    assert_eq!(
        planned.changed("src/billing.rs"),
        [
            "-    let started = state.billing.start(&user.email, \"pro\").await;",
            "+    let metadata = crate::cello::customer_metadata(&state.db, user.id).await;",
            "+    let started = state.billing.start(&user.email, \"pro\", metadata).await;",
        ]
    );
}

const STRIPE: &str = "use sqlx::PgPool;\nuse stripe::{CreateCustomer, Customer};\nuse std::collections::HashMap;\n\npub struct Stripe {\n    client: stripe::Client,\n}\n\nimpl Stripe {\n    pub async fn create_customer(\n        &self,\n        user_id: i64,\n        email: &str,\n    ) -> Result<Customer, stripe::StripeError> {\n        let mut params = CreateCustomer::new();\n        params.email = Some(email);\n        params.metadata = Some(HashMap::from([(\"user_id\".to_string(), user_id.to_string())]));\n        Customer::create(&self.client, params).await\n    }\n}\n";

/// A service without a pool, and a handler with this body.
fn service(body: &str) -> Case {
    let handler = format!(
        "use axum::extract::State;\nuse axum::http::StatusCode;\n\nuse crate::auth::CurrentUser;\nuse crate::pay::Stripe;\nuse crate::AppState;\n\npub async fn checkout(\n    State(state): State<AppState>,\n    user: CurrentUser,\n) -> Result<StatusCode, stripe::StripeError> {{\n    let service = Stripe::of(&state);\n{body}    Ok(StatusCode::OK)\n}}\n"
    );
    Case::new().file("src/pay.rs", STRIPE).file("src/billing.rs", &handler).replace(
        "src/main.rs",
        "mod signup;\n",
        "mod pay;\nmod signup;\n",
    )
}

const PLAIN: &str = "    service.create_customer(user.id, &user.email).await?;\n";

#[test]
fn a_service_without_a_pool_is_handed_the_metadata() {
    let planned = service(PLAIN).plan();
    ready(&planned);
    assert_eq!(
        planned.changed("src/pay.rs"),
        [
            "+        metadata: HashMap<String, String>,",
            "+        params",
            "+            .metadata",
            "+            .get_or_insert_with(Default::default)",
            "+            .extend(metadata);",
        ]
    );
    assert_eq!(
        planned.changed("src/billing.rs"),
        [
            "-    service.create_customer(user.id, &user.email).await?;",
            "+    let metadata = crate::cello::customer_metadata(&state.db, user.id).await;",
            "+    service",
            "+        .create_customer(user.id, &user.email, metadata)",
            "+        .await?;",
        ]
    );
    // Arguments that would not fit, in a link of their own.
    let long = "    match service\n        .create_customer(user.id, user.email.to_lowercase().trim_matches(' '))\n        .await\n    {\n        Ok(_) => {}\n        Err(error) => return Err(error),\n    }\n";
    let planned = service(long).plan();
    assert_eq!(
        planned.changed("src/billing.rs"),
        [
            "+    let metadata = crate::cello::customer_metadata(&state.db, user.id).await;",
            "-        .create_customer(user.id, user.email.to_lowercase().trim_matches(' '))",
            "+        .create_customer(",
            "+            user.id,",
            "+            user.email.to_lowercase().trim_matches(' '),",
            "+            metadata,",
            "+        )",
        ]
    );
    // Where more than a plain statement would be laid out anew, rustfmt is left to it.
    let within = "    drop(service.create_customer(user.id, &user.email).await?);\n";
    let planned = service(within).any_format().plan();
    ready(&planned);
    assert!(planned.step("customer-metadata:").reason.contains("rustfmt will want `src/billing.rs:13`"));
    // Names that are taken.
    let taken = "    let metadata = 1;\n    service.create_customer(user.id, &user.email).await?;\n";
    let planned = service(taken).plan();
    assert!(planned.text("src/billing.rs").contains("&user.email, cello_metadata)"));
    assert!(planned.text("src/pay.rs").contains("cello_metadata: HashMap<String, String>,"));
}

#[test]
fn a_handler_of_the_same_name_is_another_function() {
    // `Billing::checkout` and the handler `billing::checkout`, which the router names without calling it.
    let named = layered()
        .replace("src/service.rs", "async fn start(", "async fn checkout(")
        .replace("src/billing.rs", "state.billing.start(", "state.billing.checkout(")
        .any_format();
    ready(&named.plan());
    // The method itself, named without being called.
    let handed_on = named.replace(
        "src/main.rs",
        "pub fn app(",
        "fn all() {\n    retry(service::Billing::checkout);\n}\n\npub fn app(",
    );
    refused(&handed_on, "also named at src/main.rs:");
}

#[test]
fn the_user_is_the_one_that_is_handed_on() {
    // Two people at hand: the argument says who pays.
    let two = "    let buyer = crate::users::by_email(&state.db, \"a\").await.ok().flatten().unwrap();\n    service.create_customer(buyer.id, &user.email).await?;\n";
    let planned = service(two).plan();
    ready(&planned);
    assert!(planned.text("src/billing.rs").contains("customer_metadata(&state.db, buyer.id).await;"));
    // Made up, or known under no name that can be read.
    refused(
        &service("    service.create_customer(lookup(&user), &user.email).await?;\n"),
        "handed on in a way",
    );
}

#[test]
fn what_can_not_be_followed_is_left_to_a_person() {
    // In a loop, a task, a place with no statement before it.
    refused(&service(&format!("    for _ in 0..2 {{\n    {PLAIN}    }}\n")).any_format(), "loop");
    let task = "    tokio::spawn(async move {\n        service.create_customer(user.id, &user.email).await\n    });\n";
    refused(&service(task), "task");
    refused(&service(""), "nothing that was read calls");
    // Named without being called, called on what can't be read, called in a macro of somebody else's.
    let named = format!("{PLAIN}    retry(Stripe::create_customer);\n");
    refused(&service(&named), "also named at src/billing.rs:");
    let twice =
        "impl Other {\n    pub async fn create_customer(&self, a: i64, b: &str) {}\n}\npub struct Other;\n";
    let unclear = service(&format!("{PLAIN}    any(&state).create_customer(1, \"\").await;\n"));
    refused(&unclear.file("src/pay.rs", &format!("{STRIPE}\n{twice}")).any_format(), "also named");
    let mocked = service(PLAIN).replace("src/pay.rs", "impl Stripe {", "#[mockall::automock]\nimpl Stripe {");
    refused(&mocked, "automock");
    // A test outside of the crates that are read.
    let outside = service(PLAIN).file(
        "tests/pay.rs",
        "#[tokio::test]\nasync fn pays() {\n    shop::service().create_customer(1, \"a\").await.unwrap();\n}\n",
    );
    refused(&outside, "tests/pay.rs:3");
    // A parameter of a handler is the framework's.
    let handler = Case::new().file("src/billing.rs", "use axum::http::StatusCode;\nuse stripe::{CreateCustomer, Customer};\n\npub async fn checkout() -> Result<StatusCode, stripe::StripeError> {\n    let client = stripe::Client::new(\"\");\n    let mut params = CreateCustomer::new();\n    params.email = Some(\"a\");\n    Customer::create(&client, params).await?;\n    Ok(StatusCode::OK)\n}\n");
    refused(&handler, "also named at src/main.rs:");
    let foreign =
        layered().replace("src/payments.rs", "impl Payments for Live", "impl tower::Payments for Live");
    refused(&foreign, "a trait of another crate");
}

#[test]
fn two_customers_on_one_way_are_left_to_a_person() {
    let second = "        Ok(format!(\"cus_{email}\"))\n";
    let both = layered().replace(
        "src/payments.rs",
        second,
        "        let client = stripe::Client::new(\"sk\");\n        let mut new = CreateCustomer::new();\n        new.email = Some(email);\n        Ok(Customer::create(&client, new).await?.id.to_string())\n",
    );
    let planned = both.plan();
    let steps = planned.plan.steps.iter().filter(|step| step.id.starts_with("customer-metadata:"));
    let reasons: Vec<&str> = steps.map(|step| step.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.iter().all(|reason| reason.contains("is made on the same way")), "{reasons:?}");
}
