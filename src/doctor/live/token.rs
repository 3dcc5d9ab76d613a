//! The token endpoint of a running application: signed out, signed in, and for another site.

use serde_json::Value;

use super::http::{Host, Reply};
use super::jwt::{Token, within};
use super::{Asked, Severity, Trial};

const OUT: (&str, &[&str]) = ("live-token-signed-out", &["qa-09"]);
const IN: (&str, &[&str]) = ("live-token-signed-in", &["qa-08"]);
const TOKEN: (&str, &[&str]) = ("live-token-claims", &["qa-04", "qa-11"]);
const DETAILS: (&str, &[&str]) = ("live-boot-details", &["qa-06"]);
const CACHE: (&str, &[&str]) = ("live-token-cache", &["qa-08"]);
const CROSS: (&str, &[&str]) = ("live-token-cross-site", &["qa-08"]);

/// Stands for a site that has no business here.
const ELSEWHERE: &str = "https://elsewhere.example";

pub(super) fn trials(host: &Host, asked: &Asked<'_>) -> Vec<Trial> {
    let mut trials = vec![signed_out(host, asked)];
    if asked.signed_in.is_empty() {
        let text = "Nobody is signed in: give --cookie or --header of a signed-in browser.";
        trials.extend([IN, TOKEN, DETAILS, CROSS].map(|(id, qa)| Trial::not_tried(id, qa, text)));
        return trials;
    }
    let reply = match host.get(asked.token_path, asked.signed_in) {
        Ok(reply) => reply,
        Err(why) => {
            trials.push(Trial::not_tried(IN.0, IN.1, format!("The token endpoint: {}.", why.text())));
            return trials;
        }
    };
    let answer = reply.json().unwrap_or(Value::Null);
    let Some(token) = within(&answer).filter(|_| reply.is_success()) else {
        let text = format!("Signed in, {} answers {} without a token.", asked.token_path, reply.status);
        let fix = "Check that the cookie or header is of somebody signed in, that Cello's settings are set where the \
                   application runs, and its log.";
        trials.push(Trial::broken(IN.0, IN.1, Severity::Error, text, fix));
        return trials;
    };
    trials.push(Trial::holds(IN.0, IN.1, "Signed in, the token endpoint answers with a token."));
    trials.extend(claims(token, &reply, asked));
    trials.push(details(&answer));
    trials.push(cache(&reply));
    trials.push(cross_site(host, asked));
    trials
}

fn signed_out(host: &Host, asked: &Asked<'_>) -> Trial {
    let (id, qa) = OUT;
    let reply = match host.get(asked.token_path, &[]) {
        Ok(reply) => reply,
        Err(why) => return Trial::not_tried(id, qa, format!("The token endpoint: {}.", why.text())),
    };
    let answer = reply.json();
    let path = asked.token_path;
    if answer.as_ref().is_some_and(|answer| within(answer).is_some() || answer["enabled"] == true) {
        let fix = "Take the user from the session, and answer enabled: false where there is none.";
        return Trial::broken(id, qa, Severity::Error, format!("Signed out, {path} hands out a token."), fix);
    }
    match reply.status {
        404 | 405 => {
            let fix = "Mount the route, or name it: --token-path PATH.";
            Trial::broken(
                id,
                qa,
                Severity::Error,
                format!("There is nothing at {path} ({}).", reply.status),
                fix,
            )
        }
        500.. => {
            let fix = "See the application's log.";
            Trial::broken(
                id,
                qa,
                Severity::Error,
                format!("Signed out, {path} fails with {}.", reply.status),
                fix,
            )
        }
        200 if answer.is_none_or(|answer| answer["enabled"] != false) => {
            let fix = "Answer {\"enabled\": false} as JSON where nobody is signed in.";
            let text = format!("Signed out, {path} answers 200 without saying enabled: false.");
            Trial::broken(id, qa, Severity::Warning, text, fix)
        }
        _ => Trial::holds(id, qa, format!("Signed out, {path} answers {} and no token.", reply.status)),
    }
}

fn claims(token: &str, reply: &Reply, asked: &Asked<'_>) -> Vec<Trial> {
    let (id, qa) = TOKEN;
    let Some(token) = Token::read(token) else {
        return vec![Trial::broken(
            id,
            qa,
            Severity::Error,
            "The token can't be read as a JWT.",
            "Sign it with HS512.",
        )];
    };
    let mut trials: Vec<Trial> = token
        .complaints(asked.now)
        .into_iter()
        .map(|text| {
            let by_clock = text.contains("clock");
            let date = reply
                .header("date")
                .filter(|_| by_clock)
                .map(|date| format!(" The server's clock says {date}."));
            let fix = if by_clock {
                "Set the server's clock."
            } else {
                "Put productId, productUserId and iat into the token, signed with HS512."
            };
            Trial::broken(id, qa, Severity::Error, text + &date.unwrap_or_default(), fix)
        })
        .collect();
    match asked.product_secret {
        Some(secret) if !token.is_signed_by(secret) => {
            let text = "The product secret in the environment did not sign this token.";
            let fix = "The application has another secret, another environment's, or decodes it before use.";
            trials.push(Trial::broken(id, qa, Severity::Error, text, fix));
        }
        Some(_) if trials.is_empty() => {
            trials.push(Trial::holds(
                id,
                qa,
                "The token has what it needs and is signed with the product secret.",
            ));
        }
        None if trials.is_empty() => {
            let text =
                "The token has what it needs; set CELLO_PRODUCT_SECRET to have its signature verified.";
            trials.push(Trial::holds(id, qa, text));
        }
        _ => {}
    }
    trials
}

fn details(answer: &Value) -> Trial {
    let (id, qa) = DETAILS;
    let details =
        [&answer["bootConfig"]["productUserDetails"], &answer["productUserDetails"], &answer["details"]];
    let Some(details) = details.into_iter().find(|details| details.is_object()) else {
        return Trial::not_tried(id, qa, "The answer has no productUserDetails; browser code may add them.");
    };
    let missing: Vec<&str> = ["email", "firstName"]
        .into_iter()
        .filter(|key| details[*key].as_str().is_none_or(str::is_empty))
        .collect();
    if missing.is_empty() {
        Trial::holds(id, qa, "The boot configuration names the person.")
    } else {
        let text = format!("The boot configuration has no {}.", missing.join(" and no "));
        Trial::broken(id, qa, Severity::Warning, text, "Fill productUserDetails from the user's record.")
    }
}

fn cache(reply: &Reply) -> Trial {
    let (id, qa) = CACHE;
    let said = reply.header("cache-control").unwrap_or_default().to_ascii_lowercase();
    if ["no-store", "no-cache", "private"].iter().any(|word| said.contains(word))
        && !said.contains("max-age=")
    {
        return Trial::holds(id, qa, "The token's answer is not cached.");
    }
    if said.contains("max-age=") && !said.contains("no-store") || said.contains("public") {
        let text = format!("The token's answer may be cached (`{said}`).");
        return Trial::broken(id, qa, Severity::Warning, text, "Answer with Cache-Control: no-store.");
    }
    let text = "The token's answer doesn't say that it must not be cached.";
    Trial::broken(id, qa, Severity::Note, text, "Answer with Cache-Control: no-store.")
}

/// What counts is whether another site's script could read the answer.
fn cross_site(host: &Host, asked: &Asked<'_>) -> Trial {
    let (id, qa) = CROSS;
    let mut headers = asked.signed_in.to_vec();
    headers.extend([
        ("origin".to_string(), ELSEWHERE.to_string()),
        ("sec-fetch-site".to_string(), "cross-site".to_string()),
    ]);
    let reply = match host.get(asked.token_path, &headers) {
        Ok(reply) => reply,
        Err(why) => return Trial::not_tried(id, qa, format!("For another site: {}.", why.text())),
    };
    let readable = reply.header("access-control-allow-origin") == Some(ELSEWHERE)
        && reply.header("access-control-allow-credentials") == Some("true");
    let has_token = reply.json().is_some_and(|answer| within(&answer).is_some());
    if readable && has_token {
        let fix =
            "List your own origins in the CORS layer, or refuse requests whose Sec-Fetch-Site is cross-site.";
        return Trial::broken(id, qa, Severity::Error, "Any other site can read a visitor's token.", fix);
    }
    Trial::holds(id, qa, "Another site can't read the token.")
}
