//! An integration by this tool lacks a part: a step of its plan is still open.
//!
//! Near misses: integrations by others, of which there is no plan; steps that are left to people.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::plan::Status;

/// Steps without which something doesn't work.
const NEEDED: [&str; 9] = [
    "module-declaration",
    "routes",
    "store-handle",
    "capture-layer",
    "signup",
    "customer-metadata",
    "page-script",
    "migration",
    "csp",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let kind = |id: &str| id.split(':').next().unwrap_or_default().to_string();
    let is_ours = chart.plan.steps.len() > 1
        && chart.plan.steps.iter().any(|step| step.id == "module" && step.status == Status::Done);
    if !is_ours {
        return Vec::new();
    }
    let open = chart.plan.steps.iter().filter(|step| {
        let waiting = step.status == Status::Ready || step.status == Status::Decide;
        waiting && NEEDED.contains(&kind(&step.id).as_str())
    });
    open.filter_map(|step| {
        let place = step.edits.first().map(|edit| (edit.file.clone(), edit.at[0]..edit.at[1]));
        let place = place.or_else(|| {
            let at = &step.evidence.first()?.at;
            Some((at.file.clone(), at.bytes[0]..at.bytes[1]))
        });
        let (file, at) = place?;
        // A file that the step would make is not there to point at.
        let (file, at) = match chart.text(&file) {
            Some(_) => (file, at),
            None => (chart.traces.first()?.file.clone(), chart.traces.first()?.at.clone()),
        };
        let ready = step.status == Status::Ready;
        Some(Hit {
            file,
            at,
            text: format!("Not done: {} (`{}`).", step.title, step.id),
            step: ready.then(|| step.id.clone()),
        })
    })
    .collect()
}
