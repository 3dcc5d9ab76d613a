//! A diagnosis as SARIF 2.1.0, which code hosts show beside the lines of a change.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::doctor::{Diagnosis, Finding, Severity};

use super::clean;

/// What the doctor found, as SARIF.
pub fn sarif(diagnosis: &Diagnosis) -> Value {
    let rules: BTreeMap<&str, &Finding> =
        diagnosis.findings.iter().map(|finding| (finding.rule.as_str(), finding)).collect();
    let numbers: Vec<&str> = rules.keys().copied().collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": diagnosis.tool.name,
                "version": diagnosis.tool.version,
                "rules": rules.values().map(|finding| rule(finding)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": diagnosis.findings.iter().map(|finding| result(finding, &numbers)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(finding: &Finding) -> Value {
    let mut rule = json!({
        "id": finding.rule,
        "shortDescription": { "text": format!("{}.", finding.title) },
        "fullDescription": { "text": finding.why },
        "help": { "text": finding.fix },
        "defaultConfiguration": { "level": level(finding.severity) },
    });
    if let Some(page) = finding.docs.first() {
        rule["helpUri"] = page.as_str().into();
    }
    rule
}

fn result(finding: &Finding, rules: &[&str]) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.iter().position(|rule| *rule == finding.rule),
        "level": level(finding.severity),
        "message": { "text": format!("{} {}", clean(&finding.text), finding.fix) },
        "partialFingerprints": { "celloScaffold/v1": finding.fingerprint },
    });
    if let Some(at) = &finding.at {
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&at.file) },
            "region": { "startLine": at.line, "startColumn": at.column },
        } }]);
    }
    if finding.known {
        result["suppressions"] = json!([{ "kind": "external", "justification": "It is in the baseline." }]);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

/// A path as an address: what has a meaning there is escaped.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_addresses() {
        assert_eq!(uri("web/a b#1.ts"), "web/a%20b%231.ts");
    }
}
