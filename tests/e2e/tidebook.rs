//! The fourth sample: axum with services and repositories, which alone have the database, and Stripe behind an async
//! trait that has a mock; metadata is handed down to it.

use std::sync::OnceLock;

use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::database::Store;
use crate::sample::{Person, Sample};
use crate::story;
use crate::stripe_proxy::SECRET_KEY;
use crate::world::Settings;

static TIDEBOOK: Sample = Sample {
    name: "tidebook",
    store: Store::Sqlite,
    settings: |database, stripe| {
        Settings::from([
            ("DATABASE_URL", database.into()),
            ("LISTEN", "127.0.0.1:0".into()),
            ("PUBLIC_URL", "http://tidebook.test".into()),
            ("STRIPE_SECRET_KEY", SECRET_KEY.into()),
            ("STRIPE_PRICE", "price_year".into()),
            ("STRIPE_API_BASE", stripe.trim_end_matches('/').into()),
        ])
    },
    listens: "listening on http://",
    person: Person {
        signs_up,
        signs_out: |browser| assert_eq!(browser.post("/api/sign-out", &[]).status(), Some(200)),
        buys,
    },
    metadata: |_| json!({ "club": "tidebook" }),
    patched: OnceLock::new(),
};

fn signs_up(browser: &mut Browser, name: &str) {
    let body = json!({ "email": format!("{name}@example.org"), "name": name, "password": PASSWORD });
    assert_eq!(browser.post_json("/api/sign-up", &body).status(), Some(201));
    browser.sees("/api/bookings");
}

fn buys(browser: &mut Browser) {
    let answer = browser.post_json("/api/membership/checkout", &json!({}));
    assert_eq!(answer.status(), Some(200), "{}", answer.text());
    let url = answer.json()["url"].to_string();
    assert!(url.starts_with("\"https://checkout.stripe.com/"), "{url}");
}

#[test]
fn the_token_is_the_signed_in_users() {
    story::the_token_is_the_signed_in_users(&TIDEBOOK);
}

#[test]
fn a_referred_sign_up_is_reported_once() {
    story::a_referred_sign_up_is_reported_once(&TIDEBOOK);
}

#[test]
fn the_customer_carries_what_cello_needs() {
    story::the_customer_carries_what_cello_needs(&TIDEBOOK);
}

#[test]
fn off_it_leaves_the_application_alone() {
    story::off_it_leaves_the_application_alone(&TIDEBOOK);
}

#[test]
fn there_and_back_again() {
    story::there_and_back_again(&TIDEBOOK);
}

#[test]
fn its_trait_and_all_that_implement_it_take_the_metadata() {
    let after = &TIDEBOOK.patched().after;
    for file in ["mod", "live", "mock"] {
        let path = format!("src/billing/{file}.rs");
        let text = String::from_utf8(after[std::path::Path::new(&path)].0.clone()).expect("text");
        assert_eq!(text.matches("metadata: Vec<(&'static str, String)>,").count(), 1, "{path}");
    }
}
