//! Lets Cello through the application's Content-Security-Policy, and nothing else.
//!
//! `script-src 'self'` becomes `script-src 'self' https://*.cello.so`; a directive that isn't there is added with the
//! sources of the one it falls back to. A policy with nonces only stays so where every page's scripts have the nonce,
//! which the client script's tag gets too; what that loads is let through by its host, or by `'strict-dynamic'`. Near
//! misses: a policy that lets everything through, nonces that not all pages show, hashes, one put together from parts,
//! one that is no policy of this server.

use super::draft::{Draft, FileEdit, SiteVerdict};
use crate::plan::{Evidence, HandWork, SiteKind, Status, Verdict};
use crate::survey::csp::{CspSite, Directive, Policy};
use crate::survey::pages::PageSite;

const KIND: &str = "csp";

/// Matches all of Cello's hosts: assets., api. and share. of cello.so, and the same below sandbox.cello.so.
const HOST: &str = "https://*.cello.so";

/// What Cello loads, the directives that rule it (the first one there counts), and those it falls back to.
const NEEDS: [(&str, &[&str], &[&str]); 6] = [
    ("script-src", &["script-src-elem", "script-src"], &["default-src"]),
    ("connect-src", &["connect-src"], &["default-src"]),
    ("img-src", &["img-src"], &["default-src"]),
    ("style-src", &["style-src-elem", "style-src"], &["default-src"]),
    ("font-src", &["font-src"], &["default-src"]),
    ("frame-src", &["frame-src"], &["child-src", "default-src"]),
];

/// One step per policy. `nonced` says that the client script's tag has a nonce on every page.
pub fn csp(sites: &[CspSite], nonced: bool) -> Vec<Draft> {
    let live = sites.iter().filter(|site| site.csp.decoy.is_none());
    let mut drafts: Vec<Draft> = live.map(|site| draft(site, nonced)).collect();
    if drafts.is_empty() {
        let reason = "The application sets no Content-Security-Policy. If a proxy in front of it does, that one has \
                      to let https://*.cello.so through.";
        drafts.push(Draft::new(KIND, "", Status::NotApplicable, reason));
    }
    for site in sites {
        if let Some(why) = &site.csp.decoy {
            drafts[0].accounts.push(verdict(site, Verdict::NotApplicable, why.clone()));
        }
    }
    drafts
}

/// True if every page of the application that gets the client script shows a nonce for it.
pub fn nonced(pages: &[PageSite]) -> bool {
    let mut live =
        pages.iter().filter(|site| site.page.decoy.is_none() && site.covered_by.is_none()).peekable();
    live.peek().is_some() && live.all(|site| site.nonce.is_some() && site.place.is_some())
}

fn draft(site: &CspSite, nonced: bool) -> Draft {
    let subject = site.id.strip_prefix("csp:").unwrap_or(&site.id);
    let changes = changes(&site.policy, nonced);
    let kind = if site.report_only { "policy, which only reports," } else { "policy" };
    let (status, answer, reason) = match (changes.is_empty(), obstacle(site, nonced)) {
        (true, _) => {
            (Status::Done, Verdict::Covered, format!("This {kind} lets Cello's hosts through already."))
        }
        (false, Some(why)) => (
            Status::ByHand,
            Verdict::ByHand,
            format!("This {kind} has to let Cello's hosts through, but {why}."),
        ),
        (false, None) => (Status::Ready, Verdict::Edit, reason(kind, &site.policy, &changes)),
    };
    let mut draft = Draft::new(KIND, subject, status, &reason);
    draft.evidence.push(Evidence { at: site.csp.at.clone(), fact: "the policy as it is".to_string() });
    match status {
        Status::Ready => draft.edits = edits(site, &changes),
        Status::ByHand => draft.by_hand.push(HandWork {
            todo: todo(site),
            place: Some(site.csp.at.clone()),
            text: changes.iter().map(Change::text).collect::<Vec<_>>().join("; "),
            turns_green: None,
        }),
        _ => {}
    }
    draft.accounts.push(verdict(site, answer, reason));
    draft
}

/// A directive that has to say more.
#[derive(Debug)]
struct Change {
    name: String,
    /// The directive to extend, else where its sources are copied from.
    from: String,
    /// True if the directive is added.
    new: bool,
    /// Sources it has, or takes over.
    old: Vec<String>,
    /// Sources it gains.
    add: Vec<&'static str>,
}

impl Change {
    fn text(&self) -> String {
        let kept =
            self.old.iter().map(String::as_str).filter(|source| !source.eq_ignore_ascii_case("'none'"));
        let all: Vec<&str> = kept.chain(self.add.iter().copied()).collect();
        format!("{} {}", self.name, all.join(" "))
    }
}

fn changes(policy: &Policy, nonced: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    for (need, own, fallback) in NEEDS {
        let own = own.iter().find_map(|name| policy.get(name));
        let from = own.or_else(|| fallback.iter().find_map(|name| policy.get(name)));
        let Some(from) = from else {
            continue;
        };
        let mut add = Vec::new();
        // The client script and the token endpoint are the application's own.
        let same_origin = matches!(need, "script-src" | "connect-src");
        let has = |source: &str| from.sources.iter().any(|have| have.eq_ignore_ascii_case(source));
        let trusted = need == "script-src" && nonced && names(from, "'nonce-");
        // What a trusted script loads is trusted there, and hosts have no effect.
        if trusted && has("'strict-dynamic'") {
            continue;
        }
        if same_origin && !trusted && !has("'self'") && !has("*") {
            add.push("'self'");
        }
        if ![HOST, "*.cello.so", "*", "https:"].iter().any(|source| has(source)) {
            add.push(HOST);
        }
        if !add.is_empty() {
            changes.push(Change {
                name: own.map_or(need, |own| own.name.as_str()).to_string(),
                from: from.name.clone(),
                new: own.is_none(),
                old: from.sources.clone(),
                add,
            });
        }
    }
    changes
}

/// True if a source of a directive starts so.
fn names(directive: &Directive, start: &str) -> bool {
    directive.sources.iter().any(|source| source.to_ascii_lowercase().starts_with(start))
}

/// Why the policy can't be extended by rule.
fn obstacle(site: &CspSite, nonced: bool) -> Option<String> {
    if let Some(why) = &site.by_hand {
        return Some(why.clone());
    }
    let policy = &site.policy;
    let script = ["script-src-elem", "script-src", "default-src"].iter().find_map(|name| policy.get(name))?;
    let has = |start: &str| names(script, start);
    if nonced && has("'nonce-") {
        return None;
    }
    if has("'strict-dynamic'") {
        return Some(format!("with 'strict-dynamic' hosts in its {} have no effect", script.name));
    }
    let by_value = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|start| has(start));
    (by_value && !has("'self'")).then(|| {
        format!(
            "its {} trusts scripts by nonce or hash only, and opening it is for a person to decide",
            script.name
        )
    })
}

fn todo(site: &CspSite) -> String {
    let by_value = site.by_hand.is_none();
    let nonce = if by_value {
        " Or keep it as strict as it is and give the client script's tag the page's nonce; scripts that it loads then \
         need 'strict-dynamic'."
    } else {
        ""
    };
    format!("Let the policy end up with these directives.{nonce}")
}

fn edits(site: &CspSite, changes: &[Change]) -> Vec<FileEdit> {
    let edit = |at, text: String| FileEdit { file: site.csp.at.file.clone(), at: Some(at), text };
    let mut edits = Vec::new();
    let mut added = String::new();
    for change in changes {
        let Some(directive) = site.policy.get(&change.name).filter(|_| !change.new) else {
            added.push_str(&site.policy.separator);
            added.push_str(&change.text());
            continue;
        };
        match &directive.none {
            Some(none) => edits.push(edit(none.clone(), change.add.join(" "))),
            None => edits.push(edit(directive.end..directive.end, format!(" {}", change.add.join(" ")))),
        }
    }
    if let (false, Some(last)) =
        (added.is_empty(), site.policy.directives.iter().map(|directive| directive.end).max())
    {
        edits.push(edit(last..last, added));
    }
    edits.sort_by_key(|edit| edit.at.as_ref().map(|at| (at.start, at.end)));
    edits
}

fn reason(kind: &str, policy: &Policy, changes: &[Change]) -> String {
    let list = |names: Vec<&str>| names.join(", ");
    let with_host = |new: bool| {
        changes
            .iter()
            .filter(|change| change.new == new && change.add.contains(&HOST))
            .map(|change| change.name.as_str())
            .collect::<Vec<_>>()
    };
    let (extended, added) = (with_host(false), with_host(true));
    let mut parts = Vec::new();
    if !extended.is_empty() {
        parts.push(format!(
            "{} {} https://*.cello.so",
            list(extended.clone()),
            if extended.len() == 1 { "gains" } else { "gain" }
        ));
    }
    if !added.is_empty() {
        let from =
            changes.iter().find(|change| change.new).map_or("default-src", |change| change.from.as_str());
        parts.push(format!(
            "{} {} added with the sources of {from} and that host",
            list(added.clone()),
            if added.len() == 1 { "is" } else { "are" }
        ));
    }
    let own: Vec<&str> = changes
        .iter()
        .filter(|change| change.add.contains(&"'self'"))
        .map(|change| change.name.as_str())
        .collect();
    if !own.is_empty() {
        parts.push(format!(
            "{} {} 'self' for the application's own client script and token",
            list(own.clone()),
            if own.len() == 1 { "gains" } else { "gain" }
        ));
    }
    let trusted = if policy.get("require-trusted-types-for").is_some() {
        " It also requires trusted types: see that the widget works under them."
    } else {
        ""
    };
    format!(
        "This {kind} is widened by Cello's hosts and no more (scripts from assets., calls to api. and share., the same \
         below sandbox.cello.so): {}.{trusted}",
        parts.join("; ")
    )
}

fn verdict(site: &CspSite, verdict: Verdict, reason: String) -> SiteVerdict {
    SiteVerdict { site: site.id.clone(), kind: SiteKind::Csp, verdict, case: None, reason }
}
