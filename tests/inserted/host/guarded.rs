// The inserted module where only a middleware knows the user: the script for all, the token below it.

use serde_json::Value;

fn set(name: &str, value: &str) {
    #[allow(unused_unsafe)]
    unsafe {
        std::env::set_var(name, value);
    }
}

fn configure() {
    for (name, value) in [
        ("CELLO_ENV", "sandbox"),
        ("CELLO_PRODUCT_ID", "product"),
        ("CELLO_PRODUCT_SECRET", "product secret"),
        ("CELLO_ACCESS_KEY_ID", "key"),
        ("CELLO_SECRET_ACCESS_KEY", "secret key"),
    ] {
        set(name, value);
    }
}

/// Where a bearer token tells who is signed in, the module leaves it to CORS who may read the answer.
#[tokio::test]
async fn pages_of_other_sites_get_an_answer() {
    configure();
    let app = format!("{}/api/cello", serve::other_sites().await);
    let http = reqwest::Client::new();
    let token = || http.get(format!("{app}/token")).header("sec-fetch-site", "cross-site");
    let reply = token().header("x-user", "1").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), 200);
    assert_eq!(reply.headers()["vary"], "cookie, authorization");
    let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    assert_eq!(body["enabled"], true, "{body}");
    let reply = token().send().await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");
}

#[tokio::test]
async fn a_guard_brings_the_user() {
    configure();
    let app = format!("{}/api/cello", serve::guarded().await);
    let http = reqwest::Client::new();
    let token = || http.get(format!("{app}/token"));

    let reply = token().header("x-user", "1").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), 200);
    let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    assert_eq!(body["enabled"], true, "{body}");
    assert_eq!(
        body["bootConfig"]["productUserDetails"]["email"],
        "ada@example.com"
    );

    // The guard's refusal, which the script takes as nobody.
    assert_eq!(token().send().await.unwrap().status().as_u16(), 401);

    let guest = token().header("x-user", "1").header("x-guest", "yes");
    let reply = guest.send().await.unwrap();
    assert_eq!(reply.text().await.unwrap(), "{\"enabled\":false}");

    let script = http.get(format!("{app}/client.js")).send().await.unwrap();
    assert_eq!(script.status().as_u16(), 200);
    assert!(script.text().await.unwrap().contains("token"));
}
