//! The sample with Leptos: axum, whose handlers render views on the server into one shell under a policy, SQLite, and
//! Stripe behind a small wrapper of the application's own.

use std::sync::OnceLock;

use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::csp::Policy;
use crate::database::Store;
use crate::sample::{Person, Sample};
use crate::story;
use crate::stripe_proxy::SECRET_KEY;
use crate::visited::Recipe;
use crate::world::{Scene, Settings};

static SEEDSWAP: Sample = Sample {
    name: "seedswap",
    store: Store::Sqlite,
    settings: |database, stripe| {
        Settings::from([
            ("DATABASE_URL", database.into()),
            ("LISTEN", "127.0.0.1:0".into()),
            ("PUBLIC_URL", "http://seedswap.test".into()),
            ("STRIPE_SECRET_KEY", SECRET_KEY.into()),
            ("STRIPE_PRICE", "price_support".into()),
            ("STRIPE_API_BASE", stripe.trim_end_matches('/').into()),
        ])
    },
    listens: "listening on ",
    person: Person {
        signs_up,
        signs_out: |browser| drop(browser.post("/leave", &[])),
        buys: |browser| browser.is_sent_to_stripe("/support"),
    },
    metadata: |id| json!({ "gardener": id }),
    patched: OnceLock::new(),
};

fn signs_up(browser: &mut Browser, name: &str) {
    let email = format!("{name}@example.org");
    let form = [("name", name), ("email", &*email), ("password", PASSWORD)];
    let answer = browser.post("/join", &form);
    assert_eq!((answer.status(), answer.header("location")), (Some(303), Some("/seeds")));
    browser.sees("/seeds");
}

#[test]
fn the_token_is_the_signed_in_users() {
    story::the_token_is_the_signed_in_users(&SEEDSWAP);
}

#[test]
fn a_referred_sign_up_is_reported_once() {
    story::a_referred_sign_up_is_reported_once(&SEEDSWAP);
}

#[test]
fn the_customer_carries_what_cello_needs() {
    story::the_customer_carries_what_cello_needs(&SEEDSWAP);
}

#[test]
fn off_it_leaves_the_application_alone() {
    story::off_it_leaves_the_application_alone(&SEEDSWAP);
}

#[test]
fn there_and_back_again() {
    story::there_and_back_again(&SEEDSWAP);
}

#[test]
fn every_page_that_is_rendered_into_the_shell_has_the_script_and_the_policy() {
    let scene = Scene::of(&SEEDSWAP, None, &|_| {});
    let mut ada = scene.browser();
    signs_up(&mut ada, "ada");
    ada.post("/seeds", &[("kind", "</head> beans")]);
    let mut pages: Vec<_> = ["/", "/join", "/enter", "/seeds"].map(|path| (path, ada.sees(path))).into();
    // The page that tells what went wrong stands in the shell, too.
    let short = [("name", "bob"), ("email", "bob@example.org"), ("password", "short")];
    pages.push(("a refusal", scene.browser().post("/join", &short)));
    for (path, page) in pages {
        let text = page.text();
        let (head, body) = text.split_once("</head>").expect("a head that ends");
        assert_eq!(
            head.matches("<script type=\"module\" src=\"/api/cello/client.js\"></script>").count(),
            1,
            "{path}"
        );
        assert!(!body.contains("<script") && !body.contains("</head>"), "{path}: {body}");
        let policy = Policy::read(page.header("content-security-policy").expect("a policy"));
        assert!(policy.allows("script-src", "assets.sandbox.cello.so"), "{path}");
        assert!(policy.has("form-action", "https://checkout.stripe.com"), "{path}");
    }
}

#[test]
fn people_in_a_browser_go_the_whole_way() {
    let scene = Scene::of(&SEEDSWAP, None, &|_| {});
    let recipe = Recipe {
        name: "seedswap",
        sign_up: json!({
            "path": "/join",
            "button": "Join",
            "fields": { "name": "Ada", "email": "EMAIL", "password": PASSWORD },
        }),
        sign_in: json!({
            "path": "/enter",
            "button": "Come in",
            "fields": { "email": "EMAIL", "password": PASSWORD },
        }),
        sign_out: "Leave",
        signed_in: "Seeds of Ada",
        signed_out: "Somebody has too many beans.",
    };
    recipe.goes_well(scene.address, scene.address, &scene.cello);
}
