//! A visit in a browser, as Cello's install check has it: does `?productId=test&ucc=test` set both cookies?
//!
//! Cello's script comes from Cello's host. The browser loads it only if the user named that host; without that it is seen
//! whether the page asks for it, and nothing leaves for Cello.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::devtools::{Chromium, Silent};
use super::{Severity, Trial};

const ASKS: (&str, &[&str]) = ("live-browser-script", &["qa-10"]);
const COOKIES: (&str, &[&str]) = ("live-browser-cookies", &["qa-23"]);
const UCC: (&str, &[&str]) = ("live-browser-ucc", &["qa-24"]);
const PERSON: (&str, &[&str]) = ("live-browser-person", &["qa-12", "qa-20"]);

/// Names of browsers that take these commands, as they stand in `PATH`.
const PROGRAMS: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];

/// How long nothing may happen on a page until it counts as settled.
const QUIET: Duration = Duration::from_millis(1500);

/// How a page is visited.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// The browser.
    pub program: Option<PathBuf>,
    /// An empty folder for what it keeps, so that it knows nobody.
    pub profile: PathBuf,
    /// Hosts besides the application's that the user named, such as `assets.cello.so`; with a port or without.
    pub hosts: Vec<String>,
}

/// The first browser in folders such as those of `PATH`.
pub fn find<'f>(folders: impl Iterator<Item = PathBuf> + 'f) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = folders.collect();
    let at = |name: &&str| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    PROGRAMS.iter().find_map(at)
}

/// What a visit showed.
#[derive(Debug, Default)]
struct Seen {
    /// Requests for Cello's attribution script.
    asked: Option<String>,
    /// Whether its host was let through.
    let_through: bool,
    /// Hosts that were not.
    refused: Vec<String>,
    /// What the page's policy blocked of Cello.
    blocked: Option<String>,
    /// What the page has after it settled: cookies' names and values.
    cookies: Vec<(String, String)>,
    /// What getUcc said.
    ucc: Option<String>,
}

/// Visits a page of the application at `url`.
pub(super) fn trials(url: &str, visit: &Visit, patience: Duration) -> Vec<Trial> {
    let person = Trial::not_tried(
        PERSON.0,
        PERSON.1,
        "This takes a person: sign in, click the launcher, sign out, and see that the widget goes.",
    );
    let all = |text: &str| {
        let mut trials = [ASKS, COOKIES, UCC].map(|(id, qa)| Trial::not_tried(id, qa, text)).to_vec();
        trials.push(person.clone());
        trials
    };
    let Some(program) = &visit.program else {
        return all(
            "No browser was found. With Chromium or Chrome in PATH, or --browser PROGRAM, the cookies of \
             ?productId=test&ucc=test are looked at; else open a page so yourself.",
        );
    };
    match visited(url, program, visit, patience) {
        Ok(seen) => {
            let mut trials = judged(&seen);
            trials.push(person);
            trials
        }
        Err(silent) => all(match silent {
            Silent::NotStarted => "The browser could not be started.",
            Silent::Slow => "The page took the browser too long.",
            Silent::Ended | Silent::Refused => "The browser ended before the page was there.",
        }),
    }
}

fn judged(seen: &Seen) -> Vec<Trial> {
    if let Some(blocked) = &seen.blocked {
        let text = format!("In a browser, the page's policy blocks {blocked}.");
        let fix = "Add https://*.cello.so to the policy's directives.";
        let mut trials = vec![Trial::broken(ASKS.0, ASKS.1, Severity::Error, text, fix)];
        trials.extend([COOKIES, UCC].map(|(id, qa)| Trial::not_tried(id, qa, "Cello's script was blocked.")));
        return trials;
    }
    let Some(asked) = &seen.asked else {
        let text = "In a browser, the first page doesn't ask for Cello's attribution script; a consent tool may hold it back.";
        return [ASKS, COOKIES, UCC].map(|(id, qa)| Trial::not_tried(id, qa, text)).to_vec();
    };
    let mut trials = vec![Trial::holds(
        ASKS.0,
        ASKS.1,
        "In a browser, the page asks for Cello's attribution script, and nothing blocks it.",
    )];
    if !seen.let_through {
        let text = format!(
            "Cello's script would set the cookies, and its host is not the one you named. To let the browser load it: \
             --browser-host {asked}."
        );
        trials.extend([COOKIES, UCC].map(|(id, qa)| Trial::not_tried(id, qa, text.clone())));
        return trials;
    }
    let value = |names: &[&str]| {
        seen.cookies.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value.as_str())
    };
    let missing: Vec<&str> = [
        ("cello-referral", value(&["cello-referral"])),
        ("cello-product-id", value(&["cello-product-id", "cello-productId"])),
    ]
    .into_iter()
    .filter(|(_, value)| *value != Some("test"))
    .map(|(name, _)| name)
    .collect();
    trials.push(if missing.is_empty() {
        Trial::holds(COOKIES.0, COOKIES.1, "Opened with ?productId=test&ucc=test, the page has both cookies.")
    } else {
        let text = format!(
            "Opened with ?productId=test&ucc=test, the page has no cookie {} of `test`.",
            missing.join(" and ")
        );
        let fix = "See the browser's console; a consent tool that wasn't asked yet holds them back rightly.";
        Trial::broken(COOKIES.0, COOKIES.1, Severity::Warning, text, fix)
    });
    trials.push(match seen.ucc.as_deref() {
        Some("test") => Trial::holds(UCC.0, UCC.1, "getUcc resolves to `test` there."),
        Some(_) => {
            let fix = "Load cello-attribution.js on this page.";
            Trial::broken(UCC.0, UCC.1, Severity::Warning, "getUcc doesn't resolve to `test` there.", fix)
        }
        None => Trial::not_tried(UCC.0, UCC.1, "The page has no CelloAttribution that answers."),
    });
    trials
}

/// Told before anything of the page runs: notes what the page's policy blocks.
const NOTE: &str = "window.__blocked = []; addEventListener('securitypolicyviolation', (event) => \
                    event.disposition === 'enforce' && window.__blocked.push(String(event.blockedURI)));";

/// Asks the page for the code, and doesn't wait for ever.
const ASK: &str = "Promise.race([Promise.resolve(window.CelloAttribution ? window.CelloAttribution('getUcc') : null), \
                   new Promise((end) => setTimeout(end, 2000, null))]).catch(() => '')";

fn visited(url: &str, program: &Path, visit: &Visit, patience: Duration) -> Result<Seen, Silent> {
    let own = authority(url).ok_or(Silent::Refused)?;
    let names: Vec<&str> =
        std::iter::once(own).chain(visit.hosts.iter().map(String::as_str)).map(without_port).collect();
    let mut browser =
        Chromium::start(program, &visit.profile, &names, patience.max(Duration::from_secs(10)))?;
    let mut seen = Seen::default();
    let mut ignore = |_: &Value| None;
    let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }), None, &mut ignore)?;
    let attach = json!({ "targetId": target["targetId"], "flatten": true });
    let session = browser.ask("Target.attachToTarget", attach, None, &mut ignore)?;
    let session = session["sessionId"].as_str().ok_or(Silent::Refused)?.to_string();
    let session = Some(session.as_str());
    for (method, params) in [
        ("Page.enable", json!({})),
        ("Network.enable", json!({})),
        ("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOTE })),
        ("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })),
    ] {
        browser.ask(method, params, session, &mut ignore)?;
    }
    let allowed: Vec<&str> = std::iter::once(own).chain(visit.hosts.iter().map(String::as_str)).collect();
    let mut event = |message: &Value| paused(message, &allowed, &mut seen);
    let page = format!(
        "{}/?productId=test&ucc=test",
        url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
    );
    let answer = browser.ask("Page.navigate", json!({ "url": page }), session, &mut event)?;
    if answer.get("errorText").is_some() {
        return Err(Silent::Slow);
    }
    browser.rest(QUIET, session, &mut event)?;
    let evaluate =
        |expression: &str| json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let ucc = browser.ask("Runtime.evaluate", evaluate(ASK), session, &mut event)?;
    let blocked = browser.ask("Runtime.evaluate", evaluate("window.__blocked"), session, &mut event)?;
    let cookies = browser.ask("Network.getCookies", json!({ "urls": [page] }), session, &mut event)?;
    seen.ucc = ucc["result"]["value"].as_str().map(str::to_string);
    seen.blocked = blocked["result"]["value"].as_array().and_then(|all| {
        let cello = all.iter().filter_map(Value::as_str).filter_map(authority).find(|host| is_cello(host));
        cello.map(str::to_string)
    });
    seen.cookies = cookies["cookies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|cookie| {
            Some((cookie["name"].as_str()?.to_string(), cookie["value"].as_str()?.to_string()))
        })
        .collect();
    Ok(seen)
}

/// What becomes of a request that the page wants to make.
fn paused(message: &Value, allowed: &[&str], seen: &mut Seen) -> Option<(String, Value)> {
    if message["method"] != "Fetch.requestPaused" {
        return None;
    }
    let params = &message["params"];
    let address = params["request"]["url"].as_str().unwrap_or_default();
    let host = authority(address);
    // What needs no network, such as `data:`, has no host.
    let through = host.is_none_or(|host| allowed.iter().any(|known| is_same(known, host)));
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if path.ends_with("/cello-attribution.js") {
        seen.asked = host.map(str::to_string);
        seen.let_through = through;
    }
    let id = params["requestId"].clone();
    Some(if through {
        ("Fetch.continueRequest".to_string(), json!({ "requestId": id }))
    } else {
        seen.refused.extend(host.map(str::to_string));
        ("Fetch.failRequest".to_string(), json!({ "requestId": id, "errorReason": "BlockedByClient" }))
    })
}

/// Host and port of an address of the web.
fn authority(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@').map_or(authority, |(_, host)| host)).filter(|host| !host.is_empty())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A host that is named without a port is meant with any.
fn is_same(known: &str, host: &str) -> bool {
    known.eq_ignore_ascii_case(host) || known.eq_ignore_ascii_case(without_port(host))
}

fn is_cello(host: &str) -> bool {
    host == "cello.so" || host.ends_with(".cello.so")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_named_is_let_through() {
        let mut seen = Seen::default();
        let mut method = |url: &str, allowed: &[&str]| {
            let message = json!({ "method": "Fetch.requestPaused", "params": { "requestId": "1", "request": { "url": url } } });
            paused(&message, allowed, &mut seen).unwrap().0
        };
        let own = ["shop.example:8000"];
        assert_eq!(method("http://shop.example:8000/a.js", &own), "Fetch.continueRequest");
        assert_eq!(method("data:text/plain,a", &own), "Fetch.continueRequest");
        for other in [
            "http://shop.example/a",
            "http://shop.example:8001/a",
            "https://fonts.example/a",
            "https://a@b.example",
        ] {
            assert_eq!(method(other, &own), "Fetch.failRequest", "{other}");
        }
        let script = "https://assets.cello.so/attribution/latest/cello-attribution.js";
        assert_eq!(method(script, &own), "Fetch.failRequest");
        assert_eq!(method(script, &["shop.example:8000", "assets.cello.so"]), "Fetch.continueRequest");
        assert_eq!(seen.asked.as_deref(), Some("assets.cello.so"));
        assert!(seen.let_through && seen.refused.len() == 5);
    }

    #[test]
    fn cookies_that_are_missing_are_named_and_nothing_is_made_up() {
        let base = || Seen { asked: Some("assets.cello.so".into()), let_through: true, ..Seen::default() };
        let cookie = |name: &str, value: &str| (name.to_string(), value.to_string());
        let both = vec![cookie("cello-referral", "test"), cookie("cello-productId", "test")];
        let outcomes = |seen: &Seen| judged(seen).iter().map(|trial| trial.outcome).collect::<Vec<_>>();
        use crate::doctor::live::Outcome::{Broken, Holds, NotTried};
        let good = Seen { cookies: both, ucc: Some("test".into()), ..base() };
        assert_eq!(outcomes(&good), [Holds, Holds, Holds]);
        let one =
            Seen { cookies: vec![cookie("cello-referral", "test")], ucc: Some(String::new()), ..base() };
        assert_eq!(outcomes(&one), [Holds, Broken(Severity::Warning), Broken(Severity::Warning)]);
        assert!(judged(&one)[1].text.contains("cello-product-id"));
        assert_eq!(outcomes(&Seen { let_through: false, ..base() }), [Holds, NotTried, NotTried]);
        assert_eq!(outcomes(&Seen::default()), [NotTried, NotTried, NotTried]);
        let blocked = Seen { blocked: Some("assets.cello.so".into()), ..base() };
        assert_eq!(outcomes(&blocked), [Broken(Severity::Error), NotTried, NotTried]);
    }
}
