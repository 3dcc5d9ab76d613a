//! Content-Security-Policies: in the Rust code that sets the header, in `<meta http-equiv>` of pages, in a front end's
//! configuration, and in files that a web server or host reads.
//!
//! `HeaderValue::from_static("default-src 'self'; script-src 'self'")` in a function that names the header. Near
//! misses: a policy in a test; one that no code near it puts into the header (documentation, another service's, a
//! message); one put together from parts, whose end nobody can point at.

mod config;
mod files;
mod policy;
mod rust;

pub use policy::{Directive, Policy};

use crate::survey::Csp;
use crate::survey::frontend::{FrontEnd, front_ends};
use crate::survey::html::Document;
use crate::survey::literals::belongs;
use crate::survey::mapped::Mapped;
use crate::survey::pages::{PageSite, pages};
use crate::target::{Package, Target, by_place};

/// A policy, with what a step needs of it.
#[derive(Debug, Clone)]
pub struct CspSite {
    /// `csp:PATH`, with `#2` for a second one in a file.
    pub id: String,
    /// What the survey says of it.
    pub csp: Csp,
    /// Its directives with their places.
    pub policy: Policy,
    /// True if it only reports.
    pub report_only: bool,
    /// Why a person has to extend it, if so.
    pub by_hand: Option<String>,
}

/// The policies of a package, by file and position.
pub fn policies(target: &Target, package: &Package) -> Vec<CspSite> {
    policies_beside(target, package, &front_ends(target, package), &pages(target, package))
}

/// The same, where its front ends and pages are known.
pub fn policies_beside(
    target: &Target,
    package: &Package,
    front_ends: &[FrontEnd],
    pages: &[PageSite],
) -> Vec<CspSite> {
    let mut sites = rust::policies(target, package);
    sites.extend(in_pages(target, package, pages));
    sites.extend(config::policies(target, package));
    sites.extend(files::policies(target, package));
    from_elsewhere(front_ends, &mut sites);
    sites.sort_by(|a, b| by_place(&a.csp.at, &b.csp.at));
    let mut last = String::new();
    let mut count = 0;
    for site in &mut sites {
        count = if site.csp.at.file == last { count + 1 } else { 1 };
        last.clone_from(&site.csp.at.file);
        site.id = if count == 1 { format!("csp:{last}") } else { format!("csp:{last}#{count}") };
    }
    sites
}

/// A front end whose API is another origin loads the script from there, which its own policy has to name.
fn from_elsewhere(front_ends: &[FrontEnd], sites: &mut [CspSite]) {
    let of_pages = |site: &CspSite| site.csp.kind != "header" && site.csp.decoy.is_none();
    if !sites.iter().any(of_pages) {
        return;
    }
    for front in front_ends {
        let root = front.package.path("");
        let same = front.wiring.as_ref().is_ok_and(|wiring| wiring.api.origin.is_none());
        let own = |site: &&mut CspSite| {
            of_pages(site) && site.csp.at.file.starts_with(&root) && site.by_hand.is_none()
        };
        for site in sites.iter_mut().filter(own).filter(|_| !same && !root.is_empty()) {
            site.by_hand = Some(
                "the client script may come from the API's own origin, which its script-src then has to name too"
                    .to_string(),
            );
        }
    }
}

fn in_pages(target: &Target, package: &Package, pages: &[PageSite]) -> Vec<CspSite> {
    let mut sites = Vec::new();
    for (path, file) in &target.files {
        let is_page = [".html", ".htm", ".jinja", ".j2", ".askama", ".tera", ".hbs"]
            .iter()
            .any(|end| path.ends_with(end));
        if !is_page
            || !belongs(target, package, path)
            || !file.text.to_ascii_lowercase().contains("content-security-policy")
        {
            continue;
        }
        for range in Document::read(&file.text).policies {
            let source = &file.text[range.clone()];
            let Some(policy) = Policy::read(&Mapped::plain(source, range.start), &file.text) else {
                continue;
            };
            let shell = pages.iter().find(|site| site.page.at.file == *path);
            let by_hand = source.contains('&').then(|| "it is written with character references".to_string());
            sites.push(CspSite {
                id: String::new(),
                csp: Csp {
                    app: package.name.clone(),
                    at: file.at(range),
                    kind: "meta".to_string(),
                    directives: policy.facts(),
                    decoy: shell.and_then(|site| site.page.decoy.clone()),
                },
                policy,
                report_only: false,
                by_hand,
            });
        }
    }
    sites
}

#[cfg(test)]
mod tests;
