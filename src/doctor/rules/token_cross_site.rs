//! Any site may ask for the token with the visitor's cookies: CORS mirrors every origin and allows credentials.
//!
//! Near misses: CORS for listed origins; an endpoint that looks at `Sec-Fetch-Site` itself; what is for development only;
//! people who are known by a bearer token alone.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    if chart.claims().next().is_none()
        || by_bearer_token(chart)
        || chart.rust_says("sec-fetch-site")
        || chart.rust_says("Sec-Fetch-Site")
    {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for (path, file) in &chart.target.files {
        let open = ["very_permissive", "mirror_request", "Cors::permissive"]
            .iter()
            .find(|word| file.text.contains(*word));
        let Some(open) = open.filter(|_| path.ends_with(".rs") && !file.text.contains("debug_assertions"))
        else {
            continue;
        };
        let credentials = *open != "mirror_request" || file.text.contains("allow_credentials(true)");
        let Some(start) = code_position(&file.text, open).filter(|_| credentials) else { continue };
        let at = start..start + open.len();
        hits.push(Hit::new(path, &at, "Every origin is allowed here, with the visitor's cookies."));
    }
    hits
}

/// True if people are known by a bearer token alone, which another site's page doesn't have.
fn by_bearer_token(chart: &Chart<'_>) -> bool {
    let mut best =
        chart.findings.apps.iter().flat_map(|app| &app.identity).filter(|site| site.identity.rank == 1);
    best.next().is_some_and(|first| first.bearer_alone && best.all(|site| site.bearer_alone))
}

/// Where a word stands in code rather than in a comment.
fn code_position(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(start, _)| start).find(|&start| {
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        !text[line..start].contains("//")
    })
}
