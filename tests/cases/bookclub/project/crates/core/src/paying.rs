use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use stripe::{
    CheckoutSession, CheckoutSessionMode, CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCustomer,
    Customer,
};

use crate::member::Member;
use crate::App;

const PRICE: &str = "price_yearly";

pub async fn checkout(State(app): State<App>, member: Member) -> Result<Redirect, StatusCode> {
    let customer = Customer::create(
        &app.stripe,
        CreateCustomer {
            email: Some(&member.email),
            name: member.full_name.as_deref(),
            ..Default::default()
        },
    )
    .await
    .map_err(|_| StatusCode::BAD_GATEWAY)?;
    let mut params = CreateCheckoutSession::new();
    params.customer = Some(customer.id);
    params.mode = Some(CheckoutSessionMode::Payment);
    params.success_url = Some("https://bookclub.example/");
    params.line_items = Some(vec![CreateCheckoutSessionLineItems {
        price: Some(PRICE.to_string()),
        quantity: Some(1),
        ..Default::default()
    }]);
    let session = CheckoutSession::create(&app.stripe, params).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Redirect::to(&session.url.unwrap_or_default()))
}
