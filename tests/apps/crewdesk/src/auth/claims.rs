use std::{env, sync::Arc};

use anyhow::Context;
use axum::{
    async_trait,
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts, HeaderMap},
};
use axum_extra::extract::CookieJar;
use chrono::{Duration, Utc};
use jsonwebtoken::{decode, encode, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{error::ApiError, AppState};

pub const COOKIE: &str = "crewdesk_token";
const LIFETIME: Duration = Duration::days(14);

/// What a token says about its bearer. Taking it as a parameter closes a handler to strangers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub user_id: i64,
    exp: i64,
}

impl Claims {
    pub fn new(user_id: i64) -> Self {
        Self {
            user_id,
            exp: (Utc::now() + LIFETIME).timestamp(),
        }
    }

    pub fn encode(&self) -> anyhow::Result<String> {
        let key = EncodingKey::from_secret(secret()?.as_bytes());
        encode(&Header::default(), self, &key).context("signing a token")
    }

    fn decode(token: &str) -> Result<Self, ApiError> {
        let key = DecodingKey::from_secret(secret()?.as_bytes());
        match decode(token, &key, &Validation::default()) {
            Ok(token) => Ok(token.claims),
            Err(error) => {
                log::debug!("refused a token: {error}");
                Err(ApiError::Unauthorized)
            }
        }
    }
}

#[async_trait]
impl FromRequestParts<Arc<AppState>> for Claims {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Arc<AppState>,
    ) -> Result<Self, Self::Rejection> {
        let token = token(&parts.headers).ok_or(ApiError::Unauthorized)?;
        Claims::decode(&token)
    }
}

/// The bearer token or else the cookie's: whoever sends a header means it.
fn token(headers: &HeaderMap) -> Option<String> {
    match headers.get(AUTHORIZATION) {
        Some(value) => {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| token.trim().to_string())
        }
        None => {
            let jar = CookieJar::from_headers(headers);
            jar.get(COOKIE).map(|cookie| cookie.value().to_string())
        }
    }
}

fn secret() -> anyhow::Result<String> {
    env::var("JWT_SECRET").context("JWT_SECRET is not set")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{header::COOKIE as COOKIE_HEADER, HeaderValue};

    #[test]
    fn tokens_come_back_as_they_were() {
        env::set_var("JWT_SECRET", "a secret for the tests");
        let token = Claims::new(42).encode().unwrap();
        assert_eq!(Claims::decode(&token).unwrap().user_id, 42);

        let forged = format!("{}x", token);
        assert!(Claims::decode(&forged).is_err());
        let expired = Claims {
            user_id: 42,
            exp: Utc::now().timestamp() - 3600,
        };
        assert!(Claims::decode(&expired.encode().unwrap()).is_err());
    }

    #[test]
    fn the_header_goes_before_the_cookie() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.insert(COOKIE_HEADER, HeaderValue::from_static("crewdesk_token=c"));
        assert_eq!(token(&headers).as_deref(), Some("c"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("bearer h"));
        assert_eq!(token(&headers).as_deref(), Some("h"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic aGk="));
        assert_eq!(token(&headers), None);
    }
}
