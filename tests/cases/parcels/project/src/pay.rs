use axum::{extract::State, http::StatusCode, response::Redirect};
use stripe::{CheckoutSession, CheckoutSessionMode, CreateCheckoutSession, CreateCheckoutSessionLineItems};

use crate::account::Account;

/// One payment, and the account is paid for good.
pub async fn buy(State(stripe): State<stripe::Client>, account: Account) -> Result<Redirect, StatusCode> {
    let reference = account.id.to_string();
    let session = CheckoutSession::create(
        &stripe,
        CreateCheckoutSession {
            mode: Some(CheckoutSessionMode::Payment),
            client_reference_id: Some(&reference),
            success_url: Some("https://parcels.example/thanks"),
            line_items: Some(vec![CreateCheckoutSessionLineItems {
                price: Some("price_lifetime".into()),
                quantity: Some(1),
                ..Default::default()
            }]),
            ..Default::default()
        },
    )
    .await
    .map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Redirect::to(session.url.as_deref().unwrap_or("/")))
}
