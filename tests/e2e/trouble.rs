//! Cello in trouble is never the user's: all goes on, and the sign-up is reported later, but never twice.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::cello_stub::Mood;
use crate::clock;
use crate::token;
use crate::world::Scene;

/// Somebody with a code signs up and gets a token, while Cello is in this mood.
fn signed_up_while(mood: Mood) -> (Scene, Browser) {
    let scene = Scene::new();
    scene.cello.is(mood);
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    (scene, ada)
}

/// Waits until the sign-up is noted like this: attempts, put off, done with.
#[track_caller]
fn noted(scene: &Scene, attempts: u8, put_off: bool, done: bool) {
    let expected = [json!("test"), json!(attempts), json!(u8::from(put_off)), json!(u8::from(done))];
    let mut seen = Vec::<Vec<Value>>::new();
    let ok = clock::within(Duration::from_secs(12), || {
        seen = scene.notes();
        seen == [expected.clone()]
    });
    assert!(ok, "noted: {seen:?}, expected {expected:?}");
}

/// Asks at once, and again when the time has come.
fn ask_now_and_later(scene: &Scene, browser: &mut Browser) {
    let before = scene.cello.arrivals().len();
    token::fetch(browser, "?ucc=test");
    clock::settle();
    assert_eq!(scene.cello.arrivals().len(), before, "not at once again");
    scene.time_passes();
    token::fetch(browser, "");
}

/// Reported, and never again.
fn is_the_end(scene: &Scene, browser: &mut Browser, events: usize) {
    scene.cello.has_exactly(events);
    for _ in 0..2 {
        scene.time_passes();
        token::fetch(browser, "?ucc=test");
    }
    scene.cello.has_exactly(events);
}

#[test]
fn down() {
    let mut scene = Scene::new();
    scene.cello.goes_down();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    ada.sees("/dashboard");
    noted(&scene, 0, true, false);
    let wait = scene.sql("SELECT strftime('%s', next_attempt_at) - strftime('%s', 'now') FROM cello_signups");
    let wait = wait[0][0].as_i64().expect("seconds");
    assert!((1..=120).contains(&wait), "tried again in {wait} seconds");

    scene.cello.comes_back();
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 1);
    noted(&scene, 1, false, true);
}

#[test]
fn down_after_it_worked() {
    let mut scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);
    scene.cello.goes_down();
    let mut bob = scene.referred();
    bob.sign_up("bob");
    token::fetch(&mut bob, "");
    clock::eventually("the second sign-up is put off", || {
        (scene.notes()[1] == [json!("test"), json!(0), json!(1), json!(0)]).then_some(())
    });
    scene.cello.comes_back();
    scene.time_passes();
    token::fetch(&mut bob, "");
    scene.cello.has_exactly(2);
}

#[test]
fn unavailable_is_ambiguous_and_tried_once_more_much_later() {
    let (scene, mut ada) = signed_up_while(Mood::Events(503));
    scene.cello.has_exactly(1);
    noted(&scene, 1, true, false);
    let wait = scene.sql("SELECT strftime('%s', next_attempt_at) - strftime('%s', 'now') FROM cello_signups");
    assert!(wait[0][0].as_i64().expect("seconds") > 3600, "much later: {wait:?}");
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 2);
}

#[test]
fn unavailable_twice_is_given_up() {
    let (scene, mut ada) = signed_up_while(Mood::Events(503));
    scene.cello.has_exactly(1);
    noted(&scene, 1, true, false);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 2);
}

#[test]
fn too_many_requests_are_tried_again() {
    let (scene, mut ada) = signed_up_while(Mood::Events(429));
    scene.cello.has_exactly(1);
    noted(&scene, 0, true, false);
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 2);
    noted(&scene, 1, false, true);
}

#[test]
fn a_refusal_is_final_and_logged() {
    let (scene, mut ada) = signed_up_while(Mood::Events(400));
    scene.cello.has_exactly(1);
    noted(&scene, 1, true, true);
    scene.cello.is(Mood::Well);
    is_the_end(&scene, &mut ada, 1);
    let log = scene.log();
    let line = log.lines().find(|line| line.contains("ERROR") && line.contains("Cello"));
    assert!(line.is_some_and(|line| line.contains("as the test wants it")), "{line:?}");
}

#[test]
fn a_forgotten_access_token_is_renewed_at_once() {
    let scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);

    scene.cello.is(Mood::ForgetsTokens);
    let mut bob = scene.referred();
    bob.sign_up("bob");
    token::fetch(&mut bob, "");
    let arrivals = scene.cello.has_exactly(3);
    let answers: Vec<u16> = arrivals.iter().map(|arrival| arrival.answered).collect();
    assert_eq!(answers, [200, 401, 200]);
    assert_eq!(scene.cello.token_requests(), 2);
    is_the_end(&scene, &mut bob, 3);
}

#[test]
fn events_refused_with_new_tokens_too_are_not_tried_for_ever() {
    let (scene, mut ada) = signed_up_while(Mood::Events(401));
    scene.cello.has_exactly(2);
    noted(&scene, 0, true, false);
    assert_eq!(scene.cello.token_requests(), 2);
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 3);
}

#[test]
fn refused_keys_report_nothing_until_they_are_accepted() {
    let (scene, mut ada) = signed_up_while(Mood::RefusesKeys);
    noted(&scene, 0, true, false);
    assert!(scene.cello.arrivals().is_empty());
    ada.sees("/dashboard");
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 1);
}

#[test]
fn nobody_waits_for_a_slow_cello() {
    let scene = Scene::new();
    scene.cello.is(Mood::Slow);
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let start = Instant::now();
    token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);
    token::fetch(&mut ada, "");
    ada.sees("/dashboard");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());

    let unconfirmed = || scene.log().contains("unconfirmed").then_some(());
    clock::eventually("the wait for Cello has an end", unconfirmed);
    noted(&scene, 1, true, false);
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 2);
}

#[test]
fn an_answer_that_makes_no_sense_is_survived() {
    let (scene, mut ada) = signed_up_while(Mood::Babbles);
    noted(&scene, 0, true, false);
    ada.sees("/dashboard");
    // The access token comes, and the answer to the event makes no sense. Its status says that it was accepted.
    scene.cello.is(Mood::Well);
    scene.time_passes();
    let mut bob = scene.browser();
    bob.sign_up("bob");
    token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);
    scene.cello.is(Mood::Babbles);
    token::fetch(&mut bob, "?ucc=test");
    scene.cello.has_exactly(2);
    is_the_end(&scene, &mut bob, 2);
}

#[test]
fn killed_while_cello_is_told() {
    let mut scene = Scene::new();
    scene.cello.is(Mood::Slow);
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);
    scene.is_killed_and_restarted();
    ada.follows_to(scene.address);
    // Perhaps Cello has it: once more, but not at once.
    noted(&scene, 1, true, false);
    scene.cello.is(Mood::Well);
    ask_now_and_later(&scene, &mut ada);
    is_the_end(&scene, &mut ada, 2);
    scene.is_killed_and_restarted();
    ada.follows_to(scene.address);
    is_the_end(&scene, &mut ada, 2);
}

#[test]
fn a_redirect_is_no_acceptance_and_is_not_followed() {
    for status in [302, 307] {
        let scene = Scene::new();
        let mut ada = scene.referred();
        ada.sign_up("ada");
        token::fetch(&mut ada, "");
        scene.cello.has_exactly(1);
        // With an access token at hand, so that it is the event that is sent elsewhere.
        scene.cello.is(Mood::Redirects(status));
        let mut bob = scene.referred();
        bob.sign_up("bob");
        token::fetch(&mut bob, "");
        clock::eventually("the event is sent elsewhere", || (scene.cello.redirected() > 0).then_some(()));
        clock::settle();
        assert_eq!(scene.cello.redirected(), 1, "{status} was followed");
        assert_eq!(scene.notes()[1], [json!("test"), json!(1), json!(1), json!(0)], "{status}");
    }
}
