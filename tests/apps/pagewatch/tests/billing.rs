mod common;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::Utc;
use common::{checkout_session, state, state_with_stripe, Browser, FakeStripe, WEBHOOK_SECRET};
use hmac::{Hmac, Mac};
use pagewatch::{accounts, AppState};
use serde_json::{json, Value};
use sha2::Sha256;

#[tokio::test]
async fn the_checkout_belongs_to_the_user() {
    let (stripe, url) = FakeStripe::start().await;
    let state = state_with_stripe(&url).await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    assert!(stripe.calls("/v1/customers").is_empty());

    let answer = browser.post("/billing/checkout", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let location = answer.location.unwrap();
    assert!(location.starts_with("https://checkout.stripe.com/"));

    let user = user(&state).await;
    let customers = stripe.calls("/v1/customers");
    assert_eq!(customers[0].form["email"], "ida@example.org");
    assert_eq!(customers[0].form["metadata[app]"], "pagewatch");
    assert_eq!(customers[0].form["metadata[user_id]"], user.id.to_string());
    let sessions = stripe.calls("/v1/checkout/sessions");
    assert_eq!(sessions[0].form["mode"], "subscription");
    assert_eq!(sessions[0].form["line_items[0][price]"], "price_pro");
    assert_eq!(
        Some(&sessions[0].form["customer"]),
        user.stripe_customer_id.as_ref()
    );

    // Whoever turns back at the checkout stays the same customer.
    browser.post("/billing/checkout", "").await;
    assert_eq!(stripe.calls("/v1/customers").len(), 1);
    assert_eq!(stripe.calls("/v1/checkout/sessions").len(), 2);
}

#[tokio::test]
async fn the_portal_is_for_customers() {
    let (stripe, url) = FakeStripe::start().await;
    let state = state_with_stripe(&url).await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    let answer = browser.post("/billing/portal", "").await;
    assert_eq!(answer.location.as_deref(), Some("/billing"));

    browser.post("/billing/checkout", "").await;
    let answer = browser.post("/billing/portal", "").await;
    assert!(answer
        .location
        .unwrap()
        .starts_with("https://billing.stripe.com/"));
    assert_eq!(stripe.calls("/v1/billing_portal/sessions").len(), 1);
}

#[tokio::test]
async fn an_outage_at_stripe_is_explained() {
    let state = state().await;
    let mut browser = Browser::signed_up(&state, "ida").await;
    let answer = browser.post("/billing/checkout", "").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.body.contains("Nothing was charged"));
    assert_eq!(user(&state).await.stripe_customer_id, None);
}

#[tokio::test]
async fn paying_and_cancelling_change_the_plan() {
    let state = state().await;
    Browser::signed_up(&state, "ida").await;
    let id = user(&state).await.id;
    accounts::set_stripe_customer(&state.db, id, "cus_ida")
        .await
        .unwrap();

    let paid = event(
        "checkout.session.completed",
        checkout_session("cs_1", Some("cus_ida")),
    );
    assert_eq!(
        deliver(&state, &paid, "another secret").await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(user(&state).await.plan, "free");
    assert_eq!(deliver(&state, &paid, WEBHOOK_SECRET).await, StatusCode::OK);
    assert_eq!(user(&state).await.plan, "pro");

    let foreign = event(
        "checkout.session.completed",
        checkout_session("cs_2", Some("cus_of_the_other_product")),
    );
    assert_eq!(
        deliver(&state, &foreign, WEBHOOK_SECRET).await,
        StatusCode::OK
    );

    let unknown = event("brand.new", json!({ "object": "brand" }));
    assert_eq!(
        deliver(&state, &unknown, WEBHOOK_SECRET).await,
        StatusCode::OK
    );

    let ended = event("customer.subscription.deleted", subscription("cus_ida"));
    assert_eq!(
        deliver(&state, &ended, WEBHOOK_SECRET).await,
        StatusCode::OK
    );
    assert_eq!(user(&state).await.plan, "free");
}

async fn user(state: &AppState) -> accounts::User {
    let users = accounts::list(&state.db).await.unwrap();
    users.into_iter().next().expect("a user")
}

async fn deliver(state: &AppState, event: &Value, secret: &str) -> StatusCode {
    let body = event.to_string();
    let now = Utc::now().timestamp();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{now}.{body}").as_bytes());
    let signature: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let request = Request::post("/webhooks/stripe")
        .header("stripe-signature", format!("t={now},v1={signature}"));
    Browser::new(state)
        .send(request, Body::from(body))
        .await
        .status
}

fn event(kind: &str, object: Value) -> Value {
    json!({
        "id": "evt_1",
        "object": "event",
        "created": 1,
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "type": kind,
    })
}

fn subscription(customer: &str) -> Value {
    json!({
        "id": "sub_1",
        "object": "subscription",
        "automatic_tax": { "enabled": false },
        "billing_cycle_anchor": 1,
        "cancel_at_period_end": false,
        "collection_method": "charge_automatically",
        "created": 1,
        "currency": "eur",
        "current_period_end": 2,
        "current_period_start": 1,
        "customer": customer,
        "items": { "object": "list", "data": [], "has_more": false, "url": "/v1/subscription_items" },
        "livemode": false,
        "metadata": {},
        "start_date": 1,
        "status": "canceled",
    })
}
