//! Everything about our Cello referral programme.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_session::Session;
use actix_web::http::header;
use actix_web::{web, HttpRequest, HttpResponse};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha512;
use sqlx::SqlitePool;

use crate::error::Error;
use crate::members::{self, Member};
use crate::settings::{ReferralSettings, Settings};

/// `GET /referral/boot.json`: what static/referral.js hands to cello.boot.
pub async fn boot(session: Session, pool: web::Data<SqlitePool>, settings: web::Data<Settings>) -> Result<HttpResponse, Error> {
    let member = members::current(&session, &pool).await?;
    let body = match (member, &settings.referral) {
        (Some(member), Some(referral)) => json!({ "enabled": true, "bootConfig": boot_config(referral, &member) }),
        _ => json!({ "enabled": false }),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store, private")).json(body))
}

fn boot_config(settings: &ReferralSettings, member: &Member) -> serde_json::Value {
    let (first, last) = member.full_name.split_once(' ').unwrap_or((&member.full_name, ""));
    json!({
        "productId": settings.product,
        "token": widget_token(settings, &member.id.to_string()),
        "productUserDetails": {
            "email": member.email,
            "firstName": first,
            "lastName": last,
            "fullName": member.full_name,
        },
    })
}

fn widget_token(settings: &ReferralSettings, user_id: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT"}"#);
    let claims = json!({ "productId": settings.product, "productUserId": user_id, "iat": now });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut mac = Hmac::<Sha512>::new_from_slice(settings.secret.as_bytes()).expect("any length will do");
    mac.update(format!("{header}.{claims}").as_bytes());
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// The referral code of a request: the form's hidden field, else Cello's cookie.
pub fn ucc_of(request: &HttpRequest, field: &str) -> Option<String> {
    let cookie = request.cookie("cello-referral").map(|cookie| cookie.value().to_string());
    [Some(field.trim().to_string()), cookie]
        .into_iter()
        .flatten()
        .find(|ucc| !ucc.is_empty() && ucc.len() <= 64 && ucc.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}
