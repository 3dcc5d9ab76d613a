//! Without all of its settings Cello is off, and the application is as it was.

use serde_json::json;

use crate::clock;
use crate::stripe_proxy::Stripe;
use crate::token;
use crate::world::{Scene, Settings};

/// Everything works and nothing of Cello's happens. Gives the lines of the log that speak of Cello.
fn as_before(change: &dyn Fn(&mut Settings)) -> Vec<String> {
    let scene = Scene::with_settings(Some(Stripe::start()), change);
    let mut ada = scene.referred();
    token::is_off(&mut ada);
    ada.sign_up("ada");
    token::is_off(&mut ada);
    ada.get("/api/cello/token?ucc=test");
    ada.post("/billing/checkout", &[]);
    let metadata = scene.stripe().customers()[0]["metadata"].clone();
    let keys: Vec<&String> = metadata.as_object().expect("metadata").keys().collect();
    assert_eq!(keys.len(), 2, "{metadata}");
    assert_eq!(metadata["app"], "pagewatch");

    let script = ada.sees("/api/cello/client.js");
    assert_eq!(script.text(), "");
    assert!(script.header("content-type").is_some_and(|kind| kind.starts_with("text/javascript")));
    clock::settle();
    assert_eq!(scene.sql("SELECT COUNT(*) FROM cello_signups"), [[json!(0)]]);
    assert!(scene.cello.arrivals().is_empty());
    assert_eq!(scene.cello.token_requests(), 0);
    let log = scene.log();
    log.lines().filter(|line| line.contains("Cello is off")).map(str::to_string).collect()
}

#[test]
fn without_settings() {
    let log = as_before(&|settings| settings.retain(|name, _| !name.starts_with("CELLO_")));
    assert_eq!(log.len(), 1, "said once: {log:?}");
}

#[test]
fn with_one_setting_missing() {
    let log = as_before(&|settings| drop(settings.remove("CELLO_PRODUCT_SECRET")));
    assert_eq!(log.len(), 1, "said once: {log:?}");
    assert!(log[0].contains("WARN") && log[0].contains("CELLO_PRODUCT_SECRET"), "{log:?}");
}

#[test]
fn with_an_empty_setting() {
    let log = as_before(&|settings| drop(settings.insert("CELLO_SECRET_ACCESS_KEY", " ".into())));
    assert!(log.len() == 1 && log[0].contains("CELLO_SECRET_ACCESS_KEY"), "{log:?}");
}

#[test]
fn with_an_environment_that_there_is_not() {
    let log = as_before(&|settings| drop(settings.insert("CELLO_ENV", "staging".into())));
    assert!(log.len() == 1 && log[0].contains("CELLO_ENV"), "{log:?}");
}
