use std::{env, sync::Arc};

use anyhow::Context;
use axum::{extract::State, routing::post, Json, Router};
use serde::Serialize;
use stripe::{
    CheckoutSession, CheckoutSessionMode, Client, CreateCheckoutSession,
    CreateCheckoutSessionLineItems, CustomerId,
};

use crate::{auth::claims::Claims, error::ApiError, users, AppState};

pub fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/billing/checkout", post(checkout))
}

pub fn client() -> Client {
    let key = env::var("STRIPE_SECRET_KEY").unwrap_or_default();
    match env::var("STRIPE_API_BASE") {
        Ok(base) if !base.is_empty() => Client::from_url(base.as_str(), key),
        _ => Client::new(key),
    }
}

#[derive(Serialize)]
struct Checkout {
    url: String,
}

/// A subscription with as many units as the user has crews.
async fn checkout(
    State(state): State<Arc<AppState>>,
    claims: Claims,
) -> Result<Json<Checkout>, ApiError> {
    let user = users::find_by_id(&state.pool, claims.user_id).await?;
    let user = user.ok_or(ApiError::Unauthorized)?;
    let Some(customer) = &user.stripe_customer_id else {
        return Err(ApiError::Conflict(
            "your account isn't ready for payments, please write to support".to_string(),
        ));
    };
    let customer: CustomerId = customer.parse().context("stored Stripe customer")?;

    let crews: i64 = sqlx::query_scalar("SELECT count(*) FROM crews WHERE owner_id = $1")
        .bind(user.id)
        .fetch_one(&state.pool)
        .await?;
    let app_url = env::var("APP_URL").unwrap_or_else(|_| "http://localhost:5173".to_string());
    let success_url = format!("{app_url}/billing/thanks");
    let cancel_url = format!("{app_url}/billing");

    let mut params = CreateCheckoutSession::new();
    params.customer = Some(customer);
    params.mode = Some(CheckoutSessionMode::Subscription);
    params.success_url = Some(&success_url);
    params.cancel_url = Some(&cancel_url);
    params.line_items = Some(vec![CreateCheckoutSessionLineItems {
        price: Some(env::var("STRIPE_PRICE_CREW").context("STRIPE_PRICE_CREW is not set")?),
        quantity: Some(crews.max(1) as u64),
        ..Default::default()
    }]);
    let session = CheckoutSession::create(&client(), params).await?;
    let url = session.url.context("checkout session without a URL")?;
    Ok(Json(Checkout { url }))
}
