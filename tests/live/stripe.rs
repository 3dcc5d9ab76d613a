//! Customers and the webhook's endpoint at Stripe: against localstripe, and a stub where that lacks something.

use cello_scaffold::doctor::live::stripe::{Code, Ids};

use super::*;

/// localstripe, which keeps Customers as Stripe does.
struct LocalStripe {
    child: Child,
    address: SocketAddr,
}

impl LocalStripe {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/stripe_customers.py");
        let mut child = python::python()
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python runs");
        let mut port = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut port).expect("its port");
        let port: u16 = port.trim().parse().expect("localstripe starts");
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    fn customer(&self, form: &str) {
        let mut request = Message::reply(0, "application/x-www-form-urlencoded", form);
        request.start = "POST /v1/customers HTTP/1.1".into();
        request.headers.push(("authorization".into(), format!("Bearer {KEY}")));
        let reply = http::exchange(self.address, request).unwrap();
        assert_eq!(reply.status(), Some(200), "{}", reply.text());
    }

    fn all(&self) -> Vec<Value> {
        let mut request = Message::reply(0, "application/json", "");
        request.start = "GET /v1/customers HTTP/1.1".into();
        request.headers.push(("authorization".into(), format!("Bearer {KEY}")));
        http::exchange(self.address, request).unwrap().json()["data"].as_array().unwrap().clone()
    }

    fn look(&self) -> Vec<Trial> {
        stripe::account(
            &format!("http://{}", self.address),
            KEY,
            &Code { site: Some("src/billing.rs:40".to_string()), ids: Ids::Numbers },
            Duration::from_secs(5),
        )
        .unwrap()
    }
}

impl Drop for LocalStripe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const KEY: &str = "sk_test_live_3f21";

#[test]
fn customers_at_stripe_are_examined() {
    let stripe = LocalStripe::start();
    assert_eq!(stripe.look()[0].outcome, Outcome::NotTried, "{:?}", stripe.look());
    stripe.customer("email=a@example.com&metadata[new_user_id]=42&metadata[cello_ucc]=test");
    let trials = stripe.look();
    assert_eq!(broken(&trials), Vec::<&str>::new(), "{trials:#?}");
    assert_eq!(trials[0].outcome, Outcome::Holds);
    stripe.customer("email=b@example.com&metadata[productUserId]=43");
    let trials = stripe.look();
    assert!(
        broken(&trials).contains(&"stripe-customers") && broken(&trials).contains(&"stripe-customer-keys"),
        "{trials:#?}"
    );
    assert!(trials[0].text.contains("src/billing.rs:40"), "{trials:#?}");
}

#[test]
fn an_id_that_is_no_users_is_told_by_the_code() {
    let stripe = LocalStripe::start();
    stripe.customer("email=a@example.com&metadata[new_user_id]=42");
    assert!(!broken(&stripe.look()).contains(&"stripe-user-ids"));
    stripe.customer("email=b@example.com&metadata[new_user_id]=public-7f");
    let trials = stripe.look();
    let said = trials.iter().find(|trial| trial.id == "stripe-user-ids").map(|trial| trial.text.as_str());
    assert!(said.is_some_and(|said| said.starts_with("1 of 2 Customers")), "{trials:#?}");
    // The program takes the kind from the token's claims.
    let working = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doctor/working/roomboard");
    let base = format!("http://{}", stripe.address);
    let (exit, said) =
        run(&["doctor", working, "--stripe", "--stripe-api", &base], &[("STRIPE_RESTRICTED_KEY", KEY)]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("isn't a number, as the code's users have them"), "{said}");
}

/// Stripe's webhook endpoints, which localstripe lacks: a recorded contract.
#[derive(Default)]
pub struct Endpoints {
    all: Vec<Value>,
    requests: Vec<(String, String, Option<String>)>,
}

pub fn endpoints(status: u16, state: &Arc<Mutex<Endpoints>>) -> Server {
    let state = Arc::clone(state);
    Server::start(Arc::new(move |request| {
        let mut state = state.lock().unwrap();
        let (method, path) = request.target();
        assert_eq!(request.header("authorization"), Some("Bearer rk_test_live_3f21"));
        if status != 200 {
            return Message::json_reply(status, &json!({ "error": { "message": "no" } }));
        }
        if method == "GET" {
            return Message::json_reply(200, &json!({ "object": "list", "data": state.all }));
        }
        let (path, form) = (path.to_string(), request.text());
        let fields: Vec<(String, String)> = form
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (plain(k), plain(v)))
            .collect();
        let listed: Vec<Value> = fields
            .iter()
            .filter(|(key, _)| key == "enabled_events[]")
            .map(|(_, value)| json!(value))
            .collect();
        let key = request.header("idempotency-key").map(str::to_string);
        state.requests.push((path.clone(), form, key));
        let url = fields.iter().find(|(key, _)| key == "url").map(|(_, value)| value.clone());
        let made = match path.rsplit('/').next() {
            Some("webhook_endpoints") => {
                let endpoint = json!({ "id": "we_1", "url": url, "status": "enabled", "livemode": false, "enabled_events": listed });
                state.all.push(endpoint.clone());
                let mut answer = endpoint;
                answer["secret"] = format!("{}_9d8f7a6b5c4d3e2f", "whsec").into();
                answer
            }
            _ => {
                state.all[0]["enabled_events"] = Value::Array(listed);
                state.all[0]["status"] = "enabled".into();
                state.all[0].clone()
            }
        };
        Message::json_reply(200, &made)
    }))
}

fn plain(text: &str) -> String {
    text.replace("%5B%5D", "[]").replace("%3A", ":").replace("%2F", "/")
}

pub const CELLO: &str = "https://api.sandbox.cello.so/products/shop.example/transaction-webhook/stripe";

#[test]
fn the_endpoint_is_made_once_and_completed_where_it_lacks_something() {
    let state = Arc::default();
    let server = endpoints(200, &state);
    let base = format!("http://{}", server.address);
    let account = Account::new(&base, "rk_test_live_3f21", Duration::from_secs(5)).unwrap();
    assert_eq!(account.ensure(CELLO), Ok(Done::Made("we_1".into())));
    assert_eq!(account.ensure(CELLO), Ok(Done::Nothing));
    state.lock().unwrap().all[0]["enabled_events"] = json!(["invoice.paid", "price.created"]);
    state.lock().unwrap().all[0]["status"] = "disabled".into();
    let found = account.endpoints().unwrap();
    assert!(!found[0].enabled && found[0].missing.len() == 9);
    assert_eq!(account.ensure(CELLO), Ok(Done::Completed("we_1".into())));
    let found = account.endpoints().unwrap();
    assert!(found[0].enabled && found[0].missing.is_empty());
    let state = state.lock().unwrap();
    // What the endpoint had besides stays.
    assert_eq!(state.all[0]["enabled_events"].as_array().unwrap().len(), events().len() + 1);
    let requests = &state.requests;
    assert_eq!(requests.len(), 2);
    assert!(requests[0].2.as_deref().is_some_and(|key| key.starts_with("cello-scaffold-")));
    assert_eq!(requests[1].0, "/v1/webhook_endpoints/we_1");
}

#[test]
fn what_stripe_refuses_is_said_without_the_key() {
    for status in [401, 403, 429, 500] {
        let state = Arc::default();
        let server = endpoints(status, &state);
        let base = format!("http://{}", server.address);
        let account = Account::new(&base, "rk_test_live_3f21", PATIENCE).unwrap();
        let Err(Trouble::Refused(text)) = account.endpoints() else { panic!("{status} is refused") };
        assert!(text.contains(&status.to_string()) && !text.contains("rk_"), "{text}");
    }
    let account = Account::new("http://127.0.0.1:9", "rk_test_live_3f21", PATIENCE).unwrap();
    assert_eq!(account.endpoints(), Err(Trouble::NoReply(NoReply::NobodyThere)));
}

/// `doctor --stripe --repair` against localstripe, with more arguments.
fn repaired(stripe: &LocalStripe, more: &[&str]) -> (Option<i32>, String) {
    let working = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doctor/working/roomboard");
    let base = format!("http://{}", stripe.address);
    let asked = ["doctor", working, "--stripe", "--stripe-api", &base, "--repair"];
    run(&[&asked[..], more].concat(), &[("STRIPE_RESTRICTED_KEY", KEY)])
}

#[test]
fn customers_are_repaired_after_a_yes_and_once() {
    let stripe = LocalStripe::start();
    stripe.customer("email=a@example.com&metadata[newUserId]=41&metadata[ucc]=test&metadata[plan]=free");
    stripe.customer("email=b@example.com");
    let lacking = |trials: &[Trial]| broken(trials).contains(&"stripe-customer-keys");
    assert!(lacking(&stripe.look()));

    let (exit, said) = repaired(&stripe, &[]);
    assert_eq!(exit, Some(3), "nobody agreed: {said}");
    assert!(said.contains("new_user_id=41, cello_ucc=test (from its `newUserId` and its `ucc`)"), "{said}");
    assert!(said.contains("Repairs of 1 Customers in test mode") && !said.contains(KEY), "{said}");
    assert!(lacking(&stripe.look()), "it was done without a yes");

    let (_, said) = repaired(&stripe, &["--yes"]);
    assert!(said.contains("Repaired 1."), "{said}");
    assert!(!lacking(&stripe.look()), "{:#?}", stripe.look());
    // What was there stays, and there is nothing more to do.
    let kept = stripe.all();
    let first = kept.iter().find(|customer| customer["email"] == "a@example.com").unwrap();
    assert_eq!(
        first["metadata"],
        json!({ "newUserId": "41", "ucc": "test", "plan": "free", "new_user_id": "41", "cello_ucc": "test" })
    );
    let (_, said) = repaired(&stripe, &["--yes"]);
    assert!(said.contains("Nothing to repair"), "{said}");

    // The rest takes the application's own records.
    let other = kept.iter().find(|customer| customer["email"] == "b@example.com").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let users = folder.path().join("users.csv");
    std::fs::write(&users, format!("customer,user\n{},42\n", other["id"].as_str().unwrap())).unwrap();
    let (exit, said) = repaired(&stripe, &["--yes", "--users", users.to_str().unwrap()]);
    assert!(said.contains("new_user_id=42 (from your list)") && said.contains("Repaired 1."), "{said}");
    assert_eq!(exit, Some(0), "a warning is told, and doesn't fail: {said}");
    // That it came late stays to be said.
    assert_eq!(broken(&stripe.look()), ["stripe-created-events"], "{:#?}", stripe.look());
    std::fs::write(&users, "no list\nat all\n").unwrap();
    assert_eq!(repaired(&stripe, &["--yes", "--users", users.to_str().unwrap()]).0, Some(2));
}

/// Stripe's interface with a fault.
fn faulty(status: u16, body: &'static str, wait: Duration) -> Server {
    Server::start(Arc::new(move |_| {
        std::thread::sleep(wait);
        Message::reply(status, "application/json", body)
    }))
}

#[test]
fn a_fault_of_stripes_is_no_fault_of_the_integration() {
    let none = Duration::ZERO;
    for (status, body, wait, part) in [
        (401, r#"{"error":{"message":"Invalid API Key"}}"#, none, "refuses the key"),
        (403, "{}", none, "read access"),
        (429, "", none, "asks to wait"),
        (500, "oh", none, "answers 500"),
        (200, "<html>maintenance</html>", none, "isn't Stripe"),
        (200, r#"{"data":"none"}"#, none, "isn't Stripe"),
        (200, r#"{"data":[]}"#, PATIENCE * 2, "no answer in time"),
    ] {
        let server = faulty(status, body, wait);
        let base = format!("http://{}", server.address);
        let trials = stripe::account(&base, KEY, &Code::default(), PATIENCE).unwrap();
        assert_eq!(broken(&trials), Vec::<&str>::new(), "{status} {body}: {trials:#?}");
        assert!(trials.iter().all(|trial| trial.outcome == Outcome::NotTried), "{trials:#?}");
        assert!(trials[0].text.contains(part) && !trials[0].text.contains(KEY), "{trials:#?}");

        let account = Account::new(&base, KEY, PATIENCE).unwrap();
        let trouble = account.endpoints().unwrap_err().text();
        assert!(trouble.contains(part) && !trouble.contains(KEY), "{status} {body}: {trouble}");
        assert!(account.ensure(CELLO).is_err(), "{status} {body}: an endpoint was made");
    }
    let gone = stripe::account("http://127.0.0.1:9", KEY, &Code::default(), PATIENCE).unwrap();
    assert!(gone.iter().all(|trial| trial.outcome == Outcome::NotTried), "{gone:#?}");
    assert!(stripe::account("no address", KEY, &Code::default(), PATIENCE).is_err());
}

#[test]
fn events_at_stripe_say_what_cello_got() {
    let customers = json!([
        { "id": "cus_1", "created": 2, "metadata": { "new_user_id": "42" } },
        { "id": "cus_2", "created": 1, "metadata": {} },
    ]);
    let server = Server::start(Arc::new(move |request| {
        let of = |object: Value| json!({ "object": "list", "data": [{ "data": { "object": object } }] });
        let line = request.start.clone();
        let answer = if line.contains("customer.created") {
            of(json!({ "id": "cus_1", "metadata": {} }))
        } else if line.contains("invoice.paid") {
            of(json!({ "id": "in_7", "customer": "cus_2" }))
        } else if line.contains("/v1/customers") {
            json!({ "object": "list", "data": customers })
        } else {
            json!({ "object": "list", "data": [] })
        };
        Message::json_reply(200, &answer)
    }));
    let trials =
        stripe::account(&format!("http://{}", server.address), KEY, &Code::default(), PATIENCE).unwrap();
    let found = broken(&trials);
    for id in ["stripe-customers", "stripe-created-events", "stripe-paid-events"] {
        assert!(found.contains(&id), "{id}: {trials:#?}");
    }
    assert!(trials.iter().any(|trial| trial.text.contains("in_7")), "{trials:#?}");
}
