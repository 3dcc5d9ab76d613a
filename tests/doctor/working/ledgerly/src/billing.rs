use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use stripe::{CheckoutSession, CheckoutSessionMode, CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCustomer, Customer, CustomerId};

use crate::accounts::{self, Account};
use crate::session::Session;
use crate::App;

pub async fn checkout(State(app): State<App>, session: Session) -> Result<Json<Option<String>>, StatusCode> {
    let account = accounts::by_id(&app.db, session.account_id)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let customer = customer(&app, &account).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let success = format!("{}/billing/done", app.config.web_origin);
    let mut params = CreateCheckoutSession::new();
    params.mode = Some(CheckoutSessionMode::Subscription);
    params.customer = Some(customer);
    params.success_url = Some(&success);
    params.line_items = Some(vec![CreateCheckoutSessionLineItems {
        price: Some(app.config.price_id.clone()),
        quantity: Some(1),
        ..Default::default()
    }]);
    let session = CheckoutSession::create(&app.stripe, params).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(session.url))
}

async fn customer(app: &App, account: &Account) -> anyhow::Result<CustomerId> {
    if let Some(known) = &account.stripe_customer_id {
        return Ok(known.parse()?);
    }
    let id = account.id.to_string();
    let mut metadata = HashMap::from([
        ("account".to_string(), id.clone()),
        ("new_user_id".to_string(), id),
    ]);
    if let Some(code) = &account.referred_by_code {
        metadata.insert("cello_ucc".to_string(), code.clone());
    }
    let name = format!("{} {}", account.given_name, account.family_name);
    let created = Customer::create(
        &app.stripe,
        CreateCustomer { email: Some(&account.email), name: Some(&name), metadata: Some(metadata), ..Default::default() },
    )
    .await?;
    sqlx::query("UPDATE accounts SET stripe_customer_id = $2 WHERE id = $1")
        .bind(account.id)
        .bind(created.id.as_str())
        .execute(&app.db)
        .await?;
    Ok(created.id)
}
