//! A diagnosis as Markdown, for a pull request.

use crate::doctor::{Diagnosis, Verdict};

use super::doctor::{answer, state, status, tally};
use super::escape::{cell, code, prose};
use super::lines::place;
use super::words;

/// What the doctor found, as Markdown.
pub fn markdown_diagnosis(diagnosis: &Diagnosis) -> String {
    let mut out = format!("# {}\n", answer(diagnosis));
    if diagnosis.verdict == Verdict::NotIntegrated {
        out.push_str(
            "\nThere is no trace of Cello in this project. `cello-scaffold plan` plans an integration.\n",
        );
        return out;
    }
    out.push_str("\n| Component | State | Why |\n|---|---|---|\n");
    for one in &diagnosis.components {
        let (name, state) = (words::component(one.component), status(one.connection_status));
        out.push_str(&format!("| {name} | {state} | {} |\n", cell(&prose(&one.reason))));
    }
    if !diagnosis.findings.is_empty() {
        out.push_str("\n## What is wrong\n");
    }
    for finding in &diagnosis.findings {
        let known = if finding.known { ", in the baseline" } else { "" };
        out.push_str(&format!("\n### {}\n\n", prose(&finding.title)));
        out.push_str(&format!("**{}**{known} · {}", finding.severity.as_str(), code(&finding.rule)));
        if let Some(at) = &finding.at {
            out.push_str(&format!(" · {} {}", code(&place(at)), code(&at.text)));
        }
        out.push_str(&format!(
            "\n\n{} {}\n\n**Do:** {}\n",
            prose(&finding.text),
            prose(&finding.why),
            prose(&finding.fix)
        ));
        if let Some(step) = &finding.fixed_by {
            out.push_str(&format!(
                "\nThe step {} of a plan does it: `cello-scaffold doctor --fix`.\n",
                code(step)
            ));
        }
        for page in &finding.docs {
            out.push_str(&format!("\n- <{page}>"));
        }
        out.push_str(if finding.docs.is_empty() { "" } else { "\n" });
    }
    out.push_str(&format!(
        "\n## Cello's QA checklist\n\n{}\n\n| | State | Line | Why | Settled by |\n|---|---|---|---|---|\n",
        tally(&diagnosis.checklist)
    ));
    for line in &diagnosis.checklist {
        let by: Vec<String> = line.settled_by.iter().map(|by| prose(by)).collect();
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            line.qa,
            state(line.state),
            cell(&prose(&line.text)),
            cell(&prose(&line.reason)),
            cell(&by.join("; "))
        ));
    }
    if !diagnosis.recommendations.is_empty() {
        out.push_str("\n## Worth doing\n\n");
    }
    for (number, one) in diagnosis.recommendations.iter().enumerate() {
        out.push_str(&format!(
            "{}. {} ({}). {} {}\n",
            number + 1,
            prose(&one.title),
            one.effort,
            prose(&one.benefit),
            code(&one.command)
        ));
    }
    out
}
