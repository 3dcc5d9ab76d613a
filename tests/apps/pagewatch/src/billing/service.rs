use std::collections::HashMap;

use anyhow::Context;
use stripe::{
    BillingPortalSession, CheckoutSession, CheckoutSessionMode, Client, CreateBillingPortalSession,
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCustomer, Customer, CustomerId,
    Event, EventObject, EventType,
};

use crate::{
    accounts::{self, User},
    config::Config,
    db::Db,
    error::AppError,
};

/// The user's Customer at Stripe, made on the first visit to the checkout.
pub async fn ensure_customer(
    db: &Db,
    client: &Client,
    user: &User,
) -> Result<CustomerId, AppError> {
    if let Some(id) = &user.stripe_customer_id {
        return Ok(id.parse().context("stored Stripe customer")?);
    }
    let customer = Customer::create(
        client,
        CreateCustomer {
            email: Some(&user.email),
            name: Some(&user.name),
            metadata: Some(HashMap::from([
                // The Stripe account is shared with our other product.
                ("app".to_string(), "pagewatch".to_string()),
                ("user_id".to_string(), user.id.to_string()),
            ])),
            ..Default::default()
        },
    )
    .await?;
    accounts::set_stripe_customer(db, user.id, &customer.id).await?;
    tracing::info!(user = %user.id, customer = %customer.id, "new Stripe customer");
    Ok(customer.id)
}

/// Opens a checkout for the Pro plan and returns where to send the browser.
pub async fn start_checkout(
    db: &Db,
    client: &Client,
    config: &Config,
    user: &User,
) -> Result<String, AppError> {
    let customer = ensure_customer(db, client, user).await?;
    let success_url = format!("{}/billing?paid=1", config.base_url);
    let cancel_url = format!("{}/billing", config.base_url);

    let mut params = CreateCheckoutSession::new();
    params.mode = Some(CheckoutSessionMode::Subscription);
    params.customer = Some(customer);
    params.success_url = Some(&success_url);
    params.cancel_url = Some(&cancel_url);
    params.allow_promotion_codes = Some(true);
    params.line_items = Some(vec![CreateCheckoutSessionLineItems {
        price: Some(config.stripe_price_id.clone()),
        quantity: Some(1),
        ..Default::default()
    }]);
    let session = CheckoutSession::create(client, params).await?;
    Ok(session.url.context("checkout session without a URL")?)
}

/// Where users change their card or cancel; `None` for those who never went to the checkout.
pub async fn portal_url(
    client: &Client,
    config: &Config,
    user: &User,
) -> Result<Option<String>, AppError> {
    let Some(id) = &user.stripe_customer_id else {
        return Ok(None);
    };
    let return_url = format!("{}/billing", config.base_url);
    let mut params = CreateBillingPortalSession::new(id.parse().context("stored Stripe customer")?);
    params.return_url = Some(&return_url);
    let session = BillingPortalSession::create(client, params).await?;
    Ok(Some(session.url))
}

/// Applies what Stripe reports. Events may come twice or late; each sets a state and adds to none.
pub async fn handle_event(db: &Db, event: Event) -> Result<(), AppError> {
    match (event.type_, event.data.object) {
        (EventType::CheckoutSessionCompleted, EventObject::CheckoutSession(session)) => {
            if let Some(customer) = session.customer {
                change_plan(db, &customer.id(), "pro").await?;
            }
        }
        (EventType::CustomerSubscriptionDeleted, EventObject::Subscription(subscription)) => {
            change_plan(db, &subscription.customer.id(), "free").await?;
        }
        (other, _) => tracing::debug!(event = %other, "ignored"),
    }
    Ok(())
}

async fn change_plan(db: &Db, customer: &CustomerId, plan: &str) -> Result<(), AppError> {
    if accounts::set_plan(db, customer, plan).await? {
        tracing::info!(%customer, plan, "plan changed");
    } else {
        // Our other product's customers arrive here too.
        tracing::debug!(%customer, "not a customer of this application");
    }
    Ok(())
}
