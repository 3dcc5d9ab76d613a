//! The subscription, through Stripe.

use anyhow::Context;
use axum::{extract::State, Json};
use serde::Serialize;
use stripe_checkout::checkout_session::{CreateCheckoutSession, CreateCheckoutSessionLineItems};
use stripe_checkout::CheckoutSessionMode;
use stripe_core::customer::CreateCustomer;

use crate::{
    error::Result,
    users::{self, User},
    AppState,
};

#[derive(Serialize)]
pub struct Checkout {
    url: String,
}

pub async fn checkout(State(state): State<AppState>, user: User) -> Result<Json<Checkout>> {
    let customer = customer(&state, &user).await?;
    let config = &state.config;
    let item = CreateCheckoutSessionLineItems {
        price: Some(config.stripe_price.clone()),
        quantity: Some(1),
        ..Default::default()
    };
    let session = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Subscription)
        .customer(customer)
        .line_items(vec![item])
        .success_url(format!("{}/thanks", config.front_url))
        .cancel_url(&config.front_url)
        .send(&state.stripe)
        .await?;
    let url = session.url.context("a checkout session without a URL")?;
    Ok(Json(Checkout { url }))
}

/// The user's Customer at Stripe, made at the first purchase.
async fn customer(state: &AppState, user: &User) -> Result<String> {
    if let Some(known) = &user.stripe_customer {
        return Ok(known.clone());
    }
    let made = CreateCustomer::new()
        .email(&user.email)
        .name(&user.name)
        .metadata([("hiker".to_string(), user.id.to_string())])
        .send(&state.stripe)
        .await?;
    let mut conn = state.db.get().await?;
    users::keep_customer(&mut conn, user.id, &made.id).await?;
    Ok(made.id.to_string())
}
