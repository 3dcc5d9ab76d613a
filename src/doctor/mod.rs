//! The doctor: is an integration right, whoever wrote it?
//!
//! It reads everything once into a [chart](chart::Chart), lets every rule look at it, and says what holds of Cello's QA
//! checklist. Never wrong, sometimes silent: a rule speaks where syntax trees, resolved names and tokens leave no doubt.
//! Without any trace of Cello no rule is asked. It edits nothing, and asks no other machine unless it is told which.

pub mod baseline;
pub mod chart;
mod checklist;
mod components;
mod diagnosis;
mod pattern;
mod recommend;
mod rules;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

pub use diagnosis::*;

use crate::plan::{Plan, Status};
use crate::playbook::{Playbook, Rule};
use crate::survey::{Findings, Tool};
use crate::target::{SourceText, Target, index::on_deep_stack};
use chart::Chart;
use rules::{CHECKS, Hit};

/// Examines an integration.
pub fn diagnose(target: &Target, findings: &Findings, plan: &Plan, front: &[SourceText]) -> Diagnosis {
    // Pages and policies are looked up again here.
    on_deep_stack(|| {
        let chart = Chart::new(target, findings, plan, front);
        let mut found = Vec::new();
        if !chart.traces.is_empty() {
            found = Playbook::embedded().rules().iter().flat_map(|rule| examine(rule, &chart)).collect();
        }
        found.sort_by(|a, b| order(a).cmp(&order(b)));
        found.dedup();
        whole(&chart, found)
    })
}

fn order(finding: &Finding) -> (Severity, Option<(&str, usize)>, &str, &str) {
    let place = finding.at.as_ref().map(|at| (at.file.as_str(), at.bytes[0]));
    (finding.severity, place, &finding.rule, &finding.text)
}

/// Everything a rule finds.
fn examine(rule: &Rule, chart: &Chart<'_>) -> Vec<Finding> {
    let check = CHECKS.iter().find(|(id, _)| *id == rule.id);
    let hits = match check {
        Some((_, check)) => check(chart),
        None => pattern::hits(rule, chart),
    };
    hits.into_iter().map(|hit| finding(rule, &hit, chart)).collect()
}

fn finding(rule: &Rule, hit: &Hit, chart: &Chart<'_>) -> Finding {
    let at = chart.at(&hit.file, hit.at.clone());
    let quoted = at.as_ref().map(|at| at.text.clone()).unwrap_or_default();
    let mut finding = of_rule(rule, &hit.text);
    finding.fingerprint = fingerprint(&[&rule.id, &hit.file, &hit.text, &quoted]);
    finding.fixed_by = hit.step.clone().or_else(|| by_kind(rule, hit, chart));
    finding.at = at;
    finding
}

/// The ready step of the rule's kind, that at the same file first.
fn by_kind(rule: &Rule, hit: &Hit, chart: &Chart<'_>) -> Option<String> {
    rule.step.as_ref().and_then(|kind| {
        let file = &hit.file;
        let mut ready =
            chart.plan.steps.iter().filter(|step| step.status == Status::Ready && kind_of(&step.id) == kind);
        let touches = |step: &&crate::plan::Step| step.edits.iter().any(|edit| edit.file == *file);
        ready.clone().find(touches).or_else(|| ready.next()).map(|step| step.id.clone())
    })
}

/// What a rule says, wherever it found it.
fn of_rule(rule: &Rule, text: &str) -> Finding {
    let facts = rule.facts.iter().filter_map(|id| Playbook::embedded().fact(id));
    let mut docs: Vec<String> =
        facts.flat_map(|fact| fact.sources.iter().map(|source| source.page.clone())).collect();
    docs.dedup();
    docs.truncate(3);
    Finding {
        rule: rule.id.clone(),
        severity: rule.severity,
        component: checklist::component(rule.component),
        title: rule.title.clone(),
        text: text.to_string(),
        at: None,
        why: rule.why.clone(),
        fix: rule.fix.clone(),
        cello_facts: rule.facts.clone(),
        docs,
        qa: rule.qa.clone(),
        fixed_by: None,
        fingerprint: fingerprint(&[&rule.id, text]),
        known: false,
    }
}

fn kind_of(step: &str) -> &str {
    step.split(':').next().unwrap_or_default()
}

fn fingerprint(parts: &[&str]) -> String {
    let hash = Sha256::digest(parts.join("\0").as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn whole(chart: &Chart<'_>, findings: Vec<Finding>) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        schema: SCHEMA.to_string(),
        tool: Tool::this(),
        verdict: Verdict::NotIntegrated,
        components: components::health(chart, &findings),
        checklist: checklist::lines(chart, &findings),
        recommendations: recommend::recommendations(chart),
        findings,
        unread: chart.findings.survey.warnings.iter().map(|warning| warning.text.clone()).collect(),
    };
    if !chart.traces.is_empty() {
        diagnosis.judge();
    }
    diagnosis
}

impl Diagnosis {
    /// Sets the verdict by what was found. Findings that are known don't count.
    pub fn judge(&mut self) {
        let worst = self.counting().map(|finding| finding.severity).min();
        self.verdict = match worst {
            Some(Severity::Error) => Verdict::Broken,
            Some(Severity::Warning) => Verdict::Warnings,
            Some(Severity::Note) | None => Verdict::Healthy,
        };
    }
}
