//! What Stripe is told of a user: on the Customer, read back from localstripe.

use serde_json::json;

use crate::browser::Browser;
use crate::pagewatch::PAGEWATCH;
use crate::token;
use crate::world::Scene;

#[track_caller]
fn goes_to_checkout(browser: &mut Browser) {
    (PAGEWATCH.person.buys)(browser);
}

#[test]
fn the_customer_of_a_referred_user_carries_both_keys_beside_the_old_ones() {
    let scene = Scene::with_stripe();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let id = token::fetch(&mut ada, "");
    scene.cello.has_exactly(1);
    goes_to_checkout(&mut ada);

    let customers = scene.stripe().customers();
    assert_eq!(customers.len(), 1);
    let metadata = json!({ "app": "pagewatch", "user_id": id, "new_user_id": id, "cello_ucc": "test" });
    assert_eq!(customers[0]["metadata"], metadata);
    assert_eq!(customers[0]["email"], "ada@example.org");

    // The second visit finds the Customer; the session is for it and carries nothing of Cello's.
    goes_to_checkout(&mut ada);
    assert_eq!(scene.stripe().customers().len(), 1);
    let sessions = scene.stripe().calls("/v1/checkout/sessions");
    assert_eq!(sessions.len(), 2);
    let customer = customers[0]["id"].as_str().expect("an id");
    assert!(sessions.iter().all(|session| session.form.contains(&format!("customer={customer}"))));
    assert!(sessions.iter().all(|session| !session.form.contains("cello_ucc")));
    let portal = ada.post("/billing/portal", &[]);
    assert!(portal.header("location").is_some_and(|to| to.starts_with("https://billing.stripe.com/")));
}

#[test]
fn the_customer_of_anybody_else_carries_the_id_alone() {
    let scene = Scene::with_stripe();
    let mut bob = scene.browser();
    bob.sign_up("bob");
    let id = token::fetch(&mut bob, "");
    goes_to_checkout(&mut bob);
    let metadata = json!({ "app": "pagewatch", "user_id": id, "new_user_id": id });
    assert_eq!(scene.stripe().customers()[0]["metadata"], metadata);
}

#[test]
fn users_from_before_can_buy_as_well() {
    let scene = Scene::with_stripe();
    let mut admin = scene.referred();
    admin.get("/dev/login?email=admin@example.org");
    let id = token::fetch(&mut admin, "?ucc=test");
    goes_to_checkout(&mut admin);
    let metadata = json!({ "app": "pagewatch", "user_id": id, "new_user_id": id });
    assert_eq!(scene.stripe().customers()[0]["metadata"], metadata);
}

#[test]
fn a_purchase_goes_on_while_cello_is_down() {
    let mut scene = Scene::with_stripe();
    scene.cello.goes_down();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    token::fetch(&mut ada, "");
    crate::clock::eventually("the code is stored", || (scene.notes()[0][0] == "test").then_some(()));
    goes_to_checkout(&mut ada);
    assert_eq!(scene.stripe().customers()[0]["metadata"]["cello_ucc"], "test");
}

#[test]
fn without_the_table_people_sign_up_and_buy_as_before() {
    let scene = Scene::with_stripe();
    scene.sql("DROP TABLE cello_signups");
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let id = token::fetch(&mut ada, "?ucc=test");
    ada.sees("/dashboard");
    goes_to_checkout(&mut ada);
    let metadata = json!({ "app": "pagewatch", "user_id": id, "new_user_id": id });
    assert_eq!(scene.stripe().customers()[0]["metadata"], metadata);
    crate::clock::settle();
    assert!(scene.cello.arrivals().is_empty());
    assert!(scene.log().contains("no such table"), "the log says why");
}
