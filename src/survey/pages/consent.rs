//! What an application says of cookies: promises in the prose of its pages, and consent tools that they load.
//!
//! "No tracking cookies are used without your consent." Near misses: code that reads `document.cookie`, a sentence
//! about baking, documentation for programmers (`<code>`), e-mails.

use crate::survey::literals::belongs;
use crate::target::{At, Package, SourceText, Target};

use super::judge::is_mail;

/// A promise or a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The sentence, or the tool's address.
    pub at: At,
    /// The tool's name, if it is one.
    pub tool: Option<&'static str>,
}

/// Addresses and packages of consent tools.
const TOOLS: [(&str, &str); 14] = [
    ("consent.cookiebot.com", "Cookiebot"),
    ("cdn.cookielaw.org", "OneTrust"),
    ("otSDKStub.js", "OneTrust"),
    ("usercentrics.eu", "Usercentrics"),
    ("cdn-cookieyes.com", "CookieYes"),
    ("cdn.iubenda.com", "iubenda"),
    ("app.termly.io", "Termly"),
    ("consentmanager.net", "consentmanager"),
    ("sdk.privacy-center.org", "Didomi"),
    ("tarteaucitron", "tarteaucitron"),
    ("vanilla-cookieconsent", "CookieConsent"),
    ("react-cookie-consent", "react-cookie-consent"),
    ("cookieconsent.min.js", "CookieConsent"),
    ("klaro.js", "Klaro"),
];

/// Words that make a sentence about cookies a promise.
const PROMISES: [&str; 16] = [
    "consent",
    "do not use",
    "don't use",
    "don&#39;t use",
    "does not use",
    "doesn't use",
    "never use",
    "no tracking",
    "no third-party",
    "no third party",
    "only essential",
    "only necessary",
    "strictly necessary",
    "essential cookies",
    "necessary cookies",
    "accept cookies",
];

/// The promises and tools in a package's pages, components included, by place.
pub fn consent(target: &Target, package: &Package) -> Vec<Consent> {
    let mut found = Vec::new();
    for (path, file) in target.files.iter().filter(|(path, _)| is_page(path)) {
        let other =
            path.split('/').any(|part| is_mail(part) || NOT_SHOWN.contains(&part)) || path.contains(".test.");
        if other || !belongs(target, package, path) {
            continue;
        }
        found.extend(tool(file));
        found.extend(promises(file));
    }
    found
}

fn is_page(path: &str) -> bool {
    const ENDINGS: [&str; 13] = [
        ".html", ".htm", ".jinja", ".j2", ".askama", ".tera", ".hbs", ".stpl", ".tsx", ".jsx", ".svelte",
        ".vue", ".astro",
    ];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

const NOT_SHOWN: [&str; 12] = [
    "dist",
    "build",
    "coverage",
    "lcov-report",
    "docs",
    "doc",
    "book",
    "fixtures",
    "tests",
    "__tests__",
    "e2e",
    "examples",
];

fn tool(file: &SourceText) -> Option<Consent> {
    let (at, text, name) =
        TOOLS.iter().find_map(|(text, name)| Some((file.text.find(text)?, *text, *name)))?;
    Some(Consent { at: file.at(at..at + text.len()), tool: Some(name) })
}

fn promises(file: &SourceText) -> Vec<Consent> {
    let lower = file.text.to_ascii_lowercase();
    let mut found: Vec<Consent> = Vec::new();
    for (word, _) in lower.match_indices("cookie") {
        let ends = ['<', '>', '{', '}', '"', '`', '=', ';'];
        let stop = |c: char| ends.contains(&c) || matches!(c, '.' | '!' | '?');
        let start = lower[..word].rfind(stop).map_or(0, |at| at + 1);
        let end = lower[word..].find(stop).map_or(lower.len(), |at| word + at);
        let sentence = &lower[start..end];
        let words = sentence
            .split_whitespace()
            .filter(|word| word.chars().all(|c| c.is_alphabetic() || "',-".contains(c)));
        let promise = PROMISES.iter().any(|promise| sentence.contains(promise));
        if !promise || words.count() < 4 || sentence.len() > 400 {
            continue;
        }
        // What programmers are shown is no promise to visitors.
        let before = &lower[..start];
        if before.rfind("<code").is_some_and(|open| before.rfind("</code").is_none_or(|close| close < open)) {
            continue;
        }
        let from = start + (sentence.len() - sentence.trim_start().len());
        let at = file.at(from..start + sentence.trim_end().len());
        if found.last().is_none_or(|last| last.at != at) {
            found.push(Consent { at, tool: None });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        promises(&SourceText::new("a.html", text)).into_iter().map(|one| one.at.text).collect()
    }

    #[test]
    fn sentences_that_promise_are_found_and_code_and_recipes_are_not() {
        assert_eq!(
            said("<p>We use essential cookies. No tracking cookies\n are used without your consent!</p>"),
            ["We use essential cookies", "No tracking cookies"]
        );
        for other in [
            "<p>We baked cookies with no third-degree burns</p>",
            "<script>if (!document.cookie.includes('consent=1')) show()</script>",
            "<code>only send the session cookie to hosts with consent</code>",
            "<h2>Cookie consent</h2>",
        ] {
            assert!(said(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_consent_tool_is_known_by_its_address() {
        let file = SourceText::new("a.html", "<script src=\"https://consent.cookiebot.com/uc.js\"></script>");
        assert_eq!(tool(&file).unwrap().tool, Some("Cookiebot"));
        assert_eq!(tool(&SourceText::new("a.html", "<script src=\"/app.js\"></script>")), None);
    }
}
