//! Sign-ups by referral are reported to Cello: each once, with its own time; and no others.

use std::thread;

use serde_json::json;

use crate::clock;
use crate::token;
use crate::world::Scene;

#[test]
fn a_code_in_the_cookie_is_reported_once_however_often_the_token_is_asked_for() {
    let scene = Scene::new();
    let mut ada = scene.referred();
    let before = clock::now();
    ada.sign_up("ada");
    let after = clock::now();
    let mut asking = Vec::new();
    for _ in 0..4 {
        let mut tab = ada.clone();
        asking.push(thread::spawn(move || token::fetch(&mut tab, "")));
    }
    let ids: Vec<String> = asking.into_iter().map(|tab| tab.join().expect("a token")).collect();

    let arrivals = scene.cello.has_exactly(1);
    let event = &arrivals[0].event;
    assert_eq!(event["payload"]["ucc"], "test");
    assert!(ids.iter().all(|id| event["payload"]["newUserId"] == **id), "the token's id is the event's");
    let new_user = json!({ "id": ids[0], "email": "ada@example.org", "name": "ada Lovelace" });
    assert_eq!(event["context"]["newUser"], new_user);
    let time = event["context"]["event"]["timestamp"].as_str().expect("a time");
    let time = clock::seconds(time).expect("RFC 3339 in UTC");
    assert!((before..=after).contains(&time), "{time} is not from {before} to {after}");

    assert_eq!(scene.notes(), [[json!("test"), json!(1), json!(1), json!(1)]]);
    for _ in 0..2 {
        scene.time_passes();
        token::fetch(&mut ada, "?ucc=test");
    }
    scene.cello.has_exactly(1);
    assert_eq!(scene.cello.token_requests(), 1);
}

#[test]
fn a_code_in_the_query_counts_before_the_cookie_and_the_first_one_stays() {
    let scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "?ucc=pNRB1aYqArN");
    scene.cello.has_exactly(1);
    token::fetch(&mut ada, "?ucc=later");
    let arrivals = scene.cello.has_exactly(1);
    assert_eq!(arrivals[0].event["payload"]["ucc"], "pNRB1aYqArN");
    assert_eq!(scene.notes()[0][0], "pNRB1aYqArN");
}

#[test]
fn the_time_reported_is_that_of_the_sign_up() {
    let scene = Scene::new();
    let mut ada = scene.browser();
    let signed_up = clock::now() - 3 * 3600;
    ada.sign_up("ada");
    scene.signed_up_earlier("3 hours");
    // The first page came without a code, a later one has it.
    token::fetch(&mut ada, "");
    token::fetch(&mut ada, "?ucc=test");
    let arrivals = scene.cello.has_exactly(1);
    let time = arrivals[0].event["context"]["event"]["timestamp"].as_str().and_then(clock::seconds);
    assert!((time.expect("a time") - signed_up).abs() <= 5, "{time:?} is not about {signed_up}");
}

#[test]
fn every_person_is_reported_for_themselves() {
    let scene = Scene::new();
    let mut ids = Vec::new();
    for (name, code) in [("ada", "?ucc=one"), ("bob", "?ucc=two")] {
        let mut browser = scene.browser();
        browser.sign_up(name);
        ids.push(token::fetch(&mut browser, code));
    }
    let arrivals = scene.cello.has_exactly(2);
    let mut reported: Vec<_> = arrivals.iter().map(|arrival| arrival.event["payload"].clone()).collect();
    reported.sort_by_key(|payload| payload["ucc"].to_string());
    let expected =
        [json!({ "ucc": "one", "newUserId": ids[0] }), json!({ "ucc": "two", "newUserId": ids[1] })];
    assert_eq!(reported, expected);
    assert_eq!(scene.cello.token_requests(), 1, "one access token serves both");
}

#[test]
fn without_a_code_there_is_nothing_to_report() {
    let scene = Scene::new();
    let mut ada = scene.browser();
    ada.sign_up("ada");
    for query in ["", "?ucc=", "?ucc=%3Cscript%3E", "?other=test"] {
        token::fetch(&mut ada, query);
    }
    clock::settle();
    assert!(scene.cello.arrivals().is_empty());
    assert_eq!(scene.cello.token_requests(), 0);
    assert_eq!(scene.notes(), [[json!(null), json!(0), json!(null), json!(0)]]);
}

#[test]
fn a_code_that_comes_a_week_late_is_ignored() {
    let scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    scene.signed_up_earlier("7 days");
    token::fetch(&mut ada, "?ucc=test");
    clock::settle();
    assert!(scene.cello.arrivals().is_empty());
    assert_eq!(scene.notes()[0][0], json!(null));
}
