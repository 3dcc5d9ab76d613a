use jsonwebtoken::{encode, Algorithm, EncodingKey, Header};
use serde::Serialize;
use uuid::Uuid;

use crate::config::CelloSettings;

/// Seconds a widget token is good for.
pub const LIFETIME: i64 = 12 * 60 * 60;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    product_id: &'a str,
    product_user_id: Uuid,
    iat: i64,
    exp: i64,
}

pub fn sign(settings: &CelloSettings, account_id: Uuid) -> jsonwebtoken::errors::Result<String> {
    let now = chrono::Utc::now().timestamp();
    let claims = Claims { product_id: &settings.product_id, product_user_id: account_id, iat: now, exp: now + LIFETIME };
    let mut header = Header::new(Algorithm::HS512);
    header.typ = Some("JWT".into());
    encode(&header, &claims, &EncodingKey::from_secret(settings.product_secret.as_bytes()))
}
