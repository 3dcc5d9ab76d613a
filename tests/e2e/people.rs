//! Who is known to Cello: the signed-in user of the application's own session, and nobody else.

use serde_json::json;

use crate::browser::PASSWORD;
use crate::clock;
use crate::token::{self, TOKEN};
use crate::world::Scene;

#[test]
fn nobody_is_an_answer_and_is_not_stored() {
    let scene = Scene::new();
    token::is_off(&mut scene.browser());
    token::is_off(&mut scene.referred());
    let mut browser = scene.browser();
    browser.set_cookie("pagewatch_session", "forged");
    token::is_off(&mut browser);
}

#[test]
fn a_user_gets_a_token_that_cello_accepts_until_the_log_out() {
    let scene = Scene::new();
    let mut ada = scene.browser();
    ada.sign_up("ada");
    let id = token::fetch(&mut ada, "");
    let body = ada.get(TOKEN).json();
    let details = json!({
        "email": "ada@example.org", "firstName": "ada", "lastName": "Lovelace", "fullName": "ada Lovelace",
    });
    assert_eq!(body["bootConfig"]["productUserDetails"], details);

    let mut bob = scene.browser();
    bob.sign_up("bob");
    assert_ne!(token::fetch(&mut bob, ""), id);
    assert_eq!(token::fetch(&mut ada, ""), id, "it stays the same");

    ada.post("/logout", &[]);
    token::is_off(&mut ada);
    ada.log_in("ada");
    assert_eq!(token::fetch(&mut ada, ""), id);
}

#[test]
fn the_id_in_the_token_is_the_users() {
    let scene = Scene::new();
    let mut ada = scene.browser();
    ada.sign_up("ada");
    let id = token::fetch(&mut ada, "");
    let rows = scene.sql("SELECT id FROM users");
    assert_eq!(rows, [[json!(id.replace('-', ""))]]);
    assert_eq!(scene.sql("SELECT user_id FROM cello_signups"), [[json!(id)]]);
}

#[test]
fn other_sites_get_no_token_and_set_nothing_off() {
    let scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let answer = ada.get_with(&format!("{TOKEN}?ucc=test"), &[("sec-fetch-site", "cross-site")]);
    assert_eq!(answer.status(), Some(403));
    token::not_stored(&answer);
    assert_eq!(answer.json(), json!({ "enabled": false }));
    assert_eq!(answer.header("access-control-allow-origin"), None);
    clock::settle();
    assert!(scene.cello.arrivals().is_empty());
    // Typed into the address bar, or from an old browser that doesn't say.
    for site in [&[("sec-fetch-site", "none")][..], &[]] {
        assert_eq!(ada.get_with(TOKEN, site).json()["enabled"], true);
    }
}

#[test]
fn api_keys_are_no_sessions() {
    let scene = Scene::new();
    let mut ada = scene.browser();
    ada.sign_up("ada");
    ada.post("/account/api-key", &[]);
    let rows = scene.sql("SELECT key FROM api_keys");
    let bearer = format!("Bearer {}", rows[0][0].as_str().expect("a key"));
    let mut script = scene.browser();
    assert_eq!(script.get_with("/api/v1/pages", &[("authorization", &bearer)]).status(), Some(200));
    let answer = script.get_with(TOKEN, &[("authorization", &bearer)]);
    assert_eq!(answer.json(), json!({ "enabled": false }));
}

#[test]
fn only_sign_ups_are_noted() {
    let scene = Scene::new();
    // Made by the developers' short cut, which makes admins; and by an admin.
    let mut admin = scene.referred();
    assert_eq!(admin.get("/dev/login?email=admin@example.org").header("location"), Some("/dashboard"));
    let form = [("name", "Carol"), ("email", "carol@example.org"), ("password", PASSWORD)];
    assert_eq!(admin.post("/admin/users", &form).header("location"), Some("/admin"));
    let mut carol = scene.referred();
    carol.log_in("carol");
    // A sign-up that fails.
    let mut again = scene.referred();
    assert_eq!(again.try_to_sign_up("carol").status(), Some(409));
    token::is_off(&mut again);

    for browser in [&mut admin, &mut carol] {
        token::fetch(browser, "?ucc=test");
    }
    clock::settle();
    assert!(scene.notes().is_empty());
    assert!(scene.cello.arrivals().is_empty());
}

#[test]
fn names_are_told_as_they_are() {
    let scene = Scene::new();
    for (number, name, first, last) in
        [(1, "Žofie \"🐈\" O'Brien", "Žofie", "\"🐈\" O'Brien"), (2, "Prince", "Prince", "")]
    {
        let mut browser = scene.browser();
        let email = format!("{number}+x@example.org");
        let form = [("name", name), ("email", &*email), ("password", PASSWORD)];
        assert_eq!(browser.post("/signup", &form).header("location"), Some("/dashboard"));
        let details = &browser.get(&format!("{TOKEN}?ucc=test")).json()["bootConfig"]["productUserDetails"];
        let expected = json!({ "email": email, "firstName": first, "lastName": last, "fullName": name });
        assert_eq!(*details, expected);
        let arrivals = scene.cello.has_exactly(number);
        let new_user = &arrivals[number - 1].event["context"]["newUser"];
        assert_eq!((&new_user["name"], &new_user["email"]), (&json!(name), &json!(email)));
    }
}

#[test]
fn a_database_from_before_gets_the_table_and_keeps_its_users() {
    let mut scene = Scene::new();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    scene.sql("DROP TABLE cello_signups");
    let rows = scene.sql("DELETE FROM _sqlx_migrations WHERE version > 3 RETURNING version");
    assert_eq!(rows.len(), 1, "the plan adds one migration");
    scene.is_killed_and_restarted();
    assert!(scene.notes().is_empty());
    let mut bob = scene.referred();
    bob.sign_up("bob");
    let id = token::fetch(&mut bob, "");
    ada.follows_to(scene.address);
    assert_ne!(token::fetch(&mut ada, "?ucc=test"), id);
    let arrivals = scene.cello.has_exactly(1);
    assert_eq!(arrivals[0].event["payload"]["newUserId"], id, "who was there before is no sign-up");
}
