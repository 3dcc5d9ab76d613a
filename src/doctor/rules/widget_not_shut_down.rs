//! Somebody logs out without a page load, and the widget stays for the next one.
//!
//! Near misses: pages of a server, where every log-out loads one; a front end that reloads on logging out.

use super::Hit;
use crate::doctor::chart::{Call, Chart};
use crate::target::is_client_code;

const LOG_OUT: [&str; 8] =
    ["logout", "logOut", "signOut", "signout", "log_out", "sign_out", "handleLogout", "onLogout"];
const LOADS_PAGE: [&str; 7] = [
    "location.href",
    "location.assign",
    "location.replace",
    "location.reload",
    "location =",
    "window.location",
    "method=\"post\"",
];

pub(super) fn check(chart: &Chart<'_>) -> Vec<Hit> {
    if chart.browser_says("shutdown") || chart.browser_says("stop") {
        return Vec::new();
    }
    let single_page = chart.front.iter().any(|file| {
        let of = |name: &str| file.text.contains(name);
        file.path.ends_with("package.json")
            && ["\"react-dom\"", "\"vue\"", "\"svelte\"", "\"solid-js\""].iter().any(|name| of(name))
    });
    let client = chart.front.iter().filter(|file| is_client_code(&file.path));
    let leaves: Vec<_> = client.filter(|file| LOG_OUT.iter().any(|word| file.text.contains(word))).collect();
    let reloads = leaves.iter().any(|file| LOADS_PAGE.iter().any(|word| file.text.contains(word)));
    if !single_page || leaves.is_empty() || reloads {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for script in chart.scripts.iter().filter(|script| is_client_code(&script.file)) {
        if let Some(call) = Call::all(&script.tokens).find(Call::is_boot) {
            let text = format!("Booted here, and {} logs out without shutting it down.", leaves[0].path);
            hits.push(Hit::new(&script.file, &script.tokens[call.name].at, text));
        }
    }
    hits
}
