//! Pages of a running application: do they load the script, and does their policy let Cello through?

use super::http::{Host, Reply};
use super::{Severity, Trial};
use crate::doctor::chart::scripts;

const SCRIPT: (&str, &[&str]) = ("live-page-script", &["qa-22"]);
const POLICY: (&str, &[&str]) = ("live-page-policy", &["qa-10"]);
const HOSTS: (&str, &[&str]) = ("live-script-environment", &["qa-05"]);

pub(super) fn trials(host: &Host) -> Vec<Trial> {
    let page = match host.get("", &[]) {
        Ok(page) => page,
        Err(why) => {
            return vec![Trial::not_tried(SCRIPT.0, SCRIPT.1, format!("The first page: {}.", why.text()))];
        }
    };
    if page.status != 200 || !page.text.to_ascii_lowercase().contains("<html") {
        let text = format!("The first page answers {} and is no page; name one that is.", page.status);
        return vec![Trial::not_tried(SCRIPT.0, SCRIPT.1, text)];
    }
    let tags = scripts(&page.text);
    let sources: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("src")).collect();
    let own = sources.iter().find(|source| source.contains("/cello/client.js") && !source.contains("://"));
    let direct = sources.iter().any(|source| source.contains("cello-attribution.js"));
    let mut trials = Vec::new();
    match own.map(|source| host.get(source, &[])) {
        Some(Ok(script)) => trials.extend(own_script(&script)),
        Some(Err(why)) => {
            trials.push(Trial::not_tried(SCRIPT.0, SCRIPT.1, format!("The page's script: {}.", why.text())))
        }
        None if direct => {
            trials.push(Trial::holds(SCRIPT.0, SCRIPT.1, "The first page loads the attribution script."))
        }
        None => {
            let text = "The first page loads neither Cello's attribution script nor one that would.";
            let fix = "Put the line into its head; if a bundle loads it, look in a browser.";
            trials.push(Trial::broken(SCRIPT.0, SCRIPT.1, Severity::Warning, text, fix));
        }
    }
    trials.push(policy(&page));
    trials
}

fn own_script(script: &Reply) -> Vec<Trial> {
    if !script.is_success() || script.text.trim().is_empty() {
        let text = if script.is_success() {
            "The page's script is empty: the integration is off, a setting is missing.".to_string()
        } else {
            format!("The page's script answers {}.", script.status)
        };
        let fix = "Set all CELLO_* settings where the application runs; its log says which is missing.";
        return vec![Trial::broken(SCRIPT.0, SCRIPT.1, Severity::Error, text, fix)];
    }
    let sandbox = script.text.contains("assets.sandbox.cello.so");
    let production = script.text.contains("https://assets.cello.so");
    let environment = match (sandbox, production) {
        (true, false) => Trial::holds(HOSTS.0, HOSTS.1, "The page's script loads from the sandbox."),
        (false, true) => Trial::holds(HOSTS.0, HOSTS.1, "The page's script loads from production."),
        (true, true) => {
            let fix = "Derive all hosts from one setting.";
            Trial::broken(
                HOSTS.0,
                HOSTS.1,
                Severity::Error,
                "The page's script loads from both environments.",
                fix,
            )
        }
        (false, false) => {
            Trial::not_tried(HOSTS.0, HOSTS.1, "The page's script loads from a host that isn't Cello's.")
        }
    };
    vec![
        Trial::holds(SCRIPT.0, SCRIPT.1, "The first page loads the application's script for Cello."),
        environment,
    ]
}

fn policy(page: &Reply) -> Trial {
    let (id, qa) = POLICY;
    let Some(policy) = page.header("content-security-policy") else {
        return Trial::holds(id, qa, "The first page comes without a Content-Security-Policy header.");
    };
    let directives: Vec<Vec<&str>> =
        policy.split(';').map(|part| part.split_whitespace().collect()).collect();
    let sources = |names: &[&str]| {
        names.iter().find_map(|name| directives.iter().find(|words: &&Vec<&str>| words.first() == Some(name)))
    };
    let allows = |names: &[&str]| {
        sources(names).is_none_or(|words| {
            words.iter().skip(1).any(|source| {
                let bare = source.split_once("://").map_or(*source, |(_, rest)| rest);
                ["*", "https:", "'strict-dynamic'"].contains(source)
                    || bare == "cello.so"
                    || bare.ends_with(".cello.so")
            })
        })
    };
    let blocked: Vec<&str> = [
        ("scripts", ["script-src-elem", "script-src", "default-src"]),
        ("requests", ["connect-src", "default-src", ""]),
    ]
    .iter()
    .filter(|(_, names)| !allows(names))
    .map(|(what, _)| *what)
    .collect();
    if blocked.is_empty() {
        return Trial::holds(id, qa, "The first page's policy lets Cello through.");
    }
    let text = format!("The first page's policy blocks Cello's {}.", blocked.join(" and "));
    Trial::broken(
        id,
        qa,
        Severity::Error,
        text,
        "Add https://*.cello.so to its directives; a proxy may set it, too.",
    )
}
