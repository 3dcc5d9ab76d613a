//! The application's own Content-Security-Policy blocks Cello's scripts or what they fetch.
//!
//! Near misses: policies that report only, documentation, other services' policies, nonces with `'strict-dynamic'`.

use super::Hit;
use crate::doctor::chart::Chart;
use crate::survey::csp::{self, Policy};

/// What Cello needs, and the directives that rule it, the first one there.
const NEEDS: [(&str, &[&str], &str); 3] = [
    ("scripts", &["script-src-elem", "script-src", "default-src"], "assets"),
    ("requests", &["connect-src", "default-src"], "api"),
    ("frames", &["frame-src", "child-src", "default-src"], "assets"),
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for app in &chart.findings.apps {
        let package = &chart.target.packages[app.package];
        for site in csp::policies(chart.target, package) {
            if site.csp.decoy.is_some() || site.report_only {
                continue;
            }
            let blocked: Vec<&str> = NEEDS
                .iter()
                .filter(|(_, rules, host)| !allows(&site.policy, rules, host))
                .map(|(what, _, _)| *what)
                .collect();
            // Frames alone are our conclusion, no page's word.
            if blocked.iter().any(|what| *what != "frames") {
                let at = site.csp.at.bytes;
                let text = format!("This policy blocks Cello's {}.", blocked.join(" and "));
                hits.push(Hit::new(&site.csp.at.file, &(at[0]..at[1]), text));
            }
        }
    }
    hits
}

fn allows(policy: &Policy, rules: &[&str], host: &str) -> bool {
    let Some(directive) = rules.iter().find_map(|rule| policy.get(rule)) else { return true };
    directive.sources.iter().any(|source| {
        let source = source.to_ascii_lowercase();
        let bare = source.split_once("://").map_or(source.as_str(), |(_, rest)| rest).trim_end_matches('/');
        let unknown = source.contains('{') || source == "'strict-dynamic'";
        let any = ["*", "https:", "*.cello.so"].contains(&source.as_str()) || bare == "*.cello.so";
        // What the widget asks besides the API is not published, so a host that is named counts for requests.
        let named = bare.ends_with(".cello.so") && (host == "api" || bare.starts_with(host));
        unknown || any || named
    })
}
