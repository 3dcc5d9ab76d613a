//! The doctor on whole applications: silent on what works, whoever wrote it, and right about what somebody broke.
#![expect(clippy::disallowed_methods, reason = "the environment says which case is run")]

mod breaks;
mod golden;
mod hand;
#[path = "doctor/sarif.rs"]
mod sarif;

use std::collections::BTreeMap;
use std::path::Path;

use assert_cmd::Command;
use cello_scaffold::doctor::{Diagnosis, Severity, State, Verdict as Health, diagnose};
use cello_scaffold::plan::{SiteKind, Status, Verdict};
use cello_scaffold::playbook::Playbook;
use cello_scaffold::steps::{Answers, make_plan};
use cello_scaffold::survey::survey;
use cello_scaffold::target::{Target, front_end};
use golden::cases;
use hand::Sample;
use serde_json::Value;

/// A way to break a working integration: what is replaced in which file, and the rule that has to say so.
struct Break {
    rule: &'static str,
    of: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
}

const fn broken(
    rule: &'static str,
    of: &'static str,
    changes: &'static [(&'static str, &'static str, &'static str)],
) -> Break {
    Break { rule, of, changes }
}

fn diagnosed(root: &Path) -> Diagnosis {
    let target = Target::open(root, None).unwrap();
    let findings = survey(&target);
    let plan = make_plan(&target, &findings, &Answers::new());
    diagnose(&target, &findings, &plan, &front_end(&target.root).unwrap())
}

/// A copy of a hand-written integration, or of a sample application with this tool's own.
fn copy(of: &str) -> Sample {
    let Some(case) = cases().into_iter().find(|case| case.name == of) else {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/working").join(of);
        let sample = Sample::new(&[]);
        for entry in walkdir::WalkDir::new(&folder) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let inside = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap();
                sample.write(inside, &fs_err::read(entry.path()).unwrap());
            }
        }
        return sample;
    };
    let copy = case.copy();
    copy.apply(&copy.plan());
    copy.sample
}

fn apply(sample: &Sample, changes: &[(&str, &str, &str)]) {
    for (file, from, to) in changes {
        let text = String::from_utf8(sample.read(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        sample.write(file, text.replace(from, to).as_bytes());
    }
}

#[test]
fn every_break_is_caught_by_its_rule_and_the_unbroken_twin_is_silent() {
    let mut silent: BTreeMap<&str, Diagnosis> = BTreeMap::new();
    let mut missed = Vec::new();
    for one in breaks::BREAKS {
        let before = silent.entry(one.of).or_insert_with(|| diagnosed(&copy(one.of).root));
        assert!(
            before.findings.iter().all(|finding| finding.rule != one.rule),
            "{} before {:?}",
            one.rule,
            one.changes
        );
        let sample = copy(one.of);
        apply(&sample, one.changes);
        let after = diagnosed(&sample.root);
        if !after.findings.iter().any(|finding| finding.rule == one.rule) {
            let found: Vec<&str> = after.findings.iter().map(|finding| finding.rule.as_str()).collect();
            missed.push(format!("{} of {}: {found:?} after {:?}", one.rule, one.of, one.changes));
        }
        // What breaks one line of the checklist is seen there too.
        let worst = after.findings.iter().find(|finding| finding.rule == one.rule && !finding.qa.is_empty());
        if let Some(finding) = worst.filter(|finding| finding.severity != Severity::Note) {
            let line = after.checklist.iter().find(|line| line.qa == finding.qa[0]).unwrap();
            assert_eq!(line.state, State::Broken, "{} breaks {}", one.rule, line.qa);
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(breaks::BREAKS.len() >= 25);
}

#[test]
fn what_this_tool_writes_passes_every_rule() {
    for case in cases() {
        let copy = case.copy();
        let first = copy.plan();
        copy.apply(&first);
        let target = Target::open(&copy.folder, None).unwrap();
        let findings = survey(&target);
        let plan = copy.plan();
        let diagnosis = diagnose(&target, &findings, &plan, &front_end(&target.root).unwrap());
        // One case is somebody else's integration, with mistakes; where nothing was ready there is none yet.
        let ours = first.steps.iter().any(|step| step.id == "module" && step.status == Status::Ready);
        if !ours {
            continue;
        }
        let open = |finding: &&cello_scaffold::doctor::Finding| {
            // What was left to a person or a decision is not done yet, and the doctor says so.
            let stripe =
                ["customer-without-user-id", "checkout-makes-customer"].contains(&finding.rule.as_str());
            let left = plan.accounting.iter().any(|account| {
                let kind = if stripe { SiteKind::Stripe } else { SiteKind::Csp };
                account.kind == kind && [Verdict::ByHand, Verdict::Undecided].contains(&account.verdict)
            });
            let left = left && (stripe || finding.rule == "csp-blocks-cello");
            let waits = [Status::ByHand, Status::Decide];
            let left = left
                || (finding.rule == "integration-incomplete"
                    && plan.steps.iter().any(|step| waits.contains(&step.status)));
            !left
        };
        let wrong: Vec<_> = diagnosis.findings.iter().filter(open).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", case.name);
        assert_ne!(diagnosis.verdict, Health::NotIntegrated, "{}", case.name);
    }
}

#[test]
fn before_anything_is_applied_nothing_is_integrated() {
    for case in cases().iter().filter(|case| case.name != "handmade") {
        let copy = case.copy();
        let diagnosis = diagnosed(&copy.folder);
        assert_eq!(diagnosis.verdict, Health::NotIntegrated, "{}: {:?}", case.name, diagnosis.components);
        assert!(diagnosis.findings.is_empty());
    }
}

fn doctor(sample: &Sample, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("cello-scaffold").unwrap();
    let output = command.arg("doctor").arg(&sample.root).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn errors_give_exit_code_one_and_a_baseline_takes_them_out() {
    let sample = copy("roomboard");
    assert_eq!(doctor(&sample, &[]).0, Some(0));
    let alg: &[(&str, &str, &str)] = &[("src/referral.rs", "\"alg\":\"HS512\"", "\"alg\":\"HS256\"")];
    apply(&sample, alg);
    let (exit, text, _) = doctor(&sample, &[]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("The integration is broken: 1 error"), "{text}");
    assert!(text.contains("src/referral.rs:46"), "{text}");
    let (exit, text, _) = doctor(&sample, &["--format", "json"]);
    assert_eq!(exit, Some(1));
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "cello-doctor/1");
    assert_eq!(json["verdict"], "broken");
    assert_eq!(json["components"][0]["connectionStatus"], "notConnected");
    assert_eq!(json["checklist"].as_array().unwrap().len(), 40);
    let settled = |line: &Value| !line["settled_by"].as_array().unwrap().is_empty() && line["reason"] != "";
    assert!(json["checklist"].as_array().unwrap().iter().all(settled));
    assert_eq!(serde_json::from_str::<Diagnosis>(&text).unwrap().findings.len(), 1);

    let baseline = sample.path("known.json");
    let baseline = baseline.to_str().unwrap();
    let (exit, _, told) = doctor(&sample, &["--baseline", baseline]);
    assert_eq!(exit, Some(0), "{told}");
    // Lines may move; a new mistake counts.
    let text = String::from_utf8(sample.read("src/referral.rs")).unwrap();
    sample.write("src/referral.rs", format!("// Moved.\n\n{text}").as_bytes());
    assert_eq!(doctor(&sample, &["--baseline", baseline]).0, Some(0));
    let name: &[(&str, &str, &str)] = &[("templates/layout.html", "cello-attribution.js", "attribution.js")];
    apply(&sample, name);
    assert_eq!(doctor(&sample, &["--baseline", baseline]).0, Some(1));
    sample.write("known.json", b"{}");
    assert_eq!(doctor(&sample, &["--baseline", baseline]).0, Some(2));
}

#[test]
fn sarif_names_rules_and_places_and_hides_secrets() {
    let sample = copy("roomboard");
    let secret = format!("{}7a10bcd", "9f31c0a7d84b4e62");
    sample.write(".env", format!("CELLO_PRODUCT_SECRET={secret}\n").as_bytes());
    let key = format!("b\"{}\"", "4c1d9e72aa03");
    let literal: &[(&str, &str, &str)] = &[("src/referral.rs", "settings.secret.as_bytes()", key.as_str())];
    apply(&sample, literal);
    for format in ["sarif", "json", "markdown", "human"] {
        let (exit, text, _) = doctor(&sample, &["--format", format]);
        assert_eq!(exit, Some(1), "{text}");
        assert!(!text.contains(&secret) && !text.contains("4c1d9e72"), "{format} shows a secret");
        assert!(text.contains("secret-in-repository"), "{format}: {text}");
    }
    let sarif: Value = serde_json::from_str(&doctor(&sample, &["--format", "sarif"]).1).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], run["tool"]["driver"]["rules"][0]["id"]);
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".env");
    assert_eq!(place["region"]["startLine"], 1);
}

#[test]
fn fix_writes_a_plan_and_applies_nothing() {
    let sample = copy("pagewatch");
    let page = "templates/base.html";
    let text = String::from_utf8(sample.read(page)).unwrap();
    let line = text.lines().find(|line| line.contains("client.js")).unwrap().to_string();
    sample.write(page, text.replace(&format!("{line}\n"), "").as_bytes());
    let before = sample.tree();
    let (exit, text, told) = doctor(&sample, &["--fix"]);
    assert_eq!(exit, Some(1), "{text}");
    assert!(told.contains("cello-scaffold show --only page-script:"), "{told}");
    let plan: Value = serde_json::from_slice(&sample.read(".cello/plan.json")).unwrap();
    assert_eq!(plan["schema"], "cello-plan/1");
    let after = sample.tree();
    assert!(before.iter().all(|(path, bytes)| path.starts_with(".cello/") || after.get(path) == Some(bytes)));
}

#[test]
fn what_is_recommended_can_be_gone_on_with() {
    for name in ["ledgerly", "roomboard", "pagewatch"] {
        let sample = copy(name);
        let recommended = diagnosed(&sample.root).recommendations;
        assert!(recommended.len() >= 3, "{name}: {recommended:?}");
        for one in recommended {
            assert!(
                ["minutes", "an hour", "a day"].contains(&one.effort.as_str()) && !one.benefit.is_empty()
            );
            let mut words = one.command.split(' ');
            assert_eq!(words.next(), Some("cello-scaffold"), "{}", one.command);
            if one.command.contains("webhook check") {
                // It takes a key for Stripe.
                continue;
            }
            let output = Command::cargo_bin("cello-scaffold")
                .unwrap()
                .args(words)
                .current_dir(&sample.root)
                .output()
                .unwrap();
            // A plan may end with decisions that are still open.
            assert!([Some(0), Some(3)].contains(&output.status.code()), "{}: {output:?}", one.command);
        }
    }
}

#[test]
fn without_a_web_application_there_is_nothing_to_examine() {
    let sample =
        Sample::new(&[("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/main.rs", "fn main() {}\n")]);
    assert_eq!(doctor(&sample, &[]).0, Some(6));
}

/// The part of an answer from one heading to the next.
fn section(text: &str, from: &str, to: &str) -> String {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in\n{text}"));
    let start = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[start..].find(to).map_or(text.len(), |end| start + end);
    format!("```text\n{}```\n", &text[start..end])
}

fn shown(name: &str) -> String {
    match name {
        "working" => {
            let sample = copy("roomboard");
            let changes: &[(&str, &str, &str)] = &[
                ("src/referral.rs", "\"alg\":\"HS512\"", "\"alg\":\"HS256\""),
                (
                    "src/main.rs",
                    "script-src 'self' https://assets.cello.so https://assets.sandbox.cello.so",
                    "script-src 'self'",
                ),
            ];
            apply(&sample, changes);
            section(&doctor(&sample, &[]).1, "The integration is broken", "Cello's QA checklist")
        }
        "rewards" => {
            let sample = copy("ledgerly");
            let change: &[(&str, &str, &str)] =
                &[("src/billing.rs", "let id = account.id.to_string();", "let id = account.email.clone();")];
            apply(&sample, change);
            section(&doctor(&sample, &[]).1, "The integration is broken", "Cello's QA checklist")
        }
        "improve" => section(&doctor(&copy("ledgerly"), &[]).1, "Worth doing", "no such heading"),
        "rules" => {
            let mut out = "| Rule | | What is wrong | Lines |\n|---|---|---|---|\n".to_string();
            for rule in Playbook::embedded().rules() {
                let line = (&rule.id, rule.severity.as_str(), &rule.title, rule.qa.join(", "));
                out.push_str(&format!("| `{}` | {} | {} | {} |\n", line.0, line.1, line.2, line.3));
            }
            out
        }
        "checklist" => {
            let mut out = "| | Line | Settled by |\n|---|---|---|\n".to_string();
            for line in diagnosed(&copy("ledgerly").root).checklist {
                out.push_str(&format!("| {} | {} | {} |\n", line.qa, line.text, line.settled_by.join("; ")));
            }
            out
        }
        other => panic!("nothing generates {other}"),
    }
}

/// What the page on the doctor shows is what the doctor says. `UPDATE_SNAPSHOTS=1` renews it.
#[test]
fn the_page_on_the_doctor_shows_what_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/doctor.md");
    let page = fs_err::read_to_string(&path).unwrap();
    let mut renewed = String::new();
    let mut rest = page.as_str();
    while let Some(start) = rest.find("<!-- begin ") {
        let name_end = start + rest[start..].find(" -->\n").unwrap() + 5;
        let name = rest[start + 11..name_end - 5].to_string();
        let end = rest.find("<!-- end -->").unwrap();
        renewed.push_str(&rest[..name_end]);
        renewed.push_str(&shown(&name));
        renewed.push_str("<!-- end -->");
        rest = &rest[end + 12..];
    }
    renewed.push_str(rest);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs_err::write(&path, &renewed).unwrap();
    }
    let page = fs_err::read_to_string(&path).unwrap();
    assert!(page == renewed, "docs/src/doctor.md is out of date: UPDATE_SNAPSHOTS=1 renews it");
}
