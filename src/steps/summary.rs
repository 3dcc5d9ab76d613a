//! Counts for the first screen.

use crate::plan::{ChangedLines, PlannedFile, Status, Step, Summary};
use crate::survey::Findings;

/// The summary of a plan's steps.
pub fn summary(findings: &Findings, steps: &[Step], files: &[PlannedFile]) -> Summary {
    let count = |status: Status| steps.iter().filter(|step| step.status == status).count();
    let mut frameworks: Vec<String> = findings
        .survey
        .apps
        .iter()
        .flat_map(|app| {
            app.frameworks.iter().map(|framework| format!("{} {}", framework.name, framework.version))
        })
        .collect();
    frameworks.sort();
    frameworks.dedup();
    let best = findings.survey.apps.iter().flat_map(|app| &app.identity).find(|identity| identity.rank == 1);
    Summary {
        attribution: "unknown".into(),
        frameworks,
        identity: best.map_or_else(|| "unknown".into(), |identity| identity.type_path.clone()),
        ready: count(Status::Ready),
        decide: count(Status::Decide),
        by_hand: count(Status::ByHand),
        done: count(Status::Done),
        not_applicable: count(Status::NotApplicable),
        changed_lines: changed_lines(steps, files),
        new_lines: files
            .iter()
            .filter_map(|file| file.content.as_ref())
            .map(|text| text.lines().count())
            .sum(),
    }
}

/// Lines that the ready steps add to or change in existing files, from their diffs.
fn changed_lines(steps: &[Step], files: &[PlannedFile]) -> ChangedLines {
    let mut lines = ChangedLines::default();
    for edit in steps.iter().flat_map(|step| &step.edits) {
        let created = files.iter().any(|file| file.path == edit.file && file.before.is_none());
        if created {
            continue;
        }
        let added =
            edit.diff.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).count();
        let name = edit.file.rsplit('/').next().unwrap_or(&edit.file);
        let kind = match name {
            "Cargo.toml" | "Cargo.lock" => &mut lines.manifests,
            name if name.ends_with(".rs") => &mut lines.rust,
            name if [".html", ".htm", ".jinja", ".j2"].iter().any(|ending| name.ends_with(ending)) => {
                &mut lines.templates
            }
            _ => &mut lines.other,
        };
        *kind += added;
    }
    lines
}
