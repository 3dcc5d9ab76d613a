//! Browser code calls Cello's REST API, for which it needs the access key pair.
//!
//! Near misses: a server in JavaScript; the scripts' hosts.

use super::Hit;
use crate::doctor::chart::Chart;

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for script in chart.scripts.iter().filter(|script| !is_server(&script.file)) {
        let own = script
            .tokens
            .iter()
            .any(|token| ["express", "http", "require", "fastify", "hono"].contains(&token.text.as_str()));
        let address = script.tokens.iter().find(|token| {
            let text = token.string().unwrap_or_default();
            text.contains("://api.cello.so") || text.contains("://api.sandbox.cello.so")
        });
        if let Some(address) = address.filter(|_| !own) {
            hits.push(Hit::new(&script.file, &address.at, "This browser code calls Cello's API."));
        }
    }
    hits
}

fn is_server(path: &str) -> bool {
    const PARTS: [&str; 8] =
        ["server", "api", "backend", "functions", "lambda", "workers", "scripts", "middleware"];
    path.split('/').any(|part| PARTS.contains(&part))
        || path.contains(".server.")
        || path.contains(".config.")
}
