use axum::http::StatusCode;
use axum::Json;
use stripe::{Client, CreateCustomer, Customer};

use crate::grower::Grower;

pub async fn order(grower: Grower) -> Result<Json<String>, StatusCode> {
    let client = Client::new(std::env::var("STRIPE_KEY").map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?);
    let mut params = CreateCustomer::new();
    params.email = Some(&grower.email);
    params.metadata = Some([("orchard".to_string(), "south".to_string())].into());
    let customer = Customer::create(&client, params).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(customer.id.to_string()))
}
