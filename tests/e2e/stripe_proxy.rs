//! Stripe for the application: Customers are localstripe's, which checks and keeps them; what that lacks is answered
//! here, with the least that async-stripe reads. All requests are recorded.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{Message, Server, exchange};
use crate::python::python;

/// A request of the application.
#[derive(Clone, Debug)]
pub struct Call {
    pub path: String,
    pub form: String,
}

pub struct Stripe {
    server: Server,
    calls: Arc<Mutex<Vec<Call>>>,
    customers: SocketAddr,
    localstripe: Child,
}

/// localstripe wants the beginning that Stripe's secret keys have.
pub const SECRET_KEY: &str = "sk_test_e2e_9b2c";

impl Stripe {
    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/stripe_customers.py");
        let mut localstripe =
            python().arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python runs");
        let mut port = String::new();
        let output = localstripe.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut port).expect("localstripe says its port");
        let port: u16 = port.trim().parse().expect("localstripe starts");
        let customers = SocketAddr::from(([127, 0, 0, 1], port));

        let calls = Arc::new(Mutex::new(Vec::new()));
        let recorded = calls.clone();
        let server = Server::start(Arc::new(move |request| {
            let (method, path) = request.target();
            let form = String::from_utf8_lossy(&request.body).into_owned();
            recorded.lock().unwrap().push(Call { path: path.to_string(), form: form.clone() });
            match (method, path) {
                (_, path) if path.starts_with("/v1/customers") => forward(customers, request),
                ("POST", "/v1/checkout/sessions") => Message::json_reply(200, &checkout_session(&form)),
                ("POST", "/v1/billing_portal/sessions") => Message::json_reply(200, &portal_session(&form)),
                _ => Message::json_reply(404, &json!({ "error": { "type": "invalid_request_error" } })),
            }
        }));
        Self { server, calls, customers, localstripe }
    }

    /// With the final slash that `STRIPE_API_BASE` has.
    pub fn url(&self) -> String {
        format!("http://{}/", self.server.address)
    }

    pub fn calls(&self, path: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.path == path).cloned().collect()
    }

    /// All Customers as localstripe has them, read from it and not from what was recorded.
    #[track_caller]
    pub fn customers(&self) -> Vec<Value> {
        let headers = vec![("authorization".to_string(), format!("Bearer {SECRET_KEY}"))];
        let request = Message { start: "GET /v1/customers HTTP/1.1".into(), headers, body: Vec::new() };
        let answer = exchange(self.customers, request).expect("localstripe answers");
        answer.json()["data"].as_array().expect("a list of Customers").clone()
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        let _ = self.localstripe.kill();
        let _ = self.localstripe.wait();
    }
}

fn forward(to: SocketAddr, request: &Message) -> Message {
    let passed_on = ["authorization", "content-type", "stripe-version", "idempotency-key"];
    let headers = request.headers.iter().filter(|(name, _)| passed_on.contains(&name.as_str()));
    let request = Message { headers: headers.cloned().collect(), ..request.clone() };
    match exchange(to, request) {
        Ok(answer) => Message::reply(answer.status().unwrap_or(502), "application/json", answer.body),
        Err(error) => Message::reply(502, "text/plain", error.to_string()),
    }
}

fn field<'a>(form: &'a str, name: &str) -> Option<&'a str> {
    form.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn checkout_session(form: &str) -> Value {
    json!({
        "id": "cs_test_1",
        "object": "checkout.session",
        "automatic_tax": { "enabled": false },
        "created": 1,
        "custom_fields": [],
        "custom_text": {},
        "customer": field(form, "customer"),
        "expires_at": 2,
        "livemode": false,
        "mode": "subscription",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "url": "https://checkout.stripe.com/c/pay/cs_test_1",
    })
}

fn portal_session(form: &str) -> Value {
    json!({
        "id": "bps_1",
        "object": "billing_portal.session",
        "configuration": "bpc_1",
        "created": 1,
        "customer": field(form, "customer"),
        "livemode": false,
        "url": "https://billing.stripe.com/p/session/1",
    })
}
