//! What betrays an integration with Cello, of whose making ever. Without any there is nothing to examine.
//!
//! Near misses: an application about the instrument; a README or comment that plans to use Cello.

use std::ops::Range;

use super::{Call, Chart, has_word};
use crate::playbook::Component;

/// A sign of Cello in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The part of Cello it is of.
    pub component: Component,
    /// The file.
    pub file: String,
    /// Its bytes.
    pub at: Range<usize>,
}

/// Strings of Rust code that only an integration has, with the part they are of.
const STRINGS: [(&str, Component); 10] = [
    ("/cello.js", Component::ReferralWidget),
    ("cello-attribution.js", Component::Attribution),
    ("cello-referral", Component::Attribution),
    ("ReferralUpdated", Component::SignupTracking),
    ("cello_ucc", Component::PurchaseTracking),
    ("new_user_id", Component::PurchaseTracking),
    ("assets.cello.so", Component::Setup),
    ("api.cello.so", Component::Setup),
    ("sandbox.cello.so", Component::Setup),
    ("CELLO_", Component::Setup),
];

/// All traces, by file and place.
pub fn find(chart: &Chart<'_>) -> Vec<Trace> {
    let mut found = Vec::new();
    let mut add = |component, file: &str, at: &Range<usize>| {
        found.push(Trace { component, file: file.to_string(), at: at.clone() });
    };
    for literal in &chart.rust.literals {
        for (text, component) in STRINGS {
            let whole = ["ReferralUpdated", "new_user_id"].contains(&text);
            if if whole { literal.text == text } else { literal.text.contains(text) } {
                add(component, &literal.file, &literal.at);
            }
        }
    }
    for (file, at, _) in chart.claims() {
        add(Component::ReferralWidget, file, &at);
    }
    for signing in chart.signings() {
        add(Component::ReferralWidget, &signing.file, &signing.at);
    }
    for shape in chart.shapes_with("eventName") {
        // Others have events of a name, too.
        let has = |key: &str| shape.what.entries.iter().any(|entry| entry.key == key);
        if has("payload") && has("context") {
            add(Component::SignupTracking, &shape.file, &shape.at);
        }
    }
    for pair in &chart.rust.pairs {
        if ["cello_ucc", "new_user_id"].contains(&pair.what.key.as_str()) {
            add(Component::PurchaseTracking, &pair.file, &pair.at);
        }
    }
    for tag in &chart.tags {
        let source = tag.tag.attribute("src").unwrap_or_default();
        if source.contains("cello-attribution") || source.ends_with("/cello/client.js") {
            add(Component::Attribution, &tag.file, &tag.tag.at);
        }
        if source.contains(".cello.so/") {
            add(Component::Setup, &tag.file, &tag.tag.at);
        }
        if source.ends_with("/cello.js") && source.contains("latest") || source.ends_with("/cello/client.js")
        {
            add(Component::ReferralWidget, &tag.file, &tag.tag.at);
        }
    }
    for script in &chart.scripts {
        for token in &script.tokens {
            let text = token.string().unwrap_or_default();
            if text.contains("cello-attribution.js") || token.is("CelloAttribution") {
                add(Component::Attribution, &script.file, &token.at);
            } else if text.ends_with("latest/cello.js") {
                add(Component::ReferralWidget, &script.file, &token.at);
            } else if text.contains(".cello.so") || text.contains("CELLO_") || token.text == "productUserId" {
                add(Component::Setup, &script.file, &token.at);
            }
        }
        for call in Call::all(&script.tokens) {
            let queue = has_word(&script.tokens, "cmd") && has_word(&script.tokens, "cello");
            if (call.is_boot() && queue) || call.called() == "Cello" {
                add(Component::ReferralWidget, &script.file, &script.tokens[call.name].at);
            }
        }
    }
    for setting in chart.settings.iter().filter(|setting| setting.name.contains("CELLO_")) {
        add(Component::Setup, &setting.file, &setting.at);
    }
    found.sort_by(|a, b| (&a.file, a.at.start, a.component).cmp(&(&b.file, b.at.start, b.component)));
    found.dedup();
    found
}

impl Chart<'_> {
    /// True if there is any trace of a part of Cello.
    pub fn has(&self, component: Component) -> bool {
        self.traces.iter().any(|trace| trace.component == component)
    }
}
