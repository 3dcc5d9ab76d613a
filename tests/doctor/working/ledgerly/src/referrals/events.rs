use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::accounts::Account;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CelloEvent {
    event_name: &'static str,
    payload: Payload,
    context: Context,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    ucc: String,
    new_user_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    new_user: NewUser,
    event: Trigger,
}

#[derive(Debug, Serialize)]
struct NewUser {
    id: String,
    email: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct Trigger {
    trigger: &'static str,
    timestamp: String,
}

pub fn signed_up(account: &Account, code: &str, at: DateTime<Utc>) -> CelloEvent {
    let id = account.id.to_string();
    CelloEvent {
        event_name: "ReferralUpdated",
        payload: Payload { ucc: code.to_string(), new_user_id: id.clone() },
        context: Context {
            new_user: NewUser {
                id,
                email: account.email.clone(),
                name: format!("{} {}", account.given_name, account.family_name),
            },
            event: Trigger { trigger: "new-signup", timestamp: at.to_rfc3339_opts(SecondsFormat::Secs, true) },
        },
    }
}
