//! From drafts to a sealed plan: ids, what follows from what, files with hashes, diffs, the accounting.

use std::collections::BTreeMap;

use super::accounting::{account, foreign, other_applications};
use super::basis::{Basis, Case, Variant};
use super::consent::ask_consent;
use super::crates::crates;
use super::customer_checkout;
use super::customer_metadata::customer_metadata;
use super::decisions::decisions;
use super::declaration::{declare_where_shared, module_declaration};
use super::draft::{Answers, Draft};
use super::environment::environment;
use super::files::{files, join_neighbours, part_overlaps, planned};
use super::front_end::Served;
use super::front_end_cors::{cors_elsewhere, leave_outside_cors};
use super::hand::hand_steps;
use super::migration::migration;
use super::module::{self, module};
use super::present::notice_what_is_there;
use super::purchase_events::purchase_events;
use super::redirect::redirects;
use super::routes::{capture_layer, routes};
use super::settings::settings;
use super::signup::signup;
use super::store::database;
use super::store_handle::store_handle;
use super::token::token;
use super::user_key::user_key;
use super::waiting::{leave_to_hand, wait_for_others};
use super::{csp, front_end, options, page_script, summary, template_values};
use crate::plan::{
    self, Acceptance, Account, Component, Decision, Doc, Git, HandWork, How, Outcome, Plan, Project, Status,
    Step, Tool, Verdict, seal,
};
use crate::playbook::{self, Playbook};
use crate::survey::{self, AppFindings, Backend, Database, Findings};
use crate::target::Target;
use crate::target::index::on_deep_stack;

/// Makes a sealed plan for what was found, with the answers given.
pub fn make_plan(target: &Target, findings: &Findings, answers: &Answers) -> Plan {
    // Pages and policies are looked up again here.
    on_deep_stack(|| assemble(target, findings, answers))
}

fn assemble(target: &Target, findings: &Findings, answers: &Answers) -> Plan {
    let mut drafts = Vec::new();
    let mut accounts = Vec::new();
    let mut asked: Vec<Decision> = Vec::new();
    // Several applications in one workspace would share step ids; the one with the most to do is planned.
    if let Some((app, listed)) = main_application(findings) {
        let basis = Basis::new(target, app, answers);
        (drafts, accounts, asked) = application(&basis, listed, findings);
        accounts.extend(other_applications(target, findings, &listed.package));
    }
    let files = files(target, &drafts);
    let steps: Vec<Step> = drafts.iter().map(|draft| step(target, draft)).collect();
    accounts.extend(
        drafts
            .iter()
            .flat_map(|draft| draft.accounts.iter().map(|verdict| account(verdict, Some(draft.id())))),
    );
    accounts.sort_by(|a, b| (a.kind, &a.site).cmp(&(b.kind, &b.site)));
    let open = asked.iter().any(|decision| decision.answer.is_none());
    let ready = steps.iter().any(|step| step.status == Status::Ready);
    let mut plan = Plan {
        schema: plan::SCHEMA.into(),
        tool: Tool::this(),
        digest: String::new(),
        document_sha256: String::new(),
        outcome: match (open, ready) {
            (true, _) => Outcome::Decide,
            (false, true) => Outcome::Ready,
            (false, false) => Outcome::NothingToDo,
        },
        project: Project {
            packages: findings.survey.apps.iter().map(|app| app.package.clone()).collect(),
            git: target.git_head.clone().map(|head| Git { head }),
        },
        summary: summary::summary(findings, &steps, &files),
        survey: findings.survey.clone(),
        accounting: accounts,
        decisions: asked,
        files,
        steps,
        subset: None,
    };
    if let Some((app, _)) = main_application(findings) {
        let basis = Basis::new(target, app, answers);
        let unsure = basis.case == Case::Nowhere && basis.doubt().is_some();
        plan.summary.attribution = if unsure { Case::Unknown } else { basis.case }.letter().to_string();
    }
    seal(&mut plan);
    plan
}

/// The application with the most routers and calls.
fn main_application(findings: &Findings) -> Option<(&AppFindings, &survey::App)> {
    findings.apps.iter().zip(&findings.survey.apps).max_by_key(|(app, listed)| {
        (app.chains.len() + app.stripe.len() + app.signups.len(), std::cmp::Reverse(&listed.package))
    })
}

type Parts = (Vec<Draft>, Vec<Account>, Vec<Decision>);

fn application(basis: &Basis, listed: &survey::App, findings: &Findings) -> Parts {
    if let Some(trace) = basis.foreign(&listed.existing) {
        let (draft, accounts) = foreign(basis, trace, listed, findings);
        return (vec![draft], accounts, Vec::new());
    }
    let mut drafts = crates(basis);
    drafts.extend(migration_step(basis));
    drafts.push(module(basis));
    drafts.push(module_declaration(basis));
    drafts.push(routes(basis));
    drafts.extend(token(basis));
    drafts.extend(store_handle(basis));
    drafts.extend(capture_layer(basis));
    let crates: Vec<String> =
        drafts.iter().filter(|draft| draft.kind == "dependency").map(Draft::id).collect();
    if let Some(module) = drafts.iter_mut().find(|draft| draft.kind == "module") {
        module.after.extend(crates);
    }
    let mut verdicts = signup(basis, &mut drafts);
    verdicts.extend(customer_metadata(basis, &mut drafts));
    let survey::Shown { front_ends: found, pages: shells, policies } = &basis.app.shown;
    let folder = basis.folder();
    let served = Served { folder: &folder, to_other_sites: basis.answers_other_sites() };
    let cors = cors_elsewhere(basis, &listed.routers);
    let mut front_ends = front_end::front_end(found, shells, served);
    let routes = format!("{}::routes", basis.module_path(&basis.app.krate));
    leave_outside_cors(basis.target, &mut front_ends, found, cors, &routes);
    if front_ends.is_empty() && basis.by_bearer_alone() {
        let tagged = shells.iter().any(|site| site.page.decoy.is_none());
        front_ends.push(front_end::by_bearer(&folder, tagged));
    }
    let mut scripts = page_script::page_script(shells, &format!("{folder}/client.js"), front_ends);
    ask_consent(&mut scripts, &survey::pages::consent(basis.target, basis.package), basis.answers);
    for mut draft in scripts {
        if draft.status == Status::Ready {
            draft.after.push("routes".into());
        }
        drafts.push(draft);
    }
    drafts.extend(redirects(&basis.app.redirects));
    drafts.extend(csp::csp(policies, csp::nonced(shells)).into_iter().map(|draft| doubted(basis, draft)));
    drafts.push(environment(
        survey::environment::example(basis.target, basis.package).as_ref(),
        &settings(basis.variant),
    ));
    drafts.extend(purchase_events(basis));
    drafts.extend(hand_steps(basis));
    let by_hand = drafts.iter().any(|draft| draft.kind == "module" && draft.status == Status::ByHand);
    drafts.extend(options::chosen(basis, shells, by_hand));
    declare_where_shared(basis, &mut drafts);
    notice_what_is_there(basis.target, &mut drafts);
    join_neighbours(basis.target, &mut drafts);
    part_overlaps(basis.target, &mut drafts);
    if basis.app.by_hand.is_some() && basis.module_is_there() && basis.written_module().is_none() {
        leave_to_hand(basis.target, &mut drafts);
    }
    wait_for_others(basis.target, &mut drafts);
    number(&mut drafts);
    let open_sites: Vec<String> = basis
        .app
        .stripe
        .iter()
        .filter(|site| {
            verdicts
                .iter()
                .any(|verdict| verdict.site == site.call.id && verdict.verdict == Verdict::Undecided)
        })
        .map(customer_checkout::decision)
        .collect();
    let asked = decisions(basis, &drafts, &open_sites);
    let accounts = verdicts.iter().map(|verdict| account(verdict, None)).collect();
    (drafts, accounts, asked)
}

/// That there is no policy can't be said of an application which could not be read as a whole.
fn doubted(basis: &Basis, mut draft: Draft) -> Draft {
    if let Some(doubt) = basis.doubt().filter(|_| draft.status == Status::NotApplicable) {
        draft.status = Status::ByHand;
        draft.reason = format!("No Content-Security-Policy was found. {doubt}");
        draft.by_hand.push(HandWork {
            todo: "If the application sets a Content-Security-Policy, let Cello's hosts through.".into(),
            place: None,
            text: "https://*.cello.so".into(),
            turns_green: None,
        });
    }
    draft
}

fn migration_step(basis: &Basis) -> Option<Draft> {
    if basis.variant != Variant::B {
        return None;
    }
    const UP: &str = include_str!("../../templates/app/migration.sql.hbs");
    const DOWN: &str = include_str!("../../templates/app/migration.down.sql");
    let found = basis.migrations();
    let backend = basis.app.pool.as_ref().map(|pool| pool.backend);
    let backend = backend.unwrap_or(Backend::Sqlx(Database::Postgres));
    let context = serde_json::json!({
        "database": template_values::name_of(database(basis, backend).unwrap_or(Database::Postgres)),
        "user_key": user_key(basis, backend),
    });
    let outside = basis.migrations_outside();
    Some(migration(found.as_ref(), outside.as_ref(), &module::render(UP, &context), DOWN))
}

/// Gives steps of one kind and subject numbers, so that ids are unique.
fn number(drafts: &mut [Draft]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for draft in drafts.iter_mut() {
        let n = seen.entry(draft.id()).and_modify(|n| *n += 1).or_insert(1);
        if *n > 1 && !draft.subject.contains('#') {
            draft.subject = format!("{}#{n}", draft.subject);
        }
    }
}

fn step(target: &Target, draft: &Draft) -> Step {
    let playbook = Playbook::embedded();
    let entry = playbook.step(draft.kind);
    let edits = if draft.status == Status::Ready { draft.edits.as_slice() } else { &[] };
    Step {
        id: draft.id(),
        title: title(entry, draft),
        component: entry.map_or(Component::Setup, |entry| component(entry.component)),
        phase: entry.map_or(1, |entry| entry.phase),
        status: draft.status,
        why: entry.map(|entry| entry.why.clone()).unwrap_or_default(),
        reason: draft.reason.clone(),
        evidence: draft.evidence.clone(),
        cello_facts: entry.map(|entry| entry.facts.clone()).unwrap_or_default(),
        needs: draft.needs.clone(),
        after: draft.after.clone(),
        edits: edits.iter().map(|edit| planned(target, edit)).collect(),
        by_hand: draft.by_hand.clone(),
        acceptance: entry.map(|entry| acceptance(entry, playbook)).unwrap_or_default(),
        docs: entry
            .map(|entry| {
                entry.docs.iter().map(|doc| Doc { url: doc.url.clone(), read: doc.read.clone() }).collect()
            })
            .unwrap_or_default(),
    }
}

fn title(entry: Option<&playbook::Step>, draft: &Draft) -> String {
    let title = entry.map_or(draft.kind, |entry| entry.title.as_str());
    if draft.subject.is_empty() { title.to_string() } else { format!("{title}: {}", draft.subject) }
}

fn component(component: playbook::Component) -> Component {
    match component {
        playbook::Component::ReferralWidget => Component::ReferralWidget,
        playbook::Component::Attribution => Component::Attribution,
        playbook::Component::SignupTracking => Component::SignupTracking,
        playbook::Component::PurchaseTracking => Component::PurchaseTracking,
        playbook::Component::Setup => Component::Setup,
    }
}

fn acceptance(entry: &playbook::Step, playbook: &Playbook) -> Vec<Acceptance> {
    entry
        .qa
        .iter()
        .filter_map(|id| playbook.qa_line(id))
        .map(|line| Acceptance {
            qa: line.id.clone(),
            text: line.text.clone(),
            how: match line.how.first() {
                Some(playbook::How::Running) => How::Running,
                Some(playbook::How::Portal) => How::Portal,
                _ => How::Static,
            },
        })
        .collect()
}
