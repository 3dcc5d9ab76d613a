//! What the Markdown templates show: every value prepared and escaped, so that the templates only put them in order.

use serde::Serialize;

use crate::plan::{Account, Decision, Outcome, Plan, PlannedEdit, Status, Step};
use crate::survey::Survey;
use crate::target::At;

use super::escape::{cell, code, fenced, html, prose};
use super::lines::{creates, edit_place, place, step_files};
use super::privacy::{self, Privacy};
use super::survey::left_alone;
use super::terminal::{approve_command, decide_command, packages};
use super::{Facts, words};

/// The whole document.
#[derive(Serialize)]
pub struct Document {
    title: String,
    summary: String,
    nothing: bool,
    ready: bool,
    open_before: bool,
    approve: String,
    decisions: Vec<Asked>,
    answered: Vec<String>,
    steps: Vec<Shown>,
    kinds: Vec<Tally>,
    sites: Vec<Site>,
    found: Vec<String>,
    left_alone: Vec<String>,
    outside: Vec<String>,
    warnings: Vec<String>,
    privacy: PrivacyView,
    tool: String,
    digest: String,
    document_sha256: String,
}

#[derive(Serialize)]
struct Asked {
    id: String,
    prompt: String,
    why: String,
    human_only: bool,
    options: Vec<String>,
    default: String,
    commands: String,
}

#[derive(Serialize)]
struct Shown {
    number: usize,
    title: String,
    title_cell: String,
    id: String,
    id_cell: String,
    status: &'static str,
    component: &'static str,
    phase: &'static str,
    files: String,
    reason: String,
    needs: String,
    after: String,
    evidence: Vec<String>,
    facts: Vec<String>,
    changes: Vec<Change>,
    hand: Vec<Hand>,
    checks: Vec<String>,
    docs: Vec<String>,
}

#[derive(Serialize)]
struct Change {
    created: bool,
    label: String,
    diff: String,
}

#[derive(Serialize)]
struct Hand {
    number: usize,
    todo: String,
    place: String,
    text: String,
    green: String,
}

#[derive(Serialize)]
struct Tally {
    name: String,
    counts: Vec<usize>,
    total: usize,
}

#[derive(Serialize)]
struct Site {
    kind: &'static str,
    id: String,
    place: String,
    verdict: String,
    step: String,
    reason: String,
}

#[derive(Serialize)]
struct PrivacyView {
    none: bool,
    data: Vec<String>,
    pages: Vec<String>,
    third_party: String,
    csp: Vec<String>,
    settings: Vec<String>,
    sends: bool,
    warnings: Vec<String>,
    depersonalize: String,
    steps: Vec<String>,
}

impl Document {
    /// Prepares a plan.
    pub fn of(plan: &Plan, fact: Facts<'_>) -> Self {
        let (answered, open): (Vec<&Decision>, Vec<&Decision>) = plan
            .decisions
            .iter()
            .partition(|decision| decision.answer.is_some());
        Self {
            title: prose(&packages(plan)),
            summary: summary(plan),
            nothing: plan.outcome == Outcome::NothingToDo,
            ready: plan.summary.ready > 0,
            open_before: plan.outcome == Outcome::Decide,
            approve: fenced("sh", &approve_command(plan)),
            decisions: open.into_iter().map(asked).collect(),
            answered: answered.into_iter().map(given).collect(),
            steps: shown(plan, fact),
            kinds: tallies(plan),
            sites: plan
                .accounting
                .iter()
                .map(|account| site(plan, account))
                .collect(),
            found: found(&plan.survey),
            left_alone: left_alone(&plan.survey)
                .into_iter()
                .map(|(at, reason)| format!("{}: {}", quoted(at), prose(reason)))
                .collect(),
            outside: plan
                .survey
                .outside_rust
                .iter()
                .map(|other| format!("{}: {}", quoted(&other.at), prose(&other.what)))
                .collect(),
            warnings: warnings(&plan.survey),
            privacy: privacy_view(plan, fact),
            tool: prose(&format!("{} {}", plan.tool.name, plan.tool.version)),
            digest: code(&plan.digest),
            document_sha256: code(&plan.document_sha256),
        }
    }
}

/// `path:line` with the line's text.
fn quoted(at: &At) -> String {
    let text = code(&at.text);
    let gap = if text.is_empty() { "" } else { " " };
    format!("{}{gap}{text}", code(&place(at)))
}

fn summary(plan: &Plan) -> String {
    let summary = &plan.summary;
    let mut text = format!(
        "This plan brings Cello user referrals to {}",
        code(&packages(plan))
    );
    if !summary.frameworks.is_empty() {
        text.push_str(&format!(
            ", a web application on {}",
            prose(&words::list(&summary.frameworks))
        ));
    }
    text.push_str(". ");
    if !summary.identity.is_empty() {
        text.push_str(&format!(
            "It knows who is signed in by {}. ",
            prose(&summary.identity)
        ));
    }
    text.push_str(words::case(&summary.attribution).1);
    let total = words::count(plan.steps.len(), "step", "steps");
    text.push_str(&format!(" There are {total}: {}.", words::tally(summary)));
    if summary.ready > 0 {
        text.push_str(&format!(" Size of the change: {}.", words::size(summary)));
    }
    if let Some(subset) = &plan.subset {
        let ids: Vec<String> = subset.iter().map(|id| code(id)).collect();
        text.push_str(&format!(
            " It is a part of a larger plan, namely {}.",
            words::list(&ids)
        ));
    }
    text
}

fn asked(decision: &Decision) -> Asked {
    let options = decision
        .options
        .iter()
        .map(|choice| {
            let evidence = choice
                .evidence
                .as_ref()
                .map_or_else(String::new, |at| format!(", see {}", quoted(at)));
            format!(
                "{}: {}{evidence}",
                code(&choice.value),
                prose(&choice.label)
            )
        })
        .collect();
    let mut commands: Vec<String> = decision
        .options
        .iter()
        .map(|choice| decide_command(decision, &choice.value))
        .collect();
    if commands.is_empty() {
        commands.push(decide_command(
            decision,
            words::placeholder(decision.accepts),
        ));
    }
    Asked {
        id: code(&decision.id),
        prompt: prose(&decision.prompt),
        why: prose(&decision.why),
        human_only: decision.human_only,
        options,
        default: decision.default.as_deref().map_or_else(String::new, code),
        commands: fenced("sh", &commands.join("\n")),
    }
}

fn given(decision: &Decision) -> String {
    let answer = decision.answer.as_deref().map_or_else(String::new, code);
    let by = decision
        .answered_by
        .as_deref()
        .map_or_else(String::new, |by| format!(" (by {})", prose(by)));
    format!("{} {answer}{by}", prose(&decision.prompt))
}

fn shown(plan: &Plan, fact: Facts<'_>) -> Vec<Shown> {
    let number = |index: usize| index + 1;
    plan.steps
        .iter()
        .enumerate()
        .map(|(index, step)| step_view(plan, step, number(index), fact))
        .collect()
}

fn step_view(plan: &Plan, step: &Step, number: usize, fact: Facts<'_>) -> Shown {
    let ids = |ids: &[String]| words::list(&ids.iter().map(|id| code(id)).collect::<Vec<_>>());
    let mut files: Vec<String> = step_files(step).into_iter().map(code).collect();
    if files.is_empty() {
        let hand = step.by_hand.iter().filter_map(|work| work.place.as_ref());
        files = hand.map(|at| code(&place(at))).collect();
    }
    Shown {
        number,
        title: prose(&step.title),
        title_cell: cell(&prose(&step.title)),
        id: code(&step.id),
        id_cell: cell(&code(&step.id)),
        status: words::status(step.status),
        component: words::component(step.component),
        phase: if step.phase > 1 {
            "recommended"
        } else {
            "needed"
        },
        files: cell(&files.join(", ")),
        reason: prose(&step.reason),
        needs: ids(&step.needs),
        after: ids(&step.after),
        evidence: step
            .evidence
            .iter()
            .map(|evidence| format!("{}: {}", quoted(&evidence.at), prose(&evidence.fact)))
            .collect(),
        facts: step
            .cello_facts
            .iter()
            .map(|id| fact_line(id, fact))
            .collect(),
        changes: step.edits.iter().map(|edit| change(plan, edit)).collect(),
        hand: hand(step),
        checks: step
            .acceptance
            .iter()
            .map(|check| {
                format!(
                    "{}: {} ({})",
                    code(&check.qa),
                    prose(&check.text),
                    words::how(check.how)
                )
            })
            .collect(),
        docs: step
            .docs
            .iter()
            .map(|doc| format!("<{}> (read {})", link(&doc.url), prose(&doc.read)))
            .collect(),
    }
}

/// A fact with its source. An unknown id is no reason to hide that the step rests on it.
fn fact_line(id: &str, fact: Facts<'_>) -> String {
    match fact(id) {
        Some(fact) => format!(
            "{} (<{}>, read {})",
            prose(&fact.statement),
            link(&fact.page),
            prose(&fact.read)
        ),
        None => format!("{} (not in this version's playbook)", code(id)),
    }
}

/// An address that can't end its own angle brackets.
fn link(url: &str) -> String {
    super::clean(url).replace(['<', '>', ' ', '\n'], "")
}

fn change(plan: &Plan, edit: &PlannedEdit) -> Change {
    let created = creates(plan, edit);
    let label = if created {
        let lines = words::count(edit.text.lines().count(), "line", "lines");
        format!("<code>{}</code>, a new file of {lines}", html(&edit.file))
    } else {
        code(&edit_place(plan, edit))
    };
    let diff = if edit.diff.is_empty() && created {
        crate::edit::unified(&edit.file, None, &edit.text)
    } else {
        edit.diff.clone()
    };
    Change {
        created,
        label,
        diff: fenced("diff", &diff),
    }
}

fn hand(step: &Step) -> Vec<Hand> {
    step.by_hand
        .iter()
        .enumerate()
        .map(|(index, work)| Hand {
            number: index + 1,
            todo: prose(&work.todo),
            place: work.place.as_ref().map_or_else(String::new, quoted),
            text: if work.text.trim().is_empty() {
                String::new()
            } else {
                fenced("", &work.text)
            },
            green: work.turns_green.as_deref().map_or_else(String::new, code),
        })
        .collect()
}

/// A row for each kind, and one for all; the last column is the sum of the others, counted apart.
fn tallies(plan: &Plan) -> Vec<Tally> {
    let row = |name: String, of: Vec<&Account>| Tally {
        name,
        counts: words::VERDICTS
            .iter()
            .map(|verdict| {
                of.iter()
                    .filter(|account| account.verdict == *verdict)
                    .count()
            })
            .collect(),
        total: of.len(),
    };
    let mut rows: Vec<Tally> = words::KINDS
        .iter()
        .map(|kind| {
            let of_kind = plan
                .accounting
                .iter()
                .filter(|account| account.kind == *kind);
            row(words::kind(*kind).into(), of_kind.collect())
        })
        .filter(|tally| tally.total > 0)
        .collect();
    rows.push(row("**all**".into(), plan.accounting.iter().collect()));
    rows
}

fn site(plan: &Plan, account: &Account) -> Site {
    let step = account.step.as_ref().map(|id| {
        let number = plan.steps.iter().position(|step| step.id == *id);
        number.map_or_else(|| code(id), |index| (index + 1).to_string())
    });
    let case = account
        .case
        .as_ref()
        .map_or_else(String::new, |case| format!(" (case {})", prose(case)));
    Site {
        kind: words::kind(account.kind),
        id: cell(&code(&account.site)),
        place: cell(
            &locate(&plan.survey, &account.site).map_or_else(String::new, |at| code(&place(at))),
        ),
        verdict: format!("{}{case}", words::verdict(account.verdict)),
        step: cell(&step.unwrap_or_default()),
        reason: cell(&prose(&account.reason)),
    }
}

/// The place of a candidate, by its id.
fn locate<'a>(survey: &'a Survey, id: &str) -> Option<&'a At> {
    let of_app = survey.apps.iter().flat_map(|app| {
        let signups = app.signups.iter().map(|signup| (&signup.id, &signup.at));
        signups.chain(app.stripe.iter().map(|call| (&call.id, &call.at)))
    });
    let pages = survey.pages.iter().map(|page| (&page.id, &page.at));
    of_app
        .chain(pages)
        .find(|(known, _)| *known == id)
        .map(|(_, at)| at)
}

fn found(survey: &Survey) -> Vec<String> {
    let mut lines = Vec::new();
    for app in &survey.apps {
        for framework in &app.frameworks {
            lines.push(format!(
                "Framework: {} {}, {}",
                prose(&framework.name),
                prose(&framework.version),
                quoted(&framework.at)
            ));
        }
        for router in &app.routers {
            lines.push(format!(
                "Routes in {}, {}: {}",
                code(&router.symbol),
                code(&place(&router.at)),
                prose(&router.reason)
            ));
        }
        for identity in &app.identity {
            lines.push(format!(
                "Who is signed in: {}, {}: {}",
                code(&identity.binding),
                code(&place(&identity.at)),
                prose(&identity.reason)
            ));
        }
        for signup in app.signups.iter().filter(|signup| signup.decoy.is_none()) {
            let kind = prose(&signup.kind);
            lines.push(format!(
                "Sign-up ({kind}): {}, {}",
                code(&signup.symbol),
                quoted(&signup.at)
            ));
        }
        for call in app.stripe.iter().filter(|call| call.decoy.is_none()) {
            let what = prose(&format!("{} {} ({})", call.object, call.call, call.client));
            lines.push(format!("Stripe: {what}, {}", quoted(&call.at)));
        }
        if let Some(store) = &app.store {
            lines.push(format!(
                "Store: {}, reached as {}",
                prose(&store.kind),
                code(&store.handle)
            ));
        }
        if let Some(config) = &app.config {
            lines.push(format!(
                "Settings: {}, {}",
                prose(&config.kind),
                quoted(&config.at)
            ));
        }
        for existing in &app.existing {
            lines.push(format!(
                "Cello already: {}, {}",
                prose(&existing.component),
                quoted(&existing.at)
            ));
        }
    }
    for page in survey.pages.iter().filter(|page| page.decoy.is_none()) {
        let audience = prose(&page.audience);
        lines.push(format!(
            "Page shell ({}, {audience}): {}",
            prose(&page.kind),
            code(&page.at.file)
        ));
    }
    for csp in survey.csp.iter().filter(|csp| csp.decoy.is_none()) {
        lines.push(format!(
            "Content-Security-Policy ({}): {}",
            prose(&csp.kind),
            quoted(&csp.at)
        ));
    }
    lines
}

fn warnings(survey: &Survey) -> Vec<String> {
    survey
        .warnings
        .iter()
        .map(|warning| {
            let at = warning
                .at
                .as_ref()
                .map_or_else(String::new, |at| format!("{}: ", quoted(at)));
            format!("{at}{}", prose(&warning.text))
        })
        .collect()
}

fn privacy_view(plan: &Plan, fact: Facts<'_>) -> PrivacyView {
    let privacy = Privacy::of(plan);
    let cors = plan
        .survey
        .apps
        .iter()
        .flat_map(|app| &app.routers)
        .filter_map(|router| {
            let cors = router.cors.as_ref()?;
            Some(format!(
                "A CORS layer covers {}: {}",
                quoted(&router.at),
                prose(cors)
            ))
        });
    PrivacyView {
        none: !privacy.sends && privacy.pages.is_empty() && privacy.csp.is_empty(),
        data: privacy
            .data
            .iter()
            .map(|(what, way)| format!("**{}** {}", prose(what), prose(way)))
            .collect(),
        pages: privacy
            .pages
            .iter()
            .map(|page| format!("{} ({})", code(&page.place), prose(&page.audience)))
            .collect(),
        third_party: words::list(
            &privacy
                .third_party
                .iter()
                .map(|name| code(name))
                .collect::<Vec<_>>(),
        ),
        csp: privacy.csp.iter().map(widened).collect(),
        settings: privacy
            .settings
            .iter()
            .map(|setting| {
                let secret = if setting.secret {
                    ": secret, on the server only"
                } else {
                    ""
                };
                format!("{}{secret}", code(&setting.name))
            })
            .collect(),
        sends: privacy.sends,
        warnings: cors.collect(),
        depersonalize: match fact("depersonalize") {
            Some(_) => fact_line("depersonalize", fact),
            None => "by `POST /referrers/{productUserId}/depersonalize` of Cello's API.".into(),
        },
        steps: plan
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| Privacy::concerns(step))
            .map(|(index, step)| format!("step {}, {}", index + 1, prose(&step.title)))
            .collect(),
    }
}

fn widened(csp: &privacy::Widened) -> String {
    let list =
        |items: &[String]| words::list(&items.iter().map(|item| code(item)).collect::<Vec<_>>());
    let directives = if csp.directives.is_empty() {
        String::new()
    } else {
        format!(" in {}", list(&csp.directives))
    };
    format!(
        "{} gains {}{directives}",
        code(&csp.place),
        list(&csp.sources)
    )
}
