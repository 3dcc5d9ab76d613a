//! What browsers get: one line in every page, a script, and a policy that lets Cello through and nothing else.

use crate::csp::Policy;
use crate::world::{SECRETS, Scene};

const SCRIPT: &str = "/api/cello/client.js";
const PUBLIC: [&str; 3] = ["/", "/login", "/signup"];
const SIGNED_IN: [&str; 4] = ["/", "/dashboard", "/billing", "/account"];

#[test]
fn every_page_has_the_script_once_and_no_secret() {
    let scene = Scene::new();
    let mut visitor = scene.referred();
    let mut ada = scene.referred();
    ada.sign_up("ada");
    let mut pages: Vec<_> = PUBLIC.iter().map(|path| (path, visitor.sees(path))).collect();
    pages.extend(SIGNED_IN.iter().map(|path| (path, ada.sees(path))));
    for (path, page) in pages {
        let text = page.text();
        let line = format!("<script type=\"module\" src=\"{SCRIPT}\"></script>");
        assert_eq!(text.matches(&line).count(), 1, "{path}");
        assert_eq!(text.matches("cello").count(), 1, "nothing else of Cello's: {path}");
        let head = text.split("</head>").next().unwrap_or_default();
        assert!(head.contains(&line), "in the head: {path}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {path}");
        }
    }
}

#[test]
fn the_script_is_cached_by_its_tag_and_has_no_secret() {
    let scene = Scene::new();
    let mut browser = scene.browser();
    let script = browser.sees(SCRIPT);
    let text = script.text();
    assert!(script.header("content-type").is_some_and(|kind| kind.starts_with("text/javascript")));
    assert_eq!(script.header("x-content-type-options"), Some("nosniff"), "the layers hold for it");
    assert!(text.contains("'https://assets.sandbox.cello.so'"), "the host comes from the settings");
    assert!(!text.contains("__ASSETS__"));
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}");
    }

    let tag = script.header("etag").expect("a tag").to_string();
    for sent in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let again = browser.get_with(SCRIPT, &[("if-none-match", &sent)]);
        assert_eq!((again.status(), again.body.len()), (Some(304), 0), "{sent}");
        assert_eq!(again.header("etag"), Some(&*tag));
    }
    assert_eq!(browser.get_with(SCRIPT, &[("if-none-match", "\"other\"")]).status(), Some(200));

    // The same tag in another process, another one for another script.
    let same = Scene::new();
    assert_eq!(same.browser().sees(SCRIPT).header("etag"), Some(&*tag));
    let production = |settings: &mut crate::world::Settings| {
        settings.insert("CELLO_ENV", "production".into());
        settings.remove("CELLO_ASSETS_BASE_URL");
    };
    let other = Scene::with_settings(None, &production);
    let script = other.browser().sees(SCRIPT);
    assert_ne!(script.header("etag"), Some(&*tag));
    assert!(script.text().contains("'https://assets.cello.so'"));
}

#[test]
fn the_policy_lets_cello_through_and_keeps_what_it_was() {
    let scene = Scene::new();
    let page = scene.browser().sees("/");
    let policy = Policy::read(page.header("content-security-policy").expect("a policy"));
    for host in ["assets.cello.so", "assets.sandbox.cello.so"] {
        assert!(policy.allows("script-src", host), "scripts of {host}");
    }
    for directive in ["connect-src", "img-src", "style-src", "font-src"] {
        assert!(policy.allows(directive, "share.cello.so"), "{directive}");
    }
    for directive in ["script-src", "connect-src", "style-src", "img-src", "font-src"] {
        assert!(policy.has(directive, "'self'"), "{directive} of our own");
    }
    assert!(!policy.has("script-src", "'unsafe-inline'"), "no inline script is needed");
    assert!(!policy.allows("script-src", "example.org") && !policy.has("script-src", "*"));

    let before = Policy::read(
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self' https://checkout.stripe.com https://billing.stripe.com",
    );
    for (directive, sources) in before.directives() {
        assert!(sources.iter().all(|source| policy.has(directive, source)), "{directive} lost something");
    }
    for directive in ["default-src", "object-src", "base-uri", "frame-ancestors", "form-action"] {
        assert!(!policy.allows(directive, "assets.cello.so"), "{directive} needs no Cello");
    }
}
