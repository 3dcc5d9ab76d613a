use axum::http::StatusCode;
use axum::Json;
use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use serde_json::{json, Value};

/// The token for the widget.
pub async fn token() -> Result<Json<Value>, StatusCode> {
    let secret = std::env::var("CELLO_PRODUCT_SECRET").map_err(|_| StatusCode::NOT_FOUND)?;
    let product = std::env::var("CELLO_PRODUCT_ID").map_err(|_| StatusCode::NOT_FOUND)?;
    let claims = json!({ "productId": product, "productUserId": "1", "iat": 0 });
    let key = EncodingKey::from_secret(secret.as_bytes());
    let token = encode(&Header::new(Algorithm::HS512), &claims, &key).map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(Json(json!({ "token": token })))
}
