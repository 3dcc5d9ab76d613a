//! Whoever signs people in elsewhere: an OAuth provider on the loopback, at which everybody may be anybody.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use serde_json::json;

use crate::http::{Message, Server, exchange};

pub const CLIENT_ID: &str = "e2e-client";
pub const CLIENT_SECRET: &str = "e2e-client-secret";

/// One for all tests: it keeps nothing, as a code is a name and a token tells it.
pub struct Provider {
    server: Server,
}

pub fn provider() -> &'static Provider {
    static PROVIDER: OnceLock<Provider> = OnceLock::new();
    PROVIDER.get_or_init(|| Provider { server: Server::start(Arc::new(answer)) })
}

impl Provider {
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// A person follows the application's redirect and agrees; gives where they are sent.
    #[track_caller]
    pub fn lets_in(&self, redirect: &str, name: &str) -> String {
        let path = redirect.strip_prefix(&self.url()).expect("the application sends people to its provider");
        let start = format!("GET {path}&login_hint={name} HTTP/1.1");
        let request = Message { start, headers: Vec::new(), body: Vec::new() };
        let answer = exchange(self.address(), request).expect("the provider answers");
        answer.header("location").unwrap_or_else(|| panic!("{}: {}", answer.start, answer.text())).to_string()
    }

    fn address(&self) -> SocketAddr {
        self.server.address
    }
}

fn answer(request: &Message) -> Message {
    let (method, path) = request.target();
    match (method, path) {
        ("GET", "/authorize") => authorize(request),
        ("POST", "/token") => token(&fields(&String::from_utf8_lossy(&request.body))),
        ("GET", "/userinfo") => person(request),
        _ => refusal("there is no such endpoint"),
    }
}

fn refusal(reason: &str) -> Message {
    Message::json_reply(400, &json!({ "error": reason }))
}

fn authorize(request: &Message) -> Message {
    let target = request.start.split(' ').nth(1).unwrap_or_default();
    let given = fields(target.split_once('?').map_or("", |(_, query)| query));
    let value = |name: &str| given.get(name).map_or("", String::as_str);
    if value("client_id") != CLIENT_ID || value("response_type") != "code" || value("state").is_empty() {
        return refusal("authorize: not as the provider knows this client");
    }
    let back = format!("{}?code={}&state={}", value("redirect_uri"), value("login_hint"), value("state"));
    let mut answer = Message::reply(302, "text/plain", "");
    answer.headers.push(("location".into(), back));
    answer
}

fn token(given: &BTreeMap<String, String>) -> Message {
    let is = |name: &str, wanted: &str| given.get(name).is_some_and(|value| value == wanted);
    let known = is("client_id", CLIENT_ID) && is("client_secret", CLIENT_SECRET);
    match given.get("code").filter(|_| known && is("grant_type", "authorization_code")) {
        Some(name) => {
            Message::json_reply(200, &json!({ "access_token": format!("of-{name}"), "token_type": "bearer" }))
        }
        None => refusal("token: not as the provider knows this client"),
    }
}

fn person(request: &Message) -> Message {
    let name = request.header("authorization").and_then(|value| value.strip_prefix("Bearer of-"));
    let Some(name) = name else { return refusal("userinfo: whose?") };
    let body =
        json!({ "sub": format!("id-of-{name}"), "email": format!("{name}@example.org"), "name": name });
    Message::json_reply(200, &body)
}

/// The pairs of a query or a form.
fn fields(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_string(), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                u8::from_str_radix(digits, 16).expect("two hexadecimal digits")
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}
