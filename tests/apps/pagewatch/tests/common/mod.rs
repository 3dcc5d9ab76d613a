//! The application on an empty database, a browser for it, and a stand-in for Stripe.
#![allow(dead_code)] // Each test file uses its own part of this.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::{to_bytes, Body},
    extract::State,
    http::{header, Request, StatusCode, Uri},
    routing::post,
    Form, Json, Router,
};
use pagewatch::{app, config::Config, db, AppState};
use serde_json::{json, Value};
use tokio::net::TcpListener;
use tower::ServiceExt;

pub const WEBHOOK_SECRET: &str = "webhook-signing-key-of-the-tests";

/// Nothing listens there, so a test that should leave Stripe alone fails if it doesn't.
const NO_STRIPE: &str = "http://127.0.0.1:9/";

pub async fn state() -> AppState {
    state_with_stripe(NO_STRIPE).await
}

pub async fn state_with_stripe(stripe_api_base: &str) -> AppState {
    let config = Config {
        database_url: "sqlite::memory:".into(),
        bind_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
        base_url: "http://pagewatch.test".into(),
        stripe_secret_key: "key-of-the-tests".into(),
        stripe_price_id: "price_pro".into(),
        stripe_webhook_secret: WEBHOOK_SECRET.into(),
        stripe_api_base: Some(stripe_api_base.into()),
        sendmail: None,
        mail_from: "Pagewatch <hello@pagewatch.test>".into(),
        watch_interval: Duration::ZERO,
    };
    let db = db::open(&config.database_url).await.unwrap();
    AppState::new(db, config)
}

/// Keeps cookies, and doesn't follow redirects so that tests can look at them.
pub struct Browser {
    app: Router,
    cookies: HashMap<String, String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub csp: Option<String>,
    pub body: String,
}

impl Browser {
    pub fn new(state: &AppState) -> Self {
        Self {
            app: app(state.clone()),
            cookies: HashMap::new(),
        }
    }

    /// A browser in which `name`@example.org has just signed up.
    pub async fn signed_up(state: &AppState, name: &str) -> Self {
        let mut browser = Self::new(state);
        let answer = browser
            .post("/signup", &sign_up_form(name, "correct horse"))
            .await;
        assert_eq!(answer.location.as_deref(), Some("/dashboard"));
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.to_owned())).await
    }

    pub async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        for (name, value) in &self.cookies {
            request = request.header(header::COOKIE, format!("{name}={value}"));
        }
        let request = request.body(body).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = |name: header::HeaderName| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let (location, csp) = (
            text(header::LOCATION),
            text(header::CONTENT_SECURITY_POLICY),
        );
        Answer {
            status: response.status(),
            location,
            csp,
            body: {
                let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
                String::from_utf8(bytes.into()).unwrap()
            },
        }
    }
}

pub fn sign_up_form(name: &str, password: &str) -> String {
    let password = password.replace(' ', "+");
    format!("name={name}&email={name}%40example.org&password={password}")
}

/// Answers the calls we make and remembers them.
#[derive(Clone, Default)]
pub struct FakeStripe {
    calls: Arc<Mutex<Vec<Call>>>,
}

#[derive(Clone)]
pub struct Call {
    pub path: String,
    pub form: HashMap<String, String>,
}

impl FakeStripe {
    /// Starts it and returns its base URL as well.
    pub async fn start() -> (Self, String) {
        let fake = Self::default();
        let routes = Router::new()
            .route("/v1/{*resource}", post(answer))
            .with_state(fake.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        (fake, url)
    }

    pub fn calls(&self, path: &str) -> Vec<Call> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|call| call.path == path)
            .cloned()
            .collect()
    }
}

async fn answer(
    State(fake): State<FakeStripe>,
    uri: Uri,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let customer = form.get("customer").cloned();
    let mut calls = fake.calls.lock().unwrap();
    calls.push(Call {
        path: uri.path().to_owned(),
        form,
    });
    let number = calls.len();
    let reply = match uri.path() {
        "/v1/customers" => json!({
            "id": format!("cus_{number}"),
            "object": "customer",
            "created": 1,
            "livemode": false,
        }),
        "/v1/checkout/sessions" => checkout_session(&format!("cs_{number}"), customer.as_deref()),
        "/v1/billing_portal/sessions" => json!({
            "id": format!("bps_{number}"),
            "object": "billing_portal.session",
            "configuration": "bpc_1",
            "created": 1,
            "customer": customer,
            "livemode": false,
            "url": "https://billing.stripe.com/p/session/1",
        }),
        _ => {
            let error = json!({ "error": { "type": "invalid_request_error" } });
            return (StatusCode::NOT_FOUND, Json(error));
        }
    };
    (StatusCode::OK, Json(reply))
}

/// As small as the library accepts.
pub fn checkout_session(id: &str, customer: Option<&str>) -> Value {
    json!({
        "id": id,
        "object": "checkout.session",
        "automatic_tax": { "enabled": false },
        "created": 1,
        "custom_fields": [],
        "custom_text": {},
        "customer": customer,
        "expires_at": 2,
        "livemode": false,
        "mode": "subscription",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "url": format!("https://checkout.stripe.com/c/pay/{id}"),
    })
}
