//! A diagnosis on a terminal: the answer, Cello's four components, what is wrong with place and remedy, the checklist.

use crate::doctor::{ComponentHealth, ConnectionStatus, Diagnosis, Finding, Line, Severity, State, Verdict};

use super::lines::place;
use super::paint::{Ink, pad, paragraph, truncate};
use super::{Style, clean, words};

/// What the doctor found, for a terminal.
pub fn terminal_diagnosis(diagnosis: &Diagnosis, style: Style) -> String {
    let mut out = style.heading(&answer(diagnosis));
    if diagnosis.verdict == Verdict::NotIntegrated {
        out.push_str(&paragraph(
            "There is no trace of Cello in this project, so there is nothing to examine.",
            1,
            style,
        ));
        out.push_str(&format!(" {}\n", style.command("cello-scaffold plan")));
        return out;
    }
    for component in &diagnosis.components {
        out.push_str(&health(component, style));
    }
    let (known, new): (Vec<&Finding>, Vec<&Finding>) =
        diagnosis.findings.iter().partition(|finding| finding.known);
    if !new.is_empty() {
        out.push_str(&style.heading("What is wrong"));
        new.iter().for_each(|finding| out.push_str(&one(finding, style)));
    }
    if !known.is_empty() {
        let count = words::count(known.len(), "finding is", "findings are");
        out.push_str(&paragraph(&format!("{count} in the baseline and not shown."), 1, style));
    }
    out.push_str(&style.heading("Cello's QA checklist"));
    diagnosis.checklist.iter().for_each(|line| out.push_str(&row(line, style)));
    out.push_str(&format!(" {}\n", tally(&diagnosis.checklist)));
    if !diagnosis.recommendations.is_empty() {
        out.push_str(&style.heading("Worth doing, most worthwhile first"));
        for one in &diagnosis.recommendations {
            out.push_str(&paragraph(&format!("{} ({}). {}", one.title, one.effort, one.benefit), 1, style));
            out.push_str(&format!("   {}\n", style.command(&one.command)));
        }
    }
    out
}

/// The answer in a line.
pub fn answer(diagnosis: &Diagnosis) -> String {
    let count =
        |severity: Severity| diagnosis.counting().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let errors = words::count(errors, "error", "errors");
    let warnings = words::count(warnings, "warning", "warnings");
    match diagnosis.verdict {
        Verdict::NotIntegrated => "Cello is not integrated".to_string(),
        Verdict::Healthy => "Nothing wrong was found".to_string(),
        Verdict::Warnings => format!("Nothing is broken, {warnings}"),
        Verdict::Broken => format!("The integration is broken: {errors}, {warnings}"),
    }
}

/// A component's state in the words of Cello's health report.
pub fn status(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Connected => "connected",
        ConnectionStatus::ConnectedWithWarnings => "connected with warnings",
        ConnectionStatus::NotConnected => "not connected",
    }
}

/// A line's state.
pub fn state(state: State) -> &'static str {
    match state {
        State::Holds => "holds",
        State::Broken => "broken",
        State::NotSeen => "not seen",
        State::NeedsRunning => "needs running",
        State::NeedsThePortal => "needs the portal",
    }
}

/// `12 hold, 1 broken, …`, without zeros.
pub fn tally(lines: &[Line]) -> String {
    let all = [State::Holds, State::Broken, State::NotSeen, State::NeedsRunning, State::NeedsThePortal];
    let count = |of: State| lines.iter().filter(|line| line.state == of).count();
    let parts: Vec<String> =
        all.iter().filter(|of| count(**of) > 0).map(|of| format!("{} {}", count(*of), state(*of))).collect();
    parts.join(", ")
}

fn health(component: &ComponentHealth, style: Style) -> String {
    let ink = match component.connection_status {
        ConnectionStatus::Connected => Ink::Good,
        ConnectionStatus::ConnectedWithWarnings => Ink::Ask,
        ConnectionStatus::NotConnected => Ink::Bad,
    };
    let name = pad(words::component(component.component), 18);
    let state = style.paint(ink, &pad(status(component.connection_status), 24));
    let at = component
        .at
        .as_ref()
        .map(|at| format!(" {}", style.paint(Ink::Quiet, &place(at))))
        .unwrap_or_default();
    format!(" {name} {state} {}{at}\n", clean(&component.reason))
}

fn one(finding: &Finding, style: Style) -> String {
    let ink = match finding.severity {
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Ask,
        Severity::Note => Ink::Quiet,
    };
    let severity = style.paint(ink, finding.severity.as_str());
    let mut out =
        format!(" {severity}  {}  {}\n", clean(&finding.title), style.paint(Ink::Quiet, &finding.rule));
    if let Some(at) = &finding.at {
        let quoted = truncate(&clean(&at.text), style.width.saturating_sub(6));
        out.push_str(&format!(
            "   {}\n   {}\n",
            style.paint(Ink::Head, &place(at)),
            style.paint(Ink::Quiet, &quoted)
        ));
    }
    out.push_str(&paragraph(&finding.text, 3, style));
    out.push_str(&paragraph(&finding.why, 3, style));
    out.push_str(&paragraph(&format!("Do: {}", finding.fix), 3, style));
    if let Some(step) = &finding.fixed_by {
        out.push_str(&format!(
            "   {}\n",
            style.command(&format!("cello-scaffold doctor --fix  # step {}", clean(step)))
        ));
    }
    if let Some(page) = finding.docs.first() {
        out.push_str(&format!("   {}\n", style.paint(Ink::Quiet, page)));
    }
    out
}

fn row(line: &Line, style: Style) -> String {
    let ink = match line.state {
        State::Holds => Ink::Good,
        State::Broken => Ink::Bad,
        State::NotSeen => Ink::Ask,
        State::NeedsRunning | State::NeedsThePortal => Ink::Quiet,
    };
    let text = truncate(&line.text, style.width.saturating_sub(26));
    format!(" {} {} {}\n", &line.qa, style.paint(ink, &pad(state(line.state), 16)), text)
}
