//! What a page shell is: a page for visitors or users, or something that only looks like one.
//!
//! Near misses that are no pages: e-mails with a head of their own, build output, coverage reports, documentation,
//! templates nothing renders, an administration beside the product, error pages that stand alone.

use super::graph::{Graph, Node, Root};
use super::served::Served;

/// Why a shell gets no script, before it is compared with the others.
pub fn decoy(graph: &Graph<'_>, path: &str, node: &Node<'_>, served: &Served) -> Option<String> {
    // In a template folder only what is rendered counts: `templates/docs/page.html` is a page.
    if node.name.is_none()
        && let Some(part) = parts(path).find(|part| NOT_SOURCE.contains(part))
    {
        return Some(format!(
            "{part}/ holds build output, reports or documentation, not the application's pages"
        ));
    }
    if node.document.documents_api {
        return Some(DOCUMENTATION.to_string());
    }
    if let Some(part) = parts(path).find(|part| is_extension(part)) {
        return Some(format!("{part}/ holds a browser extension, which has pages of its own"));
    }
    if node.name.is_some() && words(&stem(path)).any(is_embedded) {
        return Some(EMBEDDED.to_string());
    }
    if let Some(why) = email(graph, path, node) {
        return Some(why);
    }
    if !node.roots.is_empty()
        || served.how(path).is_some()
        || served.may_be_served(path)
        || is_front_end(node)
    {
        return error_page(graph, path, node);
    }
    // It may be what that engine renders.
    if node.name.is_none() && graph.unread.is_some() {
        return None;
    }
    Some(match (&node.name, graph.engine) {
        (Some(_), "askama") => {
            "no template extends it that is rendered, and no struct renders it".to_string()
        }
        (Some(_), _) => {
            "nothing in the code names it, and no template that is rendered extends it".to_string()
        }
        (None, _) => "no Rust code includes or serves it".to_string(),
    })
}

/// Why the viewer of an interface's documentation gets no script.
pub const DOCUMENTATION: &str = "it shows the interface's documentation, to developers";

/// Why what others show in a frame gets no script.
pub const EMBEDDED: &str = "it is shown inside other sites";

/// True for a word that says so.
pub fn is_embedded(word: &str) -> bool {
    matches!(word, "embed" | "embedded" | "iframe" | "oembed")
}

fn is_extension(part: &str) -> bool {
    matches!(
        part,
        "browser-ext" | "browser-extension" | "chrome-extension" | "firefox-extension" | "webextension"
    )
}

/// Folders of what is made from sources, or about them.
const NOT_SOURCE: [&str; 16] = [
    "dist",
    "build",
    "out",
    "coverage",
    "lcov-report",
    "vendor",
    "third_party",
    "third-party",
    "node_modules",
    "docs",
    "doc",
    "book",
    "fixtures",
    "testdata",
    "tests",
    "snapshots",
];

/// The page of a front end with a build of its own, which would take the script for a module to bundle.
pub fn is_front_end(node: &Node<'_>) -> bool {
    let source = |src: &String| {
        let file = src.split(['?', '#']).next().unwrap_or_default();
        [".ts", ".tsx", ".jsx"].iter().any(|ending| file.ends_with(ending)) || file.contains("/src/")
    };
    node.name.is_none()
        && (node.document.scripts.iter().any(source)
            || node.file.text.contains("%sveltekit.head%")
            || node.document.builds_with_trunk)
}

fn email(graph: &Graph<'_>, path: &str, node: &Node<'_>) -> Option<String> {
    let folder = parts(path).find(|part| is_mail(part));
    if let Some(part) = folder {
        return Some(format!("an e-mail: it lies in {part}/"));
    }
    let roots: Vec<&Root> = node.roots.iter().filter_map(|&number| graph.roots.get(number)).collect();
    let by_mailer = |root: &&Root| {
        let mut modules = root.path.split("::").collect::<Vec<_>>();
        modules.pop();
        modules.into_iter().any(is_mail)
    };
    if !roots.is_empty() && roots.iter().all(by_mailer) {
        return Some(format!("an e-mail: {} renders it", roots[0].path));
    }
    let named = |root: &&Root| {
        let name = root.path.rsplit("::").next().unwrap_or_default();
        name.contains("Mail") || name.contains("Email")
    };
    let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let hinted = file.contains("mail") || (!roots.is_empty() && roots.iter().all(named));
    (hinted && node.document.looks_like_email()).then(|| {
        "an e-mail: laid out by tables with inline styles, nothing to load, and named so".to_string()
    })
}

/// True for what names mail in a path.
pub fn is_mail(part: &str) -> bool {
    matches!(
        part,
        "mail" | "mails" | "email" | "emails" | "e-mail" | "e-mails" | "mailer" | "mailers" | "mailing"
    ) || part.starts_with("mailer")
        || ["_mailer", "_emails", "-emails", "_mails"].iter().any(|end| part.ends_with(end))
}

fn error_page(graph: &Graph<'_>, path: &str, node: &Node<'_>) -> Option<String> {
    let is_base = graph.nodes.values().any(|other| other.edges.contains(path));
    let stem = stem(path);
    let words: Vec<&str> = stem.split(['_', '-', '.']).collect();
    let status = |word: &&str| {
        matches!(*word, "400" | "401" | "403" | "404" | "405" | "410" | "429" | "500" | "502" | "503")
    };
    let error = words.iter().any(status)
        || matches!(
            stem.as_str(),
            "error" | "errors" | "not_found" | "not-found" | "notfound" | "offline" | "maintenance"
        );
    (error && !is_base && node.roots.len() < 2).then(|| {
        "an error page that stands alone: nobody lands on it with a code or opens the widget there"
            .to_string()
    })
}

/// True for a shell of the administration, by its path.
pub fn is_admin(path: &str) -> bool {
    parts(path).any(|part| words(part).any(|word| matches!(word, "admin" | "backoffice" | "superadmin")))
        || words(&stem(path)).any(|word| matches!(word, "admin" | "backoffice" | "superadmin"))
}

/// Who sees a shell: `public`, `signed-in`, `both` or `unknown`.
pub fn audience(graph: &Graph<'_>, path: &str, node: &Node<'_>) -> &'static str {
    let roots: Vec<&Root> = node.roots.iter().filter_map(|&number| graph.roots.get(number)).collect();
    let own = [stem(path)];
    let stems: Vec<String> =
        if roots.is_empty() { own.to_vec() } else { roots.iter().map(|root| stem(&root.template)).collect() };
    let fields = roots.iter().flat_map(|root| &root.fields);
    let knows_user = fields
        .into_iter()
        .any(|field| matches!(field.as_str(), "user" | "current_user" | "me" | "identity" | "account"));
    seen_by(&stems, knows_user)
}

/// Who sees a page that functions of these names send.
pub fn audience_of(symbols: &[String]) -> &'static str {
    // The last two parts of a path say what a handler is about: `login::get`, `account::settings_page`.
    let stems: Vec<String> = symbols
        .iter()
        .map(|symbol| symbol.rsplit("::").take(3).collect::<Vec<_>>().join("_").to_ascii_lowercase())
        .collect();
    seen_by(&stems, false)
}

fn seen_by(stems: &[String], knows_user: bool) -> &'static str {
    let public = stems.iter().any(|stem| words(stem).any(|word| PUBLIC.contains(&word)));
    let signed_in = knows_user || stems.iter().any(|stem| words(stem).any(|word| SIGNED_IN.contains(&word)));
    match (public, signed_in) {
        (true, true) => "both",
        _ if stems.len() > 1 => "both",
        (true, false) => "public",
        (false, true) => "signed-in",
        (false, false) => "unknown",
    }
}

const PUBLIC: [&str; 13] = [
    "login",
    "signin",
    "signup",
    "register",
    "registration",
    "landing",
    "pricing",
    "terms",
    "privacy",
    "forgot",
    "join",
    "welcome",
    "home",
];
const SIGNED_IN: [&str; 8] =
    ["dashboard", "account", "settings", "profile", "protected", "billing", "app", "workspace"];

/// Folders of a path, in lower case only if they are so.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/').filter(|part| !part.is_empty())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['_', '-', '.'])
}

/// A file's name without its endings, in lower case.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_paths_decide_and_not_parts_of_words() {
        assert!(is_admin("templates/admin/base.html"));
        assert!(is_admin("templates/base_admin.html"));
        assert!(!is_admin("templates/administrivia.html"));
        assert!(is_mail("emails") && !is_mail("email_verification") && !is_mail("mailbox"));
    }
}
