//! Cello's API with the application's own keys: does it hand out an access token?

use std::time::Duration;

use serde_json::{Value, json};

use super::http::{Host, NoReply};
use super::{Severity, Trial};

const ID: &str = "cello-credentials";
const QA: &[&str] = &["qa-02"];

/// Settings that are needed to ask.
#[derive(Debug, Default)]
pub struct Keys {
    /// The access key's id.
    pub access_key_id: Option<String>,
    /// The access key's secret.
    pub secret_access_key: Option<String>,
    /// The product's id, to tell a mix-up.
    pub product_id: Option<String>,
    /// The product's secret, likewise.
    pub product_secret: Option<String>,
    /// `sandbox` or `production`.
    pub environment: Option<String>,
    /// A host of its own.
    pub base: Option<String>,
}

impl Keys {
    /// The API's address by the settings; `None` if they don't say.
    pub fn address(&self) -> Option<String> {
        let by_environment = || match self.environment.as_deref()? {
            "sandbox" => Some("https://api.sandbox.cello.so".to_string()),
            "production" => Some("https://api.cello.so".to_string()),
            _ => None,
        };
        self.base.clone().or_else(by_environment)
    }
}

/// Asks for an access token.
///
/// # Errors
/// If the configured address is none.
pub fn credentials(keys: &Keys, patience: Duration) -> Result<Trial, NoReply> {
    let Some(address) = keys.address() else {
        return Ok(Trial::not_tried(
            ID,
            QA,
            "CELLO_ENV says neither sandbox nor production, so there is no host to ask.",
        ));
    };
    let (Some(id), Some(secret)) = (&keys.access_key_id, &keys.secret_access_key) else {
        let text = "CELLO_ACCESS_KEY_ID and CELLO_SECRET_ACCESS_KEY are not in this environment.";
        return Ok(Trial::not_tried(ID, QA, text));
    };
    let host = Host::new(&address, patience)?;
    let body = json!({ "accessKeyId": id, "secretAccessKey": secret }).to_string();
    let headers = [("content-type".to_string(), "application/json".to_string())];
    let reply = match host.post("token", &headers, &body) {
        Ok(reply) => reply,
        Err(why) => return Ok(Trial::not_tried(ID, QA, format!("{address}: {}.", why.text()))),
    };
    let token = reply
        .json()
        .is_some_and(|answer| answer["accessToken"].as_str().is_some_and(|token| !token.is_empty()));
    Ok(match reply.status {
        200..=299 if token => {
            Trial::holds(ID, QA, format!("{address} answers {} and an access token.", reply.status))
        }
        200..=299 => {
            let text = format!("{address} answers {} without an access token.", reply.status);
            Trial::broken(ID, QA, Severity::Error, text, "Is this Cello's API? Check CELLO_API_BASE_URL.")
        }
        400 | 401 | 403 => {
            Trial::broken(ID, QA, Severity::Error, refusal(&address, reply.status), &advice(keys))
        }
        404 => {
            let text = format!("There is no /token at {address}.");
            Trial::broken(ID, QA, Severity::Error, text, "Is this Cello's API? Check CELLO_API_BASE_URL.")
        }
        429 => Trial::not_tried(ID, QA, format!("{address} asks to wait (429); try again later.")),
        status => {
            let said = reply.json().unwrap_or(Value::Null);
            let hint = if said.is_null() { "" } else { ", in JSON" };
            Trial::not_tried(
                ID,
                QA,
                format!("{address} answers {status}{hint}: that is its own trouble; try again later."),
            )
        }
    })
}

fn refusal(address: &str, status: u16) -> String {
    format!("{address} refuses the access keys ({status}).")
}

/// What is mixed up, if that shows.
fn advice(keys: &Keys) -> String {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    if same(&keys.access_key_id, &keys.product_id) || same(&keys.secret_access_key, &keys.product_secret) {
        return "The access key is the product's id or secret. The pair for the API is another one on the portal's access keys \
                page."
            .to_string();
    }
    if keys.access_key_id.as_ref().is_some_and(|id| id.contains('.')) {
        return "The access key id looks like a product id. The pair for the API is another one on the portal's access keys page."
            .to_string();
    }
    let other = match keys.environment.as_deref() {
        Some("sandbox") => "production",
        _ => "the sandbox",
    };
    format!(
        "Copy both again from the portal's access keys page. Keys of {other} are refused here, too: each environment has its own."
    )
}
