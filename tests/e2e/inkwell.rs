//! The third sample: actix-web, PostgreSQL, a session in a cookie, Stripe by forms, pages from Tera.

use std::sync::OnceLock;

use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::database::Store;
use crate::sample::{Person, Sample};
use crate::story;
use crate::stripe_proxy::SECRET_KEY;
use crate::visited::Recipe;
use crate::world::{Scene, Settings};

static INKWELL: Sample = Sample {
    name: "inkwell",
    store: Store::Postgres,
    settings: |database, stripe| {
        Settings::from([
            ("DATABASE_URL", database.into()),
            ("LISTEN", "127.0.0.1:0".into()),
            ("PUBLIC_URL", "http://inkwell.test".into()),
            ("SESSION_KEY", "0123456789abcdef".repeat(4)),
            ("STRIPE_SECRET_KEY", SECRET_KEY.into()),
            ("STRIPE_PRICE", "price_shelf".into()),
            ("STRIPE_API_BASE", stripe.trim_end_matches('/').into()),
        ])
    },
    // In a line of actix's own, which knows the port.
    listens: " listening on: ",
    person: Person {
        signs_up,
        signs_out: |browser| drop(browser.post("/account/sign-out", &[])),
        buys: |browser| browser.is_sent_to_stripe("/account/checkout"),
    },
    metadata: |id| json!({ "writer": id }),
    patched: OnceLock::new(),
};

fn signs_up(browser: &mut Browser, name: &str) {
    let email = format!("{name}@example.org");
    let form = [("email", &*email), ("name", name), ("password", PASSWORD)];
    let answer = browser.post("/account/sign-up", &form);
    assert_eq!((answer.status(), answer.header("location")), (Some(303), Some("/books")));
    browser.sees("/books");
}

#[test]
fn the_token_is_the_signed_in_users() {
    story::the_token_is_the_signed_in_users(&INKWELL);
}

#[test]
fn a_referred_sign_up_is_reported_once() {
    story::a_referred_sign_up_is_reported_once(&INKWELL);
}

#[test]
fn the_customer_carries_what_cello_needs() {
    story::the_customer_carries_what_cello_needs(&INKWELL);
}

#[test]
fn off_it_leaves_the_application_alone() {
    story::off_it_leaves_the_application_alone(&INKWELL);
}

#[test]
fn there_and_back_again() {
    story::there_and_back_again(&INKWELL);
}

#[test]
fn the_page_that_others_extend_has_the_script() {
    let scene = Scene::of(&INKWELL, None, &|_| {});
    let mut ada = scene.browser();
    signs_up(&mut ada, "ada");
    for path in ["/", "/books", "/account/sign-up", "/account/sign-in"] {
        let page = ada.sees(path).text();
        let line = "<script type=\"module\" src=\"/api/cello/client.js\"></script>";
        assert_eq!(page.matches(line).count(), 1, "{path}");
    }
    assert!(ada.sees("/api/cello/client.js").text().contains("'https://assets.sandbox.cello.so'"));
}

#[test]
fn people_in_a_browser_go_the_whole_way() {
    let scene = Scene::of(&INKWELL, None, &|_| {});
    let recipe = Recipe {
        name: "inkwell",
        sign_up: json!({
            "path": "/account/sign-up",
            "button": "Sign up",
            "fields": { "email": "EMAIL", "name": "Ada", "password": PASSWORD },
        }),
        sign_in: json!({
            "path": "/account/sign-in",
            "button": "Sign in",
            "fields": { "email": "EMAIL", "password": PASSWORD },
        }),
        sign_out: "Sign out",
        signed_in: "Your books, Ada",
        signed_out: "A few words a day.",
    };
    recipe.goes_well(scene.address, scene.address, &scene.cello);
}
