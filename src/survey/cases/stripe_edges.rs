//! Customers under conditions: idempotency keys, organisations on the way, Checkout that makes the Customer itself.

use super::{Case, Planned};
use crate::plan::{Status, Verdict};

const HEAD: &str = "use axum::extract::State;\nuse axum::http::StatusCode;\n\nuse crate::auth::CurrentUser;\nuse crate::AppState;\n\n";

fn case(body: &str) -> Case {
    let text = format!(
        "{HEAD}pub async fn checkout(\n    State(state): State<AppState>,\n    user: CurrentUser,\n) -> Result<StatusCode, reqwest::Error> {{\n{body}    Ok(StatusCode::OK)\n}}\n"
    );
    Case::new().file("src/billing.rs", &text).any_format()
}

fn keyed(key: &str) -> Planned {
    case(&format!("    let form = [(\"email\", user.email.as_str())];\n    reqwest::Client::new()\n        .post(\"https://api.stripe.com/v1/customers\")\n        .header(\"Idempotency-Key\", {key})\n        .form(&form)\n        .send()\n        .await?;\n"))
        .plan()
}

#[test]
fn a_key_that_comes_again_forbids_other_parameters() {
    let planned = keyed("format!(\"customer-{}\", user.id)");
    let (status, reason) = planned.state("customer-metadata:");
    assert_eq!(status, Status::ByHand);
    assert!(reason.contains("idempotency key"), "{reason}");
    // One that is new each time forbids nothing.
    assert_eq!(keyed("uuid::Uuid::new_v4().to_string()").state("customer-metadata:").0, Status::Ready);
}

#[test]
fn an_organisation_on_the_way_is_asked_about() {
    let pay = "use stripe::{CreateCustomer, Customer};\n\npub async fn customer(client: &stripe::Client, email: &str) -> Result<Customer, stripe::StripeError> {\n    let mut params = CreateCustomer::new();\n    params.email = Some(email);\n    Customer::create(client, params).await\n}\n";
    let billing = "    let workspace = workspaces_of(&user);\n    crate::pay::customer(&state.stripe, &user.email).await.ok();\n";
    let case = case(billing).file("src/pay.rs", pay).replace(
        "src/main.rs",
        "mod signup;\n",
        "mod pay;\nmod signup;\n",
    );
    assert_eq!(case.plan().step("customer-metadata:").needs, ["payer"]);
    let person = case.answer("payer", "person").plan();
    assert_eq!(person.state("customer-metadata:").0, Status::Ready);
    assert!(
        person.text("src/billing.rs").contains("crate::pay::customer(&state.stripe, &user.email, metadata)")
    );
}

#[test]
fn a_changed_customer_keeps_what_it_has() {
    let update = "    reqwest::Client::new()\n        .post(format!(\"https://api.stripe.com/v1/customers/{}\", user.id))\n        .form(&[(\"metadata[plan]\", \"pro\")])\n        .send()\n        .await?;\n";
    let planned = case(update).plan();
    let (verdict, reason) = planned.verdict("customer:billing::checkout");
    assert_eq!(verdict, Verdict::NotApplicable);
    assert!(reason.contains("keeps the metadata"), "{reason}");
}

#[test]
fn checkout_without_a_customer_has_a_sheet_for_each_answer() {
    let session = |object: &str| {
        case(&format!(
            "    reqwest::Client::new()\n        .post(\"https://api.stripe.com/v1/{object}\")\n        .form(&[(\"mode\", \"subscription\")])\n        .send()\n        .await?;\n"
        ))
    };
    let id = "checkout-without-customer:billing::checkout";
    let open = session("checkout/sessions").plan();
    assert_eq!(open.verdict("checkout-session:billing::checkout").0, Verdict::Undecided);
    assert!(open.plan.decisions.iter().any(|decision| decision.id == id && decision.options.len() == 3));
    let told = |object: &str, answer: &str| {
        let planned = session(object).answer(id, answer).plan();
        let step = planned.step("customer-metadata:without-customer:");
        assert_eq!(step.status, Status::ByHand);
        step.by_hand.iter().map(|work| format!("{} {}\n", work.todo, work.text)).collect::<String>()
    };
    assert!(told("checkout/sessions", "create-first").contains("(\"customer\", &customer_id)"));
    assert!(told("checkout/sessions", "tag-afterwards").contains("`checkout.session.completed`"));
    assert!(told("checkout/sessions", "by-hand").contains("the new user's reward can be lost"));
    // A link takes no Customer.
    assert!(told("payment_links", "create-first").contains("`checkout.session.completed`"));
}

/// A search and a creation, in one function.
const ENSURES: &str = "    let known = stripe::Customer::list(&state.stripe, &stripe::ListCustomers {\n        email: Some(&user.email),\n        ..Default::default()\n    })\n    .await\n    .unwrap();\n    if known.data.is_empty() {\n        let mut new = stripe::CreateCustomer::new();\n        new.email = Some(&user.email);\n        stripe::Customer::create(&state.stripe, new).await.unwrap();\n    }\n";

#[test]
fn a_customer_that_is_found_instead_of_made_gets_a_sheet() {
    let found = |planned: &Planned| {
        let sheet = planned.step("customer-metadata:found:").clone();
        assert_eq!(sheet.status, Status::ByHand);
        assert!(sheet.evidence.len() == 2, "{:?}", sheet.evidence);
        // The creation is one as any other.
        let (status, reason) = planned.state("customer-metadata:billing::checkout");
        assert_eq!(status, Status::Ready, "{reason}");
        sheet.by_hand[0].text.clone()
    };
    let text = found(&case(ENSURES).plan());
    assert!(text.contains("stripe::Customer::update(&client, &customer.id, update)"), "{text}");
    assert!(text.contains("crate::cello::customer_metadata(&pool, user_id).await"), "{text}");

    // Over HTTP, by e-mail or by Stripe's search.
    for find in ["https://api.stripe.com/v1/customers", "https://api.stripe.com/v1/customers/search"] {
        let form = format!(
            "    let http = reqwest::Client::new();\n    let known = http.get(\"{find}\").query(&[(\"email\", &user.email)]).send().await?;\n    if known.content_length() == Some(0) {{\n        let form = [(\"email\", user.email.as_str())];\n        http.post(\"https://api.stripe.com/v1/customers\").form(&form).send().await?;\n    }}\n"
        );
        let text = found(&case(&form).plan());
        assert!(text.contains("POST /v1/customers/{id}") && text.contains("customer_form("), "{text}");
    }
}

#[test]
fn a_list_beside_which_nothing_is_made_is_an_overview() {
    let list = "\npub async fn overview(client: &stripe::Client) {\n    stripe::Customer::list(client, &stripe::ListCustomers::new()).await.ok();\n}\n";
    let base = case(
        "    let mut new = stripe::CreateCustomer::new();\n    new.email = Some(&user.email);\n    stripe::Customer::create(&state.stripe, new).await.ok();\n",
    );
    let text = base.text("src/billing.rs").to_string() + list;
    let planned = base.file("src/billing.rs", &text).plan();
    assert!(planned.plan.steps.iter().all(|step| !step.id.starts_with("customer-metadata:found")));
    let (verdict, reason) = planned.verdict("customer:billing::overview");
    assert_eq!((verdict, reason), (Verdict::NotApplicable, "it makes no Customer"));
}

#[test]
fn without_stripe_a_sheet_tells_of_payments() {
    let signs_up = Case::new().file("src/signup.rs", crate::survey::cases::harness::SIGNS_UP);
    let planned = signs_up
        .clone()
        .replace("src/main.rs", "    pub stripe: stripe::Client,\n", "")
        .replace(
            "src/main.rs",
            "    let stripe = stripe::Client::new(std::env::var(\"STRIPE_KEY\").unwrap());\n",
            "",
        )
        .replace("src/main.rs", "AppState { db, stripe }", "AppState { db }")
        .plan();
    let step = planned.step("purchase-events");
    assert_eq!(step.status, Status::ByHand);
    let text: String = step.by_hand.iter().map(|work| work.text.as_str()).collect();
    for part in [
        "event[\"context\"][\"event\"][\"trigger\"] = \"invoice-paid\".into();",
        "    db: &sqlx::SqlitePool,\n",
        "crate::cello::purchased(&pool, user.id.to_string(), user.email.clone(), &purchase).await;",
        "\"JPY\"",
    ] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert_eq!(planned.state("signup:").0, Status::Ready);
    // With Stripe there is none, whatever is known of its calls, be it nothing.
    assert!(signs_up.plan().plan.steps.iter().all(|step| step.id != "purchase-events"));
    let sells = case(ENSURES).file("src/signup.rs", crate::survey::cases::harness::SIGNS_UP).plan();
    assert!(sells.plan.steps.iter().all(|step| step.id != "purchase-events"));
}

#[test]
fn what_tells_who_is_signed_in_has_the_id() {
    let body = "    let form = [(\"email\", \"new@example.com\")];\n    reqwest::Client::new()\n        .post(\"https://api.stripe.com/v1/customers\")\n        .form(&form)\n        .send()\n        .await?;\n";
    let claims = case(body)
        .replace(
            "src/auth.rs",
            "    pub id: i64,\n    pub email: String,\n    pub name: String,\n",
            "    pub sub: i64,\n    pub role: String,\n",
        )
        .replace("src/auth.rs", "    user.name\n", "    user.role\n")
        .answer("person-details", "none");
    let planned = claims.plan();
    assert_eq!(planned.state("customer-metadata:").0, Status::Ready);
    assert!(planned.text("src/billing.rs").contains("customer_form(&state.db, user.sub)"));
    // Two of them, and one that was given away.
    let two = claims.clone().replace(
        "src/billing.rs",
        "    user: CurrentUser,",
        "    user: CurrentUser,\n    friend: CurrentUser,",
    );
    assert_eq!(two.plan().state("customer-metadata:").0, Status::ByHand);
    let text = claims.replace("src/auth.rs", "pub sub: i64", "pub sub: String").replace(
        "src/billing.rs",
        "    let form",
        "    tokio::spawn(crate::auth::me(user));\n    let form",
    );
    assert_eq!(text.plan().state("customer-metadata:").0, Status::ByHand);
}
