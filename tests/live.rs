//! What only trying shows, against servers on the loopback: the application, Cello's API and Stripe, well and with faults.
#![expect(clippy::disallowed_methods, reason = "the environment may name the Python that has localstripe")]

#[path = "live/stripe.rs"]
mod at_stripe;
#[path = "e2e/http.rs"]
#[allow(dead_code, reason = "these tests need a part of it")]
mod http;
#[path = "e2e/python.rs"]
#[allow(dead_code, reason = "these tests need a part of it")]
mod python;
#[path = "live/visit.rs"]
mod visit;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assert_cmd::Command;
use at_stripe::{CELLO, endpoints};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cello_scaffold::doctor::Severity;
use cello_scaffold::doctor::live::browser::Visit;
use cello_scaffold::doctor::live::cello::{Keys, credentials};
use cello_scaffold::doctor::live::http::NoReply;
use cello_scaffold::doctor::live::webhook::{Account, Done, Trouble, events};
use cello_scaffold::doctor::live::{Asked, Outcome, Trial, application, stripe};
use hmac::{Hmac, KeyInit, Mac};
use http::{Message, Server};
use serde_json::{Value, json};
use sha2::Sha512;

const SECRET: &str = "live-product-secret-51c0";
const COOKIE: &str = "sid=live-session-88aa";
const NOW: u64 = 1_800_000_000;
const PATIENCE: Duration = Duration::from_millis(400);
const POLICY: &str = "default-src 'self' https://*.cello.so";

/// How the stub of an application differs from a good one.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    OpenToAll,
    NoRoute,
    Fails,
    Refuses,
    Babbles,
    Slow,
    Cacheable,
    CrossSite,
    OtherSecret,
    Late,
    NoScript,
    Off,
    Policy,
    Redirects,
}

fn token(secret: &str, iat: u64) -> String {
    let claims = json!({ "productId": "shop.example", "productUserId": "42", "iat": iat }).to_string();
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"HS512","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn shop(mood: Mood) -> Server {
    Server::start(Arc::new(move |request| answer(mood, request)))
}

fn answer(mood: Mood, request: &Message) -> Message {
    let html = |body: &str| {
        Message::reply(
            200,
            "text/html",
            format!("<!doctype html><html><head>{body}</head><body></body></html>"),
        )
    };
    match request.target().1 {
        "/" => {
            let script = if mood == Mood::NoScript {
                ""
            } else {
                "<script type=\"module\" src=\"/api/cello/client.js\"></script>"
            };
            let mut page = html(script);
            let policy = if mood == Mood::Policy { "default-src 'self'" } else { POLICY };
            page.headers.push(("content-security-policy".into(), policy.into()));
            page
        }
        "/api/cello/client.js" if mood == Mood::Off => Message::reply(200, "text/javascript", ""),
        "/api/cello/client.js" => {
            Message::reply(200, "text/javascript", "const assets = 'https://assets.sandbox.cello.so';")
        }
        "/api/cello/token" => token_answer(mood, request),
        _ => Message::reply(404, "text/plain", "no"),
    }
}

fn token_answer(mood: Mood, request: &Message) -> Message {
    match mood {
        Mood::NoRoute => return Message::reply(404, "text/plain", "no"),
        Mood::Fails => return Message::reply(500, "text/plain", "trouble"),
        Mood::Refuses => return Message::reply(401, "text/plain", "who are you"),
        Mood::Babbles => return Message::reply(200, "text/html", "<html>log in"),
        Mood::Slow => std::thread::sleep(PATIENCE * 2),
        Mood::Redirects => {
            let mut reply = Message::reply(302, "text/plain", "");
            reply.headers.push(("location".into(), "http://127.0.0.1:9/elsewhere".into()));
            return reply;
        }
        _ => {}
    }
    let signed_in = request.header("cookie") == Some(COOKIE) || mood == Mood::OpenToAll;
    let secret = if mood == Mood::OtherSecret { "another" } else { SECRET };
    let iat = if mood == Mood::Late { NOW + 4_000 } else { NOW - 5 };
    let body = if signed_in {
        let details = json!({ "email": "ada@example.com", "firstName": "Ada" });
        json!({ "enabled": true, "bootConfig": { "productId": "shop.example", "token": token(secret, iat), "productUserDetails": details } })
    } else {
        json!({ "enabled": false })
    };
    let mut reply = Message::json_reply(200, &body);
    let cache = if mood == Mood::Cacheable { "public, max-age=60" } else { "no-store" };
    reply.headers.push(("cache-control".into(), cache.into()));
    if let Some(origin) = request.header("origin").filter(|_| mood == Mood::CrossSite) {
        reply.headers.push(("access-control-allow-origin".into(), origin.into()));
        reply.headers.push(("access-control-allow-credentials".into(), "true".into()));
    }
    reply
}

fn tried(mood: Mood) -> Vec<Trial> {
    let server = shop(mood);
    let url = format!("http://{}", server.address);
    let signed_in = [("cookie".to_string(), COOKIE.to_string())];
    let asked = Asked {
        url: &url,
        token_path: "/api/cello/token",
        signed_in: &signed_in,
        product_secret: Some(SECRET),
        log_out: None,
        visit: &Visit::default(),
        now: NOW,
        patience: PATIENCE,
    };
    let trials = application(&asked).unwrap();
    for trial in &trials {
        assert!(
            !trial.text.contains("eyJ") && !trial.text.contains(SECRET) && !trial.text.contains(COOKIE),
            "{trial:?}"
        );
    }
    trials
}

fn broken(trials: &[Trial]) -> Vec<&'static str> {
    trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Broken(_))).map(|trial| trial.id).collect()
}

#[test]
fn a_good_application_holds_and_what_takes_a_browser_is_said() {
    let trials = tried(Mood::Well);
    assert_eq!(broken(&trials), Vec::<&str>::new(), "{trials:#?}");
    let not_tried: Vec<&str> =
        trials.iter().filter(|trial| trial.outcome == Outcome::NotTried).map(|trial| trial.id).collect();
    assert_eq!(
        not_tried,
        ["live-browser-script", "live-browser-cookies", "live-browser-ucc", "live-browser-person"]
    );
    // A guard's refusal is a good answer to somebody signed out.
    let refused = tried(Mood::Refuses);
    assert_eq!(refused[0].outcome, Outcome::Holds, "{refused:#?}");
}

#[test]
fn each_fault_of_an_application_is_named() {
    for (mood, id) in [
        (Mood::OpenToAll, "live-token-signed-out"),
        (Mood::NoRoute, "live-token-signed-out"),
        (Mood::Fails, "live-token-signed-out"),
        (Mood::Babbles, "live-token-signed-in"),
        (Mood::Redirects, "live-token-signed-in"),
        (Mood::Cacheable, "live-token-cache"),
        (Mood::CrossSite, "live-token-cross-site"),
        (Mood::OtherSecret, "live-token-claims"),
        (Mood::Late, "live-token-claims"),
        (Mood::NoScript, "live-page-script"),
        (Mood::Off, "live-page-script"),
        (Mood::Policy, "live-page-policy"),
    ] {
        let trials = tried(mood);
        assert!(broken(&trials).contains(&id), "{id}: {trials:#?}");
    }
}

#[test]
fn who_does_not_answer_is_not_called_broken() {
    let slow = tried(Mood::Slow);
    assert_eq!(broken(&slow), Vec::<&str>::new());
    assert!(slow[0].text.contains("no answer in time"), "{slow:#?}");
    let gone = shop(Mood::Well).address;
    let url = format!("http://{gone}");
    let asked = Asked {
        url: &url,
        token_path: "/t",
        signed_in: &[],
        product_secret: None,
        log_out: None,
        visit: &Visit::default(),
        now: NOW,
        patience: PATIENCE,
    };
    let trials = application(&asked).unwrap();
    assert!(trials.iter().all(|trial| trial.outcome == Outcome::NotTried), "{trials:#?}");
    assert!(application(&Asked { url: "ftp://a", ..asked }).is_err());
}

/// Cello's API, answering `POST /token` so.
fn api(status: u16, body: &'static str, wait: Duration) -> Server {
    Server::start(Arc::new(move |request| {
        assert_eq!(request.target(), ("POST", "/token"));
        assert_eq!(request.json()["accessKeyId"], "live-key-id");
        std::thread::sleep(wait);
        Message::reply(status, "application/json", body)
    }))
}

fn keys(server: &Server) -> Keys {
    Keys {
        access_key_id: Some("live-key-id".into()),
        secret_access_key: Some("live-key-secret-77".into()),
        base: Some(format!("http://{}", server.address)),
        environment: Some("sandbox".into()),
        ..Keys::default()
    }
}

#[test]
fn credentials_are_right_refused_or_not_judged() {
    let none = Duration::ZERO;
    let error = Outcome::Broken(Severity::Error);
    for (status, body, wait, outcome) in [
        (201, r#"{"accessToken":"a","expiresIn":18000}"#, none, Outcome::Holds),
        (201, r#"{"accessToken":""}"#, none, error),
        (200, "<html>", none, error),
        (400, r#"{"message":"bad"}"#, none, error),
        (401, r#"{"message":"Invalid API Credentials"}"#, none, error),
        (404, "", none, error),
        (429, "", none, Outcome::NotTried),
        (500, "oh", none, Outcome::NotTried),
        (201, r#"{"accessToken":"a"}"#, PATIENCE * 2, Outcome::NotTried),
    ] {
        let server = api(status, body, wait);
        let trial = credentials(&keys(&server), PATIENCE).unwrap();
        assert_eq!(trial.outcome, outcome, "{status} {body}: {trial:?}");
        assert!(!trial.text.contains("live-key-secret") && !trial.fix.contains("live-key"), "{trial:?}");
    }
}

#[test]
fn mixed_up_keys_are_explained() {
    let server = api(401, "{}", Duration::ZERO);
    let mut keys = keys(&server);
    keys.product_id = keys.access_key_id.clone();
    assert!(credentials(&keys, PATIENCE).unwrap().fix.contains("product's id"));
    keys.product_id = None;
    assert!(credentials(&keys, PATIENCE).unwrap().fix.contains("Keys of production"));
    keys.secret_access_key = None;
    assert_eq!(credentials(&keys, PATIENCE).unwrap().outcome, Outcome::NotTried);
}

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    command.args(arguments).env_clear().envs(settings.iter().copied());
    let output = command.output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

#[test]
fn the_commands_end_as_they_should_and_never_show_a_secret() {
    let state = Arc::default();
    let stripe = endpoints(200, &state);
    let base = format!("http://{}", stripe.address);
    let key = [("STRIPE_RESTRICTED_KEY", "rk_test_live_3f21")];
    let check = ["webhook", "check", "--stripe-api", &base];
    assert_eq!(run(&check, &key).0, Some(1));
    assert_eq!(run(&check, &[]).0, Some(2), "without a key");
    let create = ["webhook", "create", "--stripe-api", &base, "--url", CELLO];
    let (exit, text) = run(&create, &key);
    assert_eq!(exit, Some(3), "nobody agreed: {text}");
    assert_eq!(
        run(&["webhook", "create", "--stripe-api", &base, "--url", "https://shop.example/a", "--yes"], &key)
            .0,
        Some(2)
    );
    let agreed = [&create[..], &["--yes"]].concat();
    let (exit, text) = run(&agreed, &key);
    assert_eq!(exit, Some(0), "{text}");
    assert!(!text.contains("whsec_") && !text.contains("rk_test") && text.contains("Cello portal"), "{text}");
    assert_eq!(run(&check, &key).0, Some(0));
    let (exit, text) = run(&["webhook"], &[]);
    assert_eq!(exit, Some(0));
    assert!(events().iter().all(|event| text.contains(event.as_str())), "{text}");
}

#[test]
fn doctor_takes_in_what_was_tried() {
    let working = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/working/roomboard");
    let project = working.to_str().unwrap();
    let api = api(401, "{}", Duration::ZERO);
    let shop = shop(Mood::OpenToAll);
    let (url, base) = (format!("http://{}", shop.address), format!("http://{}", api.address));
    let settings = [
        ("CELLO_ACCESS_KEY_ID", "live-key-id"),
        ("CELLO_SECRET_ACCESS_KEY", "live-key-secret-77"),
        ("CELLO_API_BASE_URL", base.as_str()),
        ("CELLO_PRODUCT_SECRET", SECRET),
    ];
    let asked = [
        "doctor",
        project,
        "--cello",
        "--live",
        &url,
        "--token-path",
        "/api/cello/token",
        "--cookie",
        COOKIE,
        "--format",
        "json",
    ];
    let output = Command::cargo_bin("cello-scaffold")
        .unwrap()
        .args(asked)
        .env_clear()
        .envs(settings)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8(output.stdout).unwrap();
    for secret in ["live-key-secret-77", SECRET, COOKIE, "eyJ"] {
        assert!(!text.contains(secret) && !told.contains(secret), "{secret} is shown");
    }
    let answer: Value = serde_json::from_str(&text).unwrap();
    let line = |qa: &str| {
        answer["checklist"].as_array().unwrap().iter().find(|line| line["qa"] == qa).unwrap()["state"].clone()
    };
    assert_eq!(line("qa-02"), "broken");
    assert_eq!(line("qa-09"), "broken");
    assert_eq!(line("qa-22"), "holds");
    assert_eq!(answer["verdict"], "broken");
}
