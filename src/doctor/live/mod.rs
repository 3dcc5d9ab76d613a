//! What only trying shows: the running application, Cello's API, Stripe. Each part asks the one host it was given.

pub mod browser;
pub mod cello;
mod devtools;
pub mod http;
mod jwt;
mod log_out;
mod pages;
pub mod repair;
pub mod stripe;
mod stripe_events;
mod token;
pub mod webhook;

use std::time::Duration;

use crate::doctor::{Diagnosis, Finding, Severity, State};
use crate::plan::Component;
use crate::playbook::Playbook;
use http::{Host, NoReply};

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Stable id, such as `live-token-signed-out`.
    pub id: &'static str,
    /// Lines of the QA checklist it settles.
    pub qa: &'static [&'static str],
    /// How it went.
    pub outcome: Outcome,
    /// What was seen, in a sentence; no secret is in it.
    pub text: String,
    /// What to do about it; empty where nothing is.
    pub fix: String,
}

/// How a trial went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Holds,
    /// Not as it should be.
    Broken(Severity),
    /// It could not be tried.
    NotTried,
}

impl Trial {
    fn holds(id: &'static str, qa: &'static [&'static str], text: impl Into<String>) -> Self {
        Self { id, qa, outcome: Outcome::Holds, text: text.into(), fix: String::new() }
    }

    fn broken(
        id: &'static str,
        qa: &'static [&'static str],
        severity: Severity,
        text: impl Into<String>,
        fix: &str,
    ) -> Self {
        Self { id, qa, outcome: Outcome::Broken(severity), text: text.into(), fix: fix.to_string() }
    }

    fn not_tried(id: &'static str, qa: &'static [&'static str], text: impl Into<String>) -> Self {
        Self { id, qa, outcome: Outcome::NotTried, text: text.into(), fix: String::new() }
    }
}

/// What is asked of a running application.
pub struct Asked<'a> {
    /// Its address.
    pub url: &'a str,
    /// Where it answers with the token.
    pub token_path: &'a str,
    /// Headers that say who is signed in, such as `Cookie`; empty where nobody is.
    pub signed_in: &'a [(String, String)],
    /// The product secret, if the token is to be verified.
    pub product_secret: Option<&'a str>,
    /// Where somebody is signed out by `POST`, if that is to be tried.
    pub log_out: Option<&'a str>,
    /// How a page is visited in a browser.
    pub visit: &'a browser::Visit,
    /// Seconds since 1970 here.
    pub now: u64,
    /// How long an answer may take.
    pub patience: Duration,
}

/// Tries a running application.
///
/// # Errors
/// If the address is none.
pub fn application(asked: &Asked<'_>) -> Result<Vec<Trial>, NoReply> {
    let host = Host::new(asked.url, asked.patience)?;
    let mut trials = token::trials(&host, asked);
    let pages = pages::trials(&host);
    // Where nobody answers, a browser would wait for the same.
    if pages.iter().any(|trial| trial.outcome != Outcome::NotTried) {
        trials.extend(pages);
        trials.extend(browser::trials(asked.url, asked.visit, asked.patience));
    } else {
        trials.extend(pages);
    }
    // Last, since nobody is signed in afterwards.
    trials.extend(log_out::trial(&host, asked));
    Ok(trials)
}

impl Diagnosis {
    /// Takes in what was tried: what is broken becomes a finding, and lines of the checklist are settled by it.
    pub fn add(&mut self, trials: &[Trial]) {
        for trial in trials {
            if let Outcome::Broken(severity) = trial.outcome {
                self.findings.push(finding(trial, severity));
            }
            for line in self.checklist.iter_mut().filter(|line| trial.qa.contains(&line.qa.as_str())) {
                let (state, overrules) = match trial.outcome {
                    Outcome::Holds => (State::Holds, line.state != State::Broken),
                    Outcome::Broken(Severity::Note) => (line.state, false),
                    Outcome::Broken(_) => (State::Broken, true),
                    Outcome::NotTried => (State::NeedsRunning, line.state == State::NeedsRunning),
                };
                if overrules {
                    line.state = state;
                    line.reason.clone_from(&trial.text);
                }
                line.settled_by.push(format!("tried: {}", trial.id));
            }
        }
        self.findings.sort_by_key(|finding| finding.severity);
        // What runs may be integrated although its source is elsewhere, and then it shows by what is broken.
        if self.verdict != super::Verdict::NotIntegrated || self.has_errors() {
            self.judge();
        }
    }
}

fn finding(trial: &Trial, severity: Severity) -> Finding {
    let line = trial.qa.first().and_then(|qa| Playbook::embedded().qa_line(qa));
    Finding {
        rule: trial.id.to_string(),
        severity,
        component: line.map_or(Component::Setup, |line| crate::doctor::checklist::component(line.component)),
        title: trial.text.trim_end_matches('.').to_string(),
        text: "Seen by trying.".to_string(),
        at: None,
        why: line.map(|line| format!("Cello's checklist has: {}", line.text)).unwrap_or_default(),
        fix: trial.fix.clone(),
        cello_facts: Vec::new(),
        docs: line.map(|line| line.pages.clone()).unwrap_or_default(),
        qa: trial.qa.iter().map(|qa| (*qa).to_string()).collect(),
        fixed_by: None,
        fingerprint: super::fingerprint(&[trial.id, &trial.text]),
        known: false,
    }
}
