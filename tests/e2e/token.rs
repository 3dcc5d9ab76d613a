//! The widget's token, checked as Cello does.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha512;

use crate::browser::Browser;
use crate::clock;
use crate::http::Message;
use crate::world::{PRODUCT_ID, PRODUCT_SECRET};

pub const TOKEN: &str = "/api/cello/token";

/// Asks for the token as the client script does; gives the user id in it.
#[track_caller]
pub fn fetch(browser: &mut Browser, query: &str) -> String {
    let answer = browser.get_with(&format!("{TOKEN}{query}"), &[("sec-fetch-site", "same-origin")]);
    assert_eq!(answer.status(), Some(200));
    not_stored(&answer);
    let body = answer.json();
    assert_eq!(body["enabled"], true, "{body}");
    assert_eq!(body["bootConfig"]["productId"], PRODUCT_ID);
    let token = body["bootConfig"]["token"].as_str().expect("the token is text");
    let claims = verify(token);
    claims["productUserId"].as_str().expect("the user's id is text").to_string()
}

/// Asks for the token and is told that nobody is there for whom Cello is on.
#[track_caller]
pub fn is_off(browser: &mut Browser) {
    let answer = browser.get(TOKEN);
    assert_eq!(answer.status(), Some(200));
    not_stored(&answer);
    assert_eq!(answer.json(), json!({ "enabled": false }));
}

/// Told that nobody is there, by the answer or, where only signed-in people get past a guard, by the guard.
#[track_caller]
pub fn is_off_or_refused(browser: &mut Browser) {
    let answer = browser.get(TOKEN);
    let told = match answer.status() {
        Some(200) => answer.json() == json!({ "enabled": false }),
        status => status == Some(401),
    };
    assert!(told, "{}: {}", answer.start, answer.text());
}

#[track_caller]
pub fn not_stored(answer: &Message) {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let vary = answer.header("vary").expect("the answer depends on the cookie");
    assert!(vary.to_ascii_lowercase().contains("cookie"), "{vary}");
}

/// HS512 with the product secret, string ids, made now; gives the claims.
#[track_caller]
fn verify(token: &str) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("not three parts: {token}") };
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url without padding");
    let mut mac = Hmac::<Sha512>::new_from_slice(PRODUCT_SECRET.as_bytes()).expect("a key");
    mac.update(format!("{header}.{claims}").as_bytes());
    mac.verify_slice(&decode(signature)).expect("signed with the product secret");
    let read = |part: &str| -> Value { serde_json::from_slice(&decode(part)).expect("JSON") };
    assert_eq!(read(header), json!({ "alg": "HS512", "typ": "JWT" }));
    let claims = read(claims);
    let names: Vec<&String> = claims.as_object().expect("an object").keys().collect();
    assert_eq!(names.len(), 3, "productId, productUserId and iat only: {claims}");
    assert_eq!(claims["productId"], PRODUCT_ID);
    let iat = claims["iat"].as_i64().expect("whole seconds");
    assert!((clock::now() - iat).abs() <= 5, "made at {iat}, now is {}", clock::now());
    claims
}
