use axum::extract::State;
use axum::http::{header, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::Json;
use serde::Serialize;

use super::token;
use crate::session::Session;
use crate::{accounts, App};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReferralSession<'a> {
    enabled: bool,
    product_id: &'a str,
    token: String,
    details: Details<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
}

/// What the web application needs to show the referral widget.
pub async fn session(State(app): State<App>, session: Option<Session>) -> Result<Response, StatusCode> {
    let off = || Json(serde_json::json!({ "enabled": false })).into_response();
    let (Some(referrals), Some(session)) = (&app.referrals, session) else {
        return Ok(off());
    };
    let Some(account) = accounts::by_id(&app.db, session.account_id).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)? else {
        return Ok(off());
    };
    let token = token::sign(&referrals.settings, account.id).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let body = ReferralSession {
        enabled: true,
        product_id: &referrals.settings.product_id,
        token,
        details: Details { email: &account.email, first_name: &account.given_name, last_name: &account.family_name },
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
