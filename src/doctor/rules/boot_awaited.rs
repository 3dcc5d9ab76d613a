//! Logging in waits for the widget: a slow or blocked script of Cello's keeps people out.
//!
//! Near misses: booted without waiting; pushed into the queue, which nobody waits for.

use super::Hit;
use crate::doctor::chart::{Call, Chart, Token, within};

const LOG_IN: [&str; 12] = [
    "login",
    "logIn",
    "signIn",
    "signin",
    "handleLogin",
    "handleSignIn",
    "onLogin",
    "onSignIn",
    "doLogin",
    "submitLogin",
    "loginUser",
    "authenticate",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in &chart.scripts {
        for i in 0..script.tokens.len() {
            let Some(body) =
                body_of(&script.tokens, i).filter(|_| LOG_IN.contains(&script.tokens[i].text.as_str()))
            else {
                continue;
            };
            let queued = Call::all(body).any(|call| call.called() == "push" && call.path.contains(&"cmd"));
            let boot = Call::all(body).find(|call| {
                // Names of its path stand at every other token.
                let before = (call.name + 1).checked_sub(2 * call.path.len());
                call.is_boot() && before.is_some_and(|before| body[before].is("await"))
            });
            if let Some(call) = boot.filter(|_| !queued) {
                let text = format!("`{}` waits for the widget.", script.tokens[i].text);
                hits.push(Hit::new(&script.file, &body[call.name].at, text));
            }
        }
    }
    hits
}

/// The body of the function that is declared by the name at this token.
fn body_of(tokens: &[Token], name: usize) -> Option<&[Token]> {
    let is = |i: usize, text: &str| tokens.get(i).is_some_and(|token| token.is(text));
    // `function login(…) {`, `login(…) {` of a class, `login = async (…) => {`
    let mut at = name + 1;
    if is(at, "=") || is(at, ":") {
        at += 1;
        at += usize::from(is(at, "async"));
        at += usize::from(is(at, "function"));
    }
    if !is(at, "(") {
        return None;
    }
    at += within(tokens, at).len() + 2;
    if is(at, "=") && is(at + 1, ">") {
        at += 2;
    }
    is(at, "{").then(|| within(tokens, at))
}
