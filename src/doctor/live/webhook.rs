//! Stripe's webhook endpoint for Cello: what it has to be, what it is, and how it is made or completed.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::http::{Host, NoReply};
use super::stripe::{headers, refused};
use crate::playbook::Playbook;

/// An endpoint of the account that leads to Cello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Endpoint {
    /// Stripe's id.
    pub id: String,
    /// Where it leads.
    pub url: String,
    /// True in live mode.
    pub live: bool,
    /// True if Stripe delivers to it.
    pub enabled: bool,
    /// Events of Cello's that it doesn't get.
    pub missing: Vec<String>,
    /// Events that it gets.
    #[serde(skip)]
    events: Vec<String>,
}

/// What was done for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It was right already.
    Nothing,
    /// Events were added, or it was switched on.
    Completed(String),
    /// It was made.
    Made(String),
}

/// Why nothing could be said or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There was no answer.
    NoReply(NoReply),
    /// Stripe's answer, in a sentence; no key is in it.
    Refused(String),
}

impl Trouble {
    /// In a sentence.
    pub fn text(&self) -> String {
        match self {
            Self::NoReply(why) => format!("Stripe: {}.", why.text()),
            Self::Refused(text) => text.clone(),
        }
    }
}

/// The events that Cello computes rewards from.
pub fn events() -> &'static [String] {
    Playbook::embedded().fact("stripe-webhook-events").map_or(&[], |fact| &fact.values)
}

/// An account at Stripe, or what stands for it.
pub struct Account<'k> {
    host: Host,
    key: &'k str,
}

impl<'k> Account<'k> {
    /// An account by its interface's address and a key.
    ///
    /// # Errors
    /// If the address is none.
    pub fn new(base: &str, key: &'k str, patience: Duration) -> Result<Self, NoReply> {
        Ok(Self { host: Host::new(base, patience)?, key })
    }

    /// The endpoints that lead to Cello.
    ///
    /// # Errors
    /// If Stripe doesn't say.
    pub fn endpoints(&self) -> Result<Vec<Endpoint>, Trouble> {
        let reply =
            self.host.get("v1/webhook_endpoints?limit=100", &headers(self.key)).map_err(Trouble::NoReply)?;
        if let Some(text) = refused(&reply) {
            return Err(Trouble::Refused(text));
        }
        let answer = reply.json().unwrap_or(Value::Null);
        let Some(all) = answer["data"].as_array() else {
            return Err(Trouble::Refused(
                "What answers isn't Stripe: there is no list of endpoints in it.".to_string(),
            ));
        };
        Ok(all.iter().filter_map(endpoint).filter(|endpoint| leads_to_cello(&endpoint.url)).collect())
    }

    /// Makes the endpoint, or completes the one with this address.
    ///
    /// # Errors
    /// If Stripe doesn't say what is there, or refuses.
    pub fn ensure(&self, url: &str) -> Result<Done, Trouble> {
        let there = self.endpoints()?.into_iter().find(|endpoint| same_address(&endpoint.url, url));
        let (path, wanted, pairs) = match &there {
            Some(endpoint) if endpoint.enabled && endpoint.missing.is_empty() => return Ok(Done::Nothing),
            Some(endpoint) => {
                let all: Vec<&String> = endpoint.events.iter().chain(&endpoint.missing).collect();
                (format!("v1/webhook_endpoints/{}", endpoint.id), all, vec![("disabled", "false")])
            }
            None => (
                "v1/webhook_endpoints".to_string(),
                events().iter().collect(),
                vec![("url", url), ("description", "Cello referrals")],
            ),
        };
        let fields = pairs.into_iter().map(|(key, value)| (key.to_string(), value));
        let listed = wanted.iter().map(|event| ("enabled_events[]".to_string(), event.as_str()));
        let body: Vec<String> = fields
            .chain(listed)
            .map(|(key, value)| format!("{}={}", escaped(&key), escaped(value)))
            .collect();
        let mut headers = headers(self.key);
        headers.push(("content-type".to_string(), "application/x-www-form-urlencoded".to_string()));
        if there.is_none() {
            // The same request twice, as after a lost answer, makes one endpoint.
            headers.push((
                "idempotency-key".to_string(),
                format!("cello-scaffold-{}", crate::doctor::fingerprint(&[url])),
            ));
        }
        let reply = self.host.post(&path, &headers, &body.join("&")).map_err(Trouble::NoReply)?;
        if let Some(text) = refused(&reply) {
            return Err(Trouble::Refused(text));
        }
        // The answer has the signing secret; only the id is taken out of it.
        let id =
            reply.json().and_then(|answer| answer["id"].as_str().map(str::to_string)).unwrap_or_default();
        Ok(if there.is_some() { Done::Completed(id) } else { Done::Made(id) })
    }
}

fn endpoint(value: &Value) -> Option<Endpoint> {
    let listed = value["enabled_events"].as_array()?;
    let have: Vec<String> = listed.iter().filter_map(|event| event.as_str().map(str::to_string)).collect();
    let all = have.iter().any(|event| event == "*");
    let missing = events().iter().filter(|event| !all && !have.contains(event)).cloned().collect();
    Some(Endpoint {
        id: value["id"].as_str()?.to_string(),
        url: value["url"].as_str()?.to_string(),
        live: value["livemode"] == true,
        enabled: value["status"].as_str().is_none_or(|status| status == "enabled"),
        missing,
        events: have,
    })
}

/// True for an address on one of Cello's hosts.
pub fn leads_to_cello(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host == "cello.so" || host.ends_with(".cello.so")
}

/// True for an address of Cello's sandbox.
pub fn is_sandbox(url: &str) -> bool {
    url.contains("://api.sandbox.cello.so")
}

fn same_address(a: &str, b: &str) -> bool {
    a.trim_end_matches('/') == b.trim_end_matches('/')
}

/// As a form has it.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_addresses_on_cellos_hosts_lead_to_cello() {
        assert!(leads_to_cello("https://api.cello.so/products/a/transaction-webhook/stripe"));
        for other in [
            "https://shop.example/cello.so",
            "http://api.cello.so/a",
            "https://cello.so.example/a",
            "api.cello.so",
        ] {
            assert!(!leads_to_cello(other), "{other}");
        }
    }

    #[test]
    fn missing_events_are_told_and_a_star_has_all() {
        let of = |events: Value| {
            endpoint(&json!({ "id": "we_1", "url": "https://api.cello.so/a", "enabled_events": events }))
                .unwrap()
        };
        assert_eq!(of(json!(["*"])).missing, Vec::<String>::new());
        assert_eq!(of(json!(["invoice.paid"])).missing.len(), 9);
        assert_eq!(of(json!(events())).missing.len(), 0);
    }
}
