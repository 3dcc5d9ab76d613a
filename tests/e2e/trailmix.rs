//! The fifth sample: axum, diesel on PostgreSQL, async-stripe 1.0, people who come by OAuth and are found or made, and
//! pages on another origin.

use std::sync::OnceLock;

use serde_json::json;

use crate::browser::Browser;
use crate::database::Store;
use crate::oauth::{CLIENT_ID, CLIENT_SECRET, provider};
use crate::sample::{Person, Sample};
use crate::stripe_proxy::SECRET_KEY;
use crate::token::TOKEN;
use crate::world::{Scene, Settings};
use crate::{clock, story, token};

const SELF: &str = "http://trailmix.test";
const FRONT: &str = "http://pages.trailmix.test";

static TRAILMIX: Sample = Sample {
    name: "trailmix",
    store: Store::Postgres,
    settings: |database, stripe| {
        Settings::from([
            ("DATABASE_URL", database.into()),
            ("LISTEN", "127.0.0.1:0".into()),
            ("PUBLIC_URL", SELF.into()),
            ("FRONT_URL", FRONT.into()),
            ("OAUTH_URL", provider().url()),
            ("OAUTH_CLIENT_ID", CLIENT_ID.into()),
            ("OAUTH_CLIENT_SECRET", CLIENT_SECRET.into()),
            ("STRIPE_SECRET_KEY", SECRET_KEY.into()),
            ("STRIPE_PRICE", "price_walks".into()),
            ("STRIPE_API_BASE", stripe.into()),
        ])
    },
    listens: "listening on http://",
    person: Person {
        signs_up: signs_in,
        signs_out: |browser| assert_eq!(browser.post("/auth/logout", &[]).status(), Some(200)),
        buys,
    },
    metadata: |id| json!({ "hiker": id }),
    patched: OnceLock::new(),
};

/// Who comes for the first time has an account then.
fn signs_in(browser: &mut Browser, name: &str) {
    let answer = browser.get("/auth/login");
    let back = provider().lets_in(answer.header("location").expect("a redirect"), name);
    let answer = browser.get(back.strip_prefix(SELF).expect("back to the application"));
    assert_eq!((answer.status(), answer.header("location")), (Some(303), Some(FRONT)), "{}", answer.text());
    browser.sees("/api/me");
}

fn buys(browser: &mut Browser) {
    let answer = browser.post_json("/api/checkout", &json!({}));
    assert_eq!(answer.status(), Some(200), "{}", answer.text());
    let url = answer.json()["url"].to_string();
    assert!(url.starts_with("\"https://checkout.stripe.com/"), "{url}");
}

#[test]
fn the_token_is_the_signed_in_users() {
    story::the_token_is_the_signed_in_users(&TRAILMIX);
}

#[test]
fn a_referred_sign_up_is_reported_once() {
    story::a_referred_sign_up_is_reported_once(&TRAILMIX);
}

#[test]
fn the_customer_carries_what_cello_needs() {
    story::the_customer_carries_what_cello_needs(&TRAILMIX);
}

#[test]
fn off_it_leaves_the_application_alone() {
    story::off_it_leaves_the_application_alone(&TRAILMIX);
}

#[test]
fn there_and_back_again() {
    story::there_and_back_again(&TRAILMIX);
}

#[test]
fn who_was_there_before_is_found_and_not_noted() {
    let scene = Scene::of(&TRAILMIX, None, &|_| {});
    scene.sql("INSERT INTO users (subject, email, name) VALUES ('id-of-eve', 'eve@example.org', 'eve')");
    let mut eve = scene.referred();
    signs_in(&mut eve, "eve");
    token::fetch(&mut eve, "?ucc=test");
    clock::settle();
    assert!(scene.notes().is_empty());

    // And who comes again is as new as the first time.
    let mut ada = scene.browser();
    signs_in(&mut ada, "ada");
    clock::eventually("the sign-up is noted", || (scene.notes().len() == 1).then_some(()));
    (TRAILMIX.person.signs_out)(&mut ada);
    signs_in(&mut ada, "ada");
    token::fetch(&mut ada, "?ucc=test");
    assert_eq!(scene.cello.has_exactly(1)[0].event["context"]["newUser"]["email"], "ada@example.org");
    assert_eq!(scene.notes().len(), 1);
}

#[test]
fn pages_of_its_own_front_end_may_read_the_token_and_the_script() {
    let scene = Scene::of(&TRAILMIX, None, &|_| {});
    let mut ada = scene.browser();
    signs_in(&mut ada, "ada");
    for path in [TOKEN, "/api/cello/client.js"] {
        let ours = ada.get_with(path, &[("origin", FRONT), ("sec-fetch-site", "same-site")]);
        assert_eq!(ours.status(), Some(200), "{path}");
        assert_eq!(ours.header("access-control-allow-origin"), Some(FRONT), "{path}");
        assert_eq!(ours.header("access-control-allow-credentials"), Some("true"), "{path}");
    }
    let theirs = ada.get_with(TOKEN, &[("origin", "http://evil.test"), ("sec-fetch-site", "cross-site")]);
    assert_eq!(theirs.json(), json!({ "enabled": false }));
    assert_ne!(theirs.header("access-control-allow-origin"), Some("http://evil.test"));
}
