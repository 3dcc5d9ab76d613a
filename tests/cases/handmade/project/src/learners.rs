use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::Json;
use serde::Deserialize;
use stripe::{CreateCustomer, Customer};

use crate::Shared;

#[derive(Deserialize)]
pub struct Enrolment {
    email: String,
    /// What cello-attribution.js found in the link.
    ucc: Option<String>,
}

pub async fn enrol(
    State(shared): State<Shared>,
    Json(enrolment): Json<Enrolment>,
) -> Result<Json<i64>, StatusCode> {
    let id: i64 = sqlx::query_scalar("INSERT INTO users (email) VALUES ($1) RETURNING id")
        .bind(&enrolment.email)
        .fetch_one(&shared.db)
        .await
        .map_err(|_| StatusCode::CONFLICT)?;
    let mut metadata = HashMap::from([("new_user_id".to_string(), id.to_string())]);
    if let Some(ucc) = enrolment.ucc {
        metadata.insert("cello_ucc".to_string(), ucc);
    }
    let params = CreateCustomer { email: Some(&enrolment.email), metadata: Some(metadata), ..Default::default() };
    Customer::create(&shared.stripe, params).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(id))
}
