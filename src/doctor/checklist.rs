//! Cello's QA checklist, line by line: what the source settles, what has to be tried, and what only a portal shows.

use super::chart::Chart;
use super::{Finding, Line, Severity, State};
use crate::plan;
use crate::playbook::{Component, How, Playbook, QaLine};

/// A playbook's component as plans have it.
pub fn component(of: Component) -> plan::Component {
    match of {
        Component::ReferralWidget => plan::Component::ReferralWidget,
        Component::Attribution => plan::Component::Attribution,
        Component::SignupTracking => plan::Component::SignupTracking,
        Component::PurchaseTracking => plan::Component::PurchaseTracking,
        Component::Setup => plan::Component::Setup,
    }
}

/// All lines, in the checklist's order.
pub fn lines(chart: &Chart<'_>, findings: &[Finding]) -> Vec<Line> {
    Playbook::embedded().qa().iter().map(|line| settle(line, chart, findings)).collect()
}

fn settle(line: &QaLine, chart: &Chart<'_>, findings: &[Finding]) -> Line {
    let rules: Vec<String> = Playbook::embedded()
        .rules()
        .iter()
        .filter(|rule| rule.qa.contains(&line.id))
        .map(|rule| format!("rule {}", rule.id))
        .collect();
    let broken =
        findings.iter().find(|finding| finding.qa.contains(&line.id) && finding.severity != Severity::Note);
    let is = |how: How| line.how.contains(&how);
    let (state, reason) = match (broken, seen(line, chart)) {
        (Some(finding), _) => {
            let place =
                finding.at.as_ref().map(|at| format!(" ({}:{})", at.file, at.line)).unwrap_or_default();
            (State::Broken, format!("{}{place}", finding.title))
        }
        (None, Seen::No(why)) => (State::NotSeen, why),
        (None, Seen::Yes(why)) if is(How::Static) && !rules.is_empty() => (State::Holds, why),
        _ if is(How::Running) => (State::NeedsRunning, running(line)),
        _ if is(How::Portal) => (State::NeedsThePortal, portal(line)),
        (None, Seen::Yes(_) | Seen::Perhaps) => {
            (State::NotSeen, "No rule looks at it; look yourself.".to_string())
        }
    };
    let mut settled_by = rules;
    if is(How::Running) {
        settled_by.push(format!("running: {}", how_to_run(line)));
    }
    if is(How::Portal) {
        settled_by.push("portal".to_string());
    }
    Line {
        qa: line.id.clone(),
        text: line.text.clone(),
        component: component(line.component),
        state,
        settled_by,
        reason,
    }
}

/// Whether what a line is about is there at all.
enum Seen {
    Yes(String),
    No(String),
    /// It is of no consequence, or can't be told.
    Perhaps,
}

fn seen(line: &QaLine, chart: &Chart<'_>) -> Seen {
    let no = |text: &str| Seen::No(text.to_string());
    let yes = |text: &str| Seen::Yes(text.to_string());
    let launcher =
        || chart.browser_says("customLauncherSelector") || chart.browser_says("hideDefaultLauncher");
    let part = |component, missing: &str| if chart.has(component) { Seen::Perhaps } else { no(missing) };
    match line.id.as_str() {
        "qa-04" | "qa-06" | "qa-30" if chart.claims().next().is_none() => no("No token's claims were found."),
        "qa-14" | "qa-17" | "qa-19" if !launcher() => no("There is no launcher of its own."),
        "qa-14" | "qa-17" if chart.browser_says("getLabels") => yes("getLabels is called."),
        // That the selector is the portal's is not to be seen here.
        "qa-19" => Seen::Perhaps,
        "qa-15" | "qa-16" | "qa-18" if !launcher() => no("There is no launcher of its own."),
        "qa-27" if !chart.browser_says("allowCookies") => no("No consent tool is wired to Cello's cookies."),
        "qa-38" if chart.rust_says("/reward") => Seen::Perhaps,
        "qa-38" => no("No discount for referred users was found."),
        "qa-01" | "qa-07" | "qa-40" if chart.traces.is_empty() => no("There is no trace of Cello."),
        _ => match line.component {
            Component::Setup if chart.traces.is_empty() => no("There is no trace of Cello."),
            Component::ReferralWidget => match part(line.component, "There is no trace of the widget.") {
                Seen::Perhaps => yes("The source has it, and no rule objects."),
                other => other,
            },
            Component::Attribution => match part(line.component, "There is no trace of attribution.") {
                Seen::Perhaps => yes("The source has it, and no rule objects."),
                other => other,
            },
            Component::SignupTracking => {
                let by_stripe =
                    chart.plan.summary.attribution == "A" && chart.has(Component::PurchaseTracking);
                if line.id == "qa-29" && by_stripe {
                    yes("The Customer made at sign-up tells of it, so no event is needed.")
                } else if chart.has(line.component) || by_stripe {
                    yes("The source has it, and no rule objects.")
                } else {
                    no("There is no trace of sign-up tracking.")
                }
            }
            Component::PurchaseTracking => {
                match part(line.component, "There is no trace of purchase tracking.") {
                    Seen::Perhaps => yes("The source has it, and no rule objects."),
                    other => other,
                }
            }
            Component::Setup => yes("The source has it, and no rule objects."),
        },
    }
}

fn running(line: &QaLine) -> String {
    format!("Not tried: {}.", how_to_run(line))
}

/// How a line is tried.
fn how_to_run(line: &QaLine) -> &'static str {
    match line.id.as_str() {
        "qa-02" => "doctor --cello",
        "qa-04" | "qa-05" | "qa-06" | "qa-08" | "qa-09" | "qa-10" | "qa-23" | "qa-24" => "doctor --live URL",
        "qa-33" => "doctor --stripe",
        _ => "a person with a browser",
    }
}

fn portal(line: &QaLine) -> String {
    match line.id.as_str() {
        "qa-35" => "Stripe's dashboard shows it, and `cello-scaffold webhook check` does.".to_string(),
        _ => "Cello's or Stripe's portal shows it.".to_string(),
    }
}
