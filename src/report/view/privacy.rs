//! The section on security and privacy.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::Plan;
use crate::report::Facts;
use crate::report::escape::{code, prose};
use crate::report::lines::place;
use crate::report::privacy::{Privacy, Widened};

use super::codes;
use super::steps::fact_line;

/// The section.
#[derive(Serialize)]
pub struct PrivacyView {
    none: bool,
    data: Vec<String>,
    pages: Vec<String>,
    direct: Vec<String>,
    third_party: String,
    scripts: bool,
    csp: Vec<String>,
    settings: Vec<String>,
    sends: bool,
    warnings: Vec<String>,
    depersonalize: String,
    steps: Vec<String>,
}

impl PrivacyView {
    /// Of a plan.
    pub fn of(plan: &Plan, fact: Facts<'_>) -> Self {
        let privacy = Privacy::of(plan);
        Self {
            none: !privacy.sends && privacy.pages.is_empty() && privacy.csp.is_empty(),
            data: privacy
                .data
                .iter()
                .map(|(what, way)| format!("**{}** {}", prose(what), prose(way)))
                .collect(),
            pages: pages(&privacy, false),
            direct: pages(&privacy, true),
            scripts: !privacy.pages.is_empty(),
            third_party: codes(&privacy.third_party),
            csp: privacy.csp.iter().map(widened).collect(),
            settings: privacy
                .settings
                .iter()
                .map(|setting| {
                    let secret = if setting.secret { ": secret, on the server only" } else { "" };
                    format!("{}{secret}", code(&setting.name))
                })
                .collect(),
            sends: privacy.sends,
            warnings: cors(plan),
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
}

/// Layers that let other origins read answers: each kind once, with all the routers it covers.
fn cors(plan: &Plan) -> Vec<String> {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for router in plan.survey.apps.iter().flat_map(|app| &app.routers) {
        if let Some(layer) = &router.cors {
            kinds.entry(layer).or_default().push(place(&router.at));
        }
    }
    let line = |(layer, places): (&str, Vec<String>)| {
        let places = codes(&places);
        let layer = prose(layer);
        match layer.strip_prefix("a ").and_then(|layer| layer.strip_suffix(" it")) {
            Some(layer) => format!("A {layer} {places}. What it admits should be your own origins only."),
            None => format!("{places}: {layer}"),
        }
    };
    kinds.into_iter().map(line).collect()
}

fn widened(csp: &Widened) -> String {
    let directives =
        if csp.directives.is_empty() { String::new() } else { format!(" in {}", codes(&csp.directives)) };
    format!("{} gains {}{directives}", code(&csp.place), codes(&csp.sources))
}

fn pages(privacy: &Privacy, direct: bool) -> Vec<String> {
    let pages = privacy.pages.iter().filter(|page| page.direct == direct);
    pages.map(|page| format!("{} ({})", code(&page.place), prose(&page.audience))).collect()
}
