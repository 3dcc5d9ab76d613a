//! A browser without a screen: keeps cookies, shows redirects instead of following them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::http::{Message, exchange};

/// A person's browser at the application.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// The application has come back elsewhere.
    pub fn follows_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// As Cello's attribution script does when a visitor comes by a referral link.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    /// What it sends as its `Cookie` header.
    pub fn cookies(&self) -> String {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    #[track_caller]
    pub fn get(&mut self, path: &str) -> Message {
        self.get_with(path, &[])
    }

    #[track_caller]
    pub fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Message {
        self.send("GET", path, headers, String::new())
    }

    #[track_caller]
    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Message {
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", form_encoded(value))).collect();
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send("POST", path, &headers, pairs.join("&"))
    }

    #[track_caller]
    pub fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Message {
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        self.send("POST", path, &headers, body.to_string())
    }

    /// Signs up as `name`@example.org and lands on the dashboard.
    #[track_caller]
    pub fn sign_up(&mut self, name: &str) {
        let answer = self.try_to_sign_up(name);
        assert_eq!((answer.status(), answer.header("location")), (Some(303), Some("/dashboard")));
        self.sees("/dashboard");
    }

    #[track_caller]
    pub fn try_to_sign_up(&mut self, name: &str) -> Message {
        let email = format!("{name}@example.org");
        self.post(
            "/signup",
            &[("name", &format!("{name} Lovelace")), ("email", &email), ("password", PASSWORD)],
        )
    }

    #[track_caller]
    pub fn log_in(&mut self, name: &str) {
        let email = format!("{name}@example.org");
        let answer = self.post("/login", &[("email", &email), ("password", PASSWORD)]);
        assert_eq!(answer.header("location"), Some("/dashboard"), "{}", answer.start);
    }

    /// A form without fields, whose answer leads to Stripe's checkout.
    #[track_caller]
    pub fn is_sent_to_stripe(&mut self, path: &str) {
        let answer = self.post(path, &[]);
        let to = answer.header("location").unwrap_or_default();
        assert!(to.starts_with("https://checkout.stripe.com/"), "{}: {to}", answer.start);
    }

    /// The page is there for this person.
    #[track_caller]
    pub fn sees(&mut self, path: &str) -> Message {
        let page = self.get(path);
        assert_eq!(page.status(), Some(200), "{path}");
        page
    }

    #[track_caller]
    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: String) -> Message {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let mut headers: Vec<_> = headers.iter().map(owned).collect();
        if !self.cookies.is_empty() {
            headers.push(("cookie".into(), self.cookies()));
        }
        let request = Message { start: format!("{method} {path} HTTP/1.1"), headers, body: body.into() };
        let answer = exchange(self.address, request)
            .unwrap_or_else(|error| panic!("{method} {path}: the application doesn't answer: {error}"));
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                self.keep(value);
            }
        }
        answer
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else { return };
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.into(), value.into());
        }
    }
}

pub const PASSWORD: &str = "correct horse";

fn form_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b' ' => "+".to_string(),
        byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
