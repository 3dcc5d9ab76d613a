//! What every sample that runs has to show once the plan is applied. Each is a test of its own in the sample's file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::clock;
use crate::sample::Sample;
use crate::stripe_proxy::Stripe;
use crate::token;
use crate::world::Scene;

/// Nobody is there, then somebody is, with a token that Cello accepts, and then nobody again.
pub fn the_token_is_the_signed_in_users(sample: &'static Sample) {
    let scene = Scene::of(sample, None, &|_| {});
    let mut ada = scene.browser();
    token::is_off_or_refused(&mut ada);
    (sample.person.signs_up)(&mut ada, "ada");
    let id = token::fetch(&mut ada, "");
    assert_eq!(ada.get(token::TOKEN).json()["bootConfig"]["productUserDetails"]["email"], "ada@example.org");
    is_noted(&scene, 1);
    assert_eq!(scene.sql("SELECT CAST(user_id AS TEXT) AS id FROM cello_signups"), [[json!(id)]]);

    let mut bob = scene.browser();
    (sample.person.signs_up)(&mut bob, "bob");
    assert_ne!(token::fetch(&mut bob, ""), id);
    let cross_site = [("sec-fetch-site", "cross-site")];
    assert_eq!(ada.get_with(token::TOKEN, &cross_site).status(), Some(403));
    (sample.person.signs_out)(&mut ada);
    token::is_off_or_refused(&mut ada);
}

/// The code comes with the cookie or the query, and Cello is told once, with the token's id and the sign-up's time.
pub fn a_referred_sign_up_is_reported_once(sample: &'static Sample) {
    let scene = Scene::of(sample, None, &|_| {});
    let mut ada = scene.referred();
    let before = clock::now();
    (sample.person.signs_up)(&mut ada, "ada");
    is_noted(&scene, 1);
    let after = clock::now();
    let id = token::fetch(&mut ada, "?ucc=test");
    let arrivals = scene.cello.has_exactly(1);
    let event = &arrivals[0].event;
    assert_eq!(event["payload"], json!({ "ucc": "test", "newUserId": id }));
    assert_eq!(event["context"]["newUser"]["email"], "ada@example.org");
    let time = event["context"]["event"]["timestamp"].as_str().and_then(clock::seconds);
    let time = time.expect("RFC 3339 in UTC");
    assert!((before..=after).contains(&time), "{time} is not from {before} to {after}");
    assert_eq!(scene.notes(), [[json!("test"), json!(1), json!(1), json!(1)]]);

    scene.time_passes();
    token::fetch(&mut ada, "?ucc=later");
    let mut bob = scene.browser();
    (sample.person.signs_up)(&mut bob, "bob");
    token::fetch(&mut bob, "");
    let mut carol = scene.browser();
    (sample.person.signs_up)(&mut carol, "carol");
    is_noted(&scene, 3);
    scene.signed_up_earlier("7 days");
    token::fetch(&mut carol, "?ucc=late");
    scene.cello.has_exactly(1);
}

/// Both keys for who was referred, the id alone for anybody else, beside what was there before.
pub fn the_customer_carries_what_cello_needs(sample: &'static Sample) {
    let scene = Scene::of(sample, Some(Stripe::start()), &|_| {});
    for (number, (name, code)) in [("ada", "?ucc=test"), ("bob", "")].into_iter().enumerate() {
        let mut browser = scene.browser();
        (sample.person.signs_up)(&mut browser, name);
        is_noted(&scene, number + 1);
        let id = token::fetch(&mut browser, code);
        if !code.is_empty() {
            scene.cello.has_exactly(1);
        }
        (sample.person.buys)(&mut browser);
        let mut expected = (sample.metadata)(&id);
        expected["new_user_id"] = id.into();
        if !code.is_empty() {
            expected["cello_ucc"] = "test".into();
        }
        assert_eq!(metadata_by_email(&scene)[&format!("{name}@example.org")], expected);
        // The second visit finds the Customer.
        (sample.person.buys)(&mut browser);
    }
    assert_eq!(scene.stripe().customers().len(), 2);
    let sessions = scene.stripe().calls("/v1/checkout/sessions");
    assert_eq!(sessions.len(), 4);
    assert!(sessions.iter().all(|session| session.form.contains("customer=cus_")));
    assert!(sessions.iter().all(|session| !session.form.contains("cello_ucc")));
}

/// So many sign-ups are noted, which some stores do aside.
#[track_caller]
fn is_noted(scene: &Scene, count: usize) {
    clock::eventually("the sign-up is noted", || (scene.notes().len() == count).then_some(()));
}

fn metadata_by_email(scene: &Scene) -> BTreeMap<String, Value> {
    let customers = scene.stripe().customers().into_iter();
    let pairs = customers.map(|customer| (customer["email"].clone(), customer["metadata"].clone()));
    pairs.map(|(email, metadata)| (email.as_str().expect("an address").to_string(), metadata)).collect()
}

/// Without its settings, or without its table, people sign up and buy as before.
pub fn off_it_leaves_the_application_alone(sample: &'static Sample) {
    let without_settings = |settings: &mut crate::world::Settings| drop(settings.remove("CELLO_ENV"));
    let scene = Scene::of(sample, Some(Stripe::start()), &without_settings);
    let mut ada = scene.referred();
    (sample.person.signs_up)(&mut ada, "ada");
    token::is_off_or_refused(&mut ada);
    (sample.person.buys)(&mut ada);
    let before = (sample.metadata)("");
    let keys = |metadata: &Value| metadata.as_object().expect("metadata").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&scene.stripe().customers()[0]["metadata"]), keys(&before));
    assert_eq!(script(&mut ada), "", "nothing of Cello's is loaded");
    assert_eq!(scene.sql("SELECT user_id FROM cello_signups"), Vec::<Vec<Value>>::new());
    assert_eq!(scene.log().lines().filter(|line| line.contains("Cello is off")).count(), 1);

    let scene = Scene::of(sample, Some(Stripe::start()), &|_| {});
    scene.sql("DROP TABLE cello_signups");
    let mut ada = scene.referred();
    (sample.person.signs_up)(&mut ada, "ada");
    let id = token::fetch(&mut ada, "?ucc=test");
    (sample.person.buys)(&mut ada);
    let mut expected = (sample.metadata)(&id);
    expected["new_user_id"] = id.into();
    assert_eq!(scene.stripe().customers()[0]["metadata"], expected);
    clock::settle();
    assert!(scene.cello.arrivals().is_empty());
}

/// The script that pages ask for.
fn script(browser: &mut Browser) -> String {
    browser.sees("/api/cello/client.js").text()
}

/// Planned, applied, as its formatter and its own tests want it, planned again, taken back byte for byte.
pub fn there_and_back_again(sample: &'static Sample) {
    let patched = sample.patched();
    assert_eq!(patched.plan["outcome"], "ready", "{:#}", patched.plan["summary"]);
    assert_eq!(patched.applied["outcome"], "applied");
    let project = crate::project::Project::of(sample.name, &format!("{}-again", sample.name));
    let before = project.tree();
    assert_eq!(before, patched.before);
    let (_, digest) = project.plan(&[]);
    assert_eq!(digest, patched.digest, "the same plan in another folder");
    // Compiled before, in `patched`.
    project.tool_succeeds(&["apply", "--approve", &digest, "--no-verify"]);
    assert_eq!(project.tree(), patched.after);
    project.cargo(&["fmt", "--check"]);
    let output = project.cargo(&["test", "--locked"]);
    assert!(output.contains("cello::protocol::tests::"), "{output}");
    let (again, _) = project.plan(&[]);
    assert_eq!(again["outcome"], "nothing-to-do", "{:#}", again["summary"]);
    project.tool_succeeds(&["undo"]);
    assert_eq!(project.tree(), before);
}
