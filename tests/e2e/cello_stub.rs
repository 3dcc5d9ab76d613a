//! Cello's API on the loopback: holds every request to Cello's contract, records it, and behaves as a test wants.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cello_api;
use crate::clock;
use crate::http::{Handler, Message, Server};

pub const ACCESS_KEY_ID: &str = "e2e-access-key-id";
pub const SECRET_ACCESS_KEY: &str = "e2e-secret-access-key-4f1d";
/// How every access token begins that the stub gives out.
pub const ACCESS_TOKEN: &str = "e2e-access-token-";

/// How Cello answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Well,
    /// Refuses the keys.
    RefusesKeys,
    /// Has forgotten the tokens it gave out until now, and then answers well.
    ForgetsTokens,
    /// Answers every event with this status.
    Events(u16),
    /// Takes longer than anybody waits, and takes nothing.
    Slow,
    /// Sends every request elsewhere, as gateways do during maintenance; there is a friendly page.
    Redirects(u16),
    /// Answers with what isn't JSON.
    Babbles,
}

/// An event that arrived, and what it was answered.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub event: Value,
    pub answered: u16,
}

struct State {
    mood: Mood,
    valid_tokens: Vec<String>,
    tokens: usize,
    redirected: usize,
    arrivals: Vec<Arrival>,
    violations: Vec<String>,
}

/// Dropped at the end of a test, it fails that if any request broke the contract.
pub struct CelloStub {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    server: Option<Server>,
}

impl CelloStub {
    pub fn start() -> Self {
        let state = State {
            mood: Mood::Well,
            valid_tokens: Vec::new(),
            tokens: 0,
            redirected: 0,
            arrivals: Vec::new(),
            violations: Vec::new(),
        };
        let state = Arc::new(Mutex::new(state));
        let server = Server::start(handler(&state));
        Self { state, address: server.address, server: Some(server) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn is(&self, mood: Mood) {
        let mut state = self.lock();
        if mood == Mood::ForgetsTokens {
            state.valid_tokens.clear();
        }
        state.mood = mood;
    }

    /// From now on connections are refused.
    pub fn goes_down(&mut self) {
        self.server = None;
    }

    pub fn comes_back(&mut self) {
        self.server = Some(Server::again(self.address, handler(&self.state)));
    }

    pub fn arrivals(&self) -> Vec<Arrival> {
        self.lock().arrivals.clone()
    }

    /// How often access tokens were asked for.
    pub fn token_requests(&self) -> usize {
        self.lock().tokens
    }

    /// How many requests were sent elsewhere, or came there.
    pub fn redirected(&self) -> usize {
        self.lock().redirected
    }

    /// Waits for as many events, and until there would have been another one.
    #[track_caller]
    pub fn has_exactly(&self, count: usize) -> Vec<Arrival> {
        clock::eventually(&format!("{count} events at Cello"), || {
            (self.arrivals().len() >= count).then_some(())
        });
        clock::settle();
        let arrivals = self.arrivals();
        assert_eq!(arrivals.len(), count, "events at Cello: {arrivals:#?}");
        arrivals
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for CelloStub {
    fn drop(&mut self) {
        self.server = None;
        let violations = std::mem::take(&mut self.lock().violations);
        if !thread::panicking() {
            assert!(violations.is_empty(), "requests against Cello's contract: {violations:#?}");
        }
    }
}

fn handler(state: &Arc<Mutex<State>>) -> Handler {
    let state = state.clone();
    Arc::new(move |request| {
        let (method, path) = request.target();
        let mood = {
            let mut state = state.lock().unwrap();
            let content_type = request.header("content-type");
            state.violations.extend(cello_api::violations(method, path, content_type, &request.body));
            state.mood
        };
        if let Mood::Redirects(status) = mood {
            let mut answer = Message::reply(status, "text/html", "<html>");
            answer.headers.push(("location".into(), "/maintenance".into()));
            let mut state = state.lock().unwrap();
            state.redirected += 1;
            return if path == "/maintenance" { Message::reply(200, "text/html", "<html>") } else { answer };
        }
        match (method, path) {
            ("POST", "/token") => token(&mut state.lock().unwrap(), request),
            ("POST", "/events") => {
                let answer = event(&mut state.lock().unwrap(), request);
                if mood == Mood::Slow {
                    thread::sleep(Duration::from_secs(8));
                }
                answer
            }
            _ => refusal(404, "Cannot find that"),
        }
    })
}

fn refusal(status: u16, message: &str) -> Message {
    Message::json_reply(status, &json!({ "message": message }))
}

fn token(state: &mut State, request: &Message) -> Message {
    state.tokens += 1;
    let keys: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    if keys["accessKeyId"] != ACCESS_KEY_ID || keys["secretAccessKey"] != SECRET_ACCESS_KEY {
        state.violations.push("POST /token: other keys than the settings have".into());
    }
    match state.mood {
        Mood::RefusesKeys => return refusal(401, "Invalid API Credentials"),
        Mood::Babbles => return Message::reply(201, "application/json", "<html>"),
        _ => {}
    }
    let token = format!("{ACCESS_TOKEN}{}", state.tokens);
    state.valid_tokens.push(token.clone());
    let body = json!({
        "accessToken": token,
        "refreshToken": format!("{ACCESS_TOKEN}refresh-{}", state.tokens),
        "expiresIn": 18_000,
        "refreshTokenExpiresIn": 432_000,
    });
    Message::json_reply(201, &body)
}

fn event(state: &mut State, request: &Message) -> Message {
    let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let bearer = bearer.unwrap_or_default();
    if !bearer.starts_with(ACCESS_TOKEN) {
        state.violations.push("POST /events: without an access token of ours".into());
    }
    let event: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    state.violations.extend(beyond_the_schema(&event));
    let is_valid = state.valid_tokens.iter().any(|token| token == bearer);
    let answer = match state.mood {
        _ if !is_valid => refusal(401, "Unauthorized"),
        Mood::Events(status) => refusal(status, "as the test wants it"),
        Mood::Babbles => Message::reply(200, "application/json", "<html>"),
        _ => Message::json_reply(200, &json!({ "success": true })),
    };
    let answered = answer.status().unwrap_or_default();
    state.arrivals.push(Arrival { event, answered });
    answer
}

/// What Cello's guides ask for and its OpenAPI description doesn't: the same person in both places, as
/// <https://docs.cello.so/attribution/tracking-signups> has it for user-level attribution.
fn beyond_the_schema(event: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let new_user = &event["context"]["newUser"];
    if new_user["id"].is_null() || new_user["id"] != event["payload"]["newUserId"] {
        found.push(format!("POST /events: newUser.id and newUserId differ in {event}"));
    }
    if new_user["email"].is_null() {
        found.push(format!("POST /events: no e-mail address in {event}"));
    }
    if event["context"]["event"]["trigger"] != "new-signup" {
        found.push(format!("POST /events: no new-signup in {event}"));
    }
    found
}
