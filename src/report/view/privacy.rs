//! The section on security and privacy.

use serde::Serialize;

use crate::plan::Plan;
use crate::report::Facts;
use crate::report::escape::{code, prose};
use crate::report::privacy::{Privacy, Widened};

use super::steps::fact_line;
use super::{codes, quoted};

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
        let cors = plan.survey.apps.iter().flat_map(|app| &app.routers).filter_map(|router| {
            let cors = router.cors.as_ref()?;
            Some(format!("A CORS layer covers {}: {}", quoted(&router.at), prose(cors)))
        });
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
