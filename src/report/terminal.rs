//! The first screen of a plan: what it is, what it changes, what it asks, and how to approve it.

use crate::plan::{Account, Decision, Outcome, Plan, Status, Step};

use super::lines::{place, step_place};
use super::paint::{Ink, pad, paragraph, truncate, truncate_path, wrap};
use super::words;
use super::{Style, clean};

/// Rows of steps before the rest is summed up: with them the screen stays near 40 lines.
const MOST_STEPS: usize = 14;
/// Open decisions shown in full.
const MOST_DECISIONS: usize = 3;
/// Warnings shown in full.
const MOST_WARNINGS: usize = 3;
/// Columns of the status word.
const STATUS: usize = 11;

/// A plan on a terminal, summary first. Details are in the Markdown document, whose name is said at the end.
pub fn terminal_plan(plan: &Plan, style: Style) -> String {
    let mut out = style.heading(&format!("Plan for {}", packages(plan)));
    out.push_str(&plan_lines(plan, style));
    out.push_str(&sites(plan, style));
    out.push_str(&warnings(plan, style));
    out.push_str(&decisions(plan, style));
    out.push_str(&ending(plan, style));
    out
}

/// What a plan is and its steps, a line for each.
pub fn plan_lines(plan: &Plan, style: Style) -> String {
    format!("{}\n{}", summary(plan, style), steps(plan, style))
}

/// The command that approves a plan and nothing else. It is two lines long, as a digest fills one.
pub fn approve_command(plan: &Plan) -> String {
    let only =
        plan.subset.as_ref().map_or_else(String::new, |steps| format!("--only {} ", quote(&steps.join(","))));
    format!("cello-scaffold apply {only}--approve \\\n  {}", plan.digest)
}

/// The command that answers a decision, with a given answer.
pub fn decide_command(decision: &Decision, value: &str) -> String {
    let attest = if decision.human_only { " --attest YOUR-NAME" } else { "" };
    let set = quote(&format!("{}={value}", decision.id));
    format!("cello-scaffold plan --set {set}{attest}")
}

/// The word as a POSIX shell takes it literally.
pub fn quote(word: &str) -> String {
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "_-./:=,@%+".contains(ch);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Decisions answered on a person's word: whoever approves sees them first.
pub fn attested(plan: &Plan) -> impl Iterator<Item = &Decision> {
    let by =
        |decision: &&Decision| decision.answered_by.as_ref().is_some_and(|by| by.starts_with("attested:"));
    plan.decisions.iter().filter(by)
}

/// Names of the packages, in words.
pub fn packages(plan: &Plan) -> String {
    match plan.project.packages.as_slice() {
        [] => "this project".into(),
        names => words::list(names),
    }
}

fn summary(plan: &Plan, style: Style) -> String {
    let summary = &plan.summary;
    let mut known: Vec<String> = summary.frameworks.clone();
    if !summary.identity.is_empty() {
        known.push(format!("signed in: {}", summary.identity));
    }
    known.push(words::case(&summary.attribution).0.into());
    let mut out = String::new();
    for decision in attested(plan) {
        let answer = decision.answer.as_deref().unwrap_or_default();
        let by = decision.answered_by.as_deref().unwrap_or_default();
        let text = format!("On a person's word: {}={answer} ({by})", decision.id);
        for line in wrap(&clean(&text), style.width.saturating_sub(1)) {
            out.push_str(&format!(" {}\n", style.paint(Ink::Ask, &line)));
        }
    }
    out.push_str(&paragraph(&known.join(" · "), 1, style));
    let total = words::count(plan.steps.len(), "step", "steps");
    out.push_str(&paragraph(&format!("{total}: {}", words::tally(summary)), 1, style));
    if summary.ready > 0 {
        out.push_str(&paragraph(&words::size(summary), 1, style));
    }
    out
}

fn steps(plan: &Plan, style: Style) -> String {
    let mut out = String::new();
    let quiet = |step: &&Step| matches!(step.status, Status::Done | Status::NotApplicable);
    // What is done or not needed makes way if there is much to do.
    let collapse = plan.steps.len() > MOST_STEPS;
    let open: Vec<&Step> = plan.steps.iter().filter(|step| !(collapse && quiet(step))).collect();
    let shown = if open.len() > MOST_STEPS + 1 { MOST_STEPS } else { open.len() };
    for step in &open[..shown] {
        out.push_str(&row(plan, step, style));
    }
    let mut rest = Vec::new();
    if shown < open.len() {
        rest.push(words::count(open.len() - shown, "more step", "more steps"));
    }
    if open.len() < plan.steps.len() {
        let (done, none) = (plan.summary.done, plan.summary.not_applicable);
        let hidden = [(done, "done"), (none, "not needed")];
        rest.extend(
            hidden.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")),
        );
    }
    if !rest.is_empty() {
        let text = format!("   and {}, in plan.md", words::list(&rest));
        out.push_str(&format!("{}\n", style.paint(Ink::Quiet, &text)));
    }
    out
}

/// ` ready      Serve the token and the script            src/main.rs:42`
fn row(plan: &Plan, step: &Step, style: Style) -> String {
    let word = pad(words::status(step.status), STATUS);
    let room = style.width.saturating_sub(STATUS + 1);
    let at = truncate_path(&clean(&step_place(plan, step)), room * 2 / 5);
    let title_room = room.saturating_sub(at.chars().count() + 2);
    let title = truncate(&clean(&step.title), title_room);
    format!(
        " {}{}  {}\n",
        style.paint(words::status_ink(step.status), &word),
        pad(&title, title_room),
        style.paint(Ink::Quiet, &at)
    )
    .trim_end()
    .to_string()
        + "\n"
}

/// What becomes of the candidates, one line for each kind.
fn sites(plan: &Plan, style: Style) -> String {
    if plan.accounting.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", style.heading("Every site accounted for"));
    for kind in words::KINDS {
        let of_kind: Vec<&Account> = plan.accounting.iter().filter(|account| account.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let parts: Vec<String> = words::VERDICTS
            .into_iter()
            .map(|verdict| (of_kind.iter().filter(|account| account.verdict == verdict).count(), verdict))
            .filter(|(number, _)| *number > 0)
            .map(|(number, verdict)| format!("{number} {}", words::verdict(verdict)))
            .collect();
        let line = format!(" {}{:<4}{}", pad(words::kind(kind), STATUS), of_kind.len(), parts.join(", "));
        out.push_str(&format!("{}\n", truncate(&line, style.width)));
    }
    out
}

/// What could not be read or understood: the plan knows nothing of it.
fn warnings(plan: &Plan, style: Style) -> String {
    let all = &plan.survey.warnings;
    if all.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", style.heading("Warnings"));
    for warning in all.iter().take(MOST_WARNINGS) {
        let at = warning.at.as_ref().map_or_else(String::new, |at| format!("{}: ", place(at)));
        out.push_str(&paragraph(&clean(&format!("{at}{}", warning.text)), 1, style));
    }
    if all.len() > MOST_WARNINGS {
        let more = words::count(all.len() - MOST_WARNINGS, "more", "more");
        out.push_str(&paragraph(&format!("and {more}, in plan.md"), 1, style));
    }
    out
}

fn decisions(plan: &Plan, style: Style) -> String {
    let open: Vec<&Decision> = plan.decisions.iter().filter(|decision| decision.answer.is_none()).collect();
    if open.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}", style.heading(&format!("To decide: {}", open.len())));
    for decision in open.iter().take(MOST_DECISIONS) {
        out.push_str(&paragraph(&decision.prompt, 1, style));
        let widest = decision.options.iter().map(|choice| choice.value.chars().count()).max();
        for choice in &decision.options {
            let evidence =
                choice.evidence.as_ref().map_or_else(String::new, |at| format!(" ({})", place(at)));
            let line = format!("   {}  {}{evidence}", pad(&choice.value, widest.unwrap_or(0)), choice.label);
            out.push_str(&format!("{}\n", truncate(&clean(&line), style.width)));
        }
        let value = match decision.options.first() {
            Some(_) => "VALUE",
            None => words::placeholder(decision.accepts),
        };
        let command = clean(&decide_command(decision, value));
        out.push_str(&format!("   {}\n", style.paint(Ink::Command, &command)));
    }
    if open.len() > MOST_DECISIONS {
        let more = format!("   and {} more, in plan.md", open.len() - MOST_DECISIONS);
        out.push_str(&format!("{}\n", style.paint(Ink::Quiet, &more)));
    }
    out
}

fn ending(plan: &Plan, style: Style) -> String {
    let mut out = String::from("\n");
    if plan.outcome == Outcome::NothingToDo {
        let text = if plan.summary.by_hand > 0 {
            "Nothing to apply: only hand work is left."
        } else {
            "Nothing to do."
        };
        out.push_str(&style.heading(text));
    } else if plan.summary.ready > 0 {
        out.push_str(&style.heading("Approve exactly this"));
        if plan.outcome == Outcome::Decide {
            out.push_str(&paragraph("What is ready can go ahead of what is open.", 1, style));
        }
        for line in approve_command(plan).lines() {
            out.push_str(&format!(" {}\n", style.paint(Ink::Command, line)));
        }
    } else {
        out.push_str(&style.heading("Nothing is ready yet"));
    }
    if plan.summary.by_hand > 0 {
        let hand = words::count(plan.summary.by_hand, "step", "steps");
        out.push_str(&paragraph(&format!("{hand} by hand, with the exact text, in the document."), 1, style));
    }
    let read = "Read it: .cello/plan.html or plan.md (why, evidence, diffs, checks)";
    out.push_str(&format!(" {}\n", style.paint(Ink::Quiet, &truncate(read, style.width.saturating_sub(1)))));
    out
}
