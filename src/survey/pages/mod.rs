//! Page shells: files with a `<head>` of their own, who sees them, and where their script goes.
//!
//! `templates/base.html` with `</head>`, extended by pages that template structs render. A partial that two or more
//! live shells include in their heads gets the script instead of each of them. Near misses are named in [`judge`].

mod built;
mod code;
mod consent;
mod graph;
mod judge;
mod mail;
mod outside;
mod partials;
mod place;
mod served;
mod template;

pub use consent::{Consent, consent};
use graph::Graph;
pub use outside::outside;
pub use place::{Form, Place};
use served::Served;
pub use served::Shared;

use crate::survey::Page;
use crate::survey::frontend::{self, FrontEnd, FrontPackage, front_ends};
use crate::target::{At, Package, Target, by_place};

/// A page shell, with what a step needs of it.
#[derive(Debug, Clone)]
pub struct PageSite {
    /// What the survey says of it.
    pub page: Page,
    /// Where its script goes, if that can be told.
    pub place: Option<Place>,
    /// True if the script is there.
    pub already: bool,
    /// Id of the shared partial that brings the script.
    pub covered_by: Option<String>,
    /// Number of shells this partial serves; 0 for a page.
    pub serves: usize,
    /// Why a person has to do it, if so.
    pub by_hand: Option<String>,
    /// Folder of the front end that it is the shell of.
    pub front_end: Option<String>,
    /// What the page's scripts have as their nonce, as the template writes it.
    pub nonce: Option<String>,
    /// Why it is taken for a live page, in a phrase.
    pub live: String,
    /// The first struct that renders it.
    pub rendered_by: Option<At>,
}

impl PageSite {
    /// Byte of the insertion.
    pub fn script_at(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.at)
    }
}

/// The page shells of a package, by path.
pub fn pages(target: &Target, package: &Package) -> Vec<PageSite> {
    let shared = Shared::of(target, &[package]);
    pages_beside(target, package, &shared, &front_ends(target, package))
}

/// The same, where what its libraries serve and its front ends are known.
pub fn pages_beside(
    target: &Target,
    package: &Package,
    shared: &Shared,
    front_ends: &[FrontEnd],
) -> Vec<PageSite> {
    let served = Served::read(target, package, shared);
    let graph = Graph::read(target, package, &served);
    let mut sites: Vec<PageSite> = Vec::new();
    for (path, node) in graph.nodes.iter().filter(|(_, node)| node.document.is_shell()) {
        sites.push(site(package, &graph, &served, path, node));
    }
    mail::by_mail(target, package, &graph, &served, &mut sites);
    partials::whole_heads(&graph, &mut sites);
    sites.extend(code::pages(target, package));
    let has_source = front_ends.iter().any(|front| front.package.decoy.is_none());
    built::leave_what_is_built(target, &graph, has_source, &mut sites);
    for front in front_ends {
        for shell in &front.shells {
            shell_of(target, package, &front.package, shell, &mut sites);
        }
    }
    admin(&mut sites, graph.has_user_pages_without_shell());
    partials::shared(package, &graph, &mut sites);
    sites.sort_by(|a, b| by_place(&a.page.at, &b.page.at));
    sites
}

fn site(
    package: &Package,
    graph: &Graph<'_>,
    served: &Served,
    path: &str,
    node: &graph::Node<'_>,
) -> PageSite {
    let file = node.file;
    let decoy = judge::decoy(graph, path, node, served);
    let email = decoy.as_ref().is_some_and(|why| why.starts_with("an e-mail"));
    let end = |tags: &[std::ops::Range<usize>]| tags.last().map(|tag| file.at(tag.clone()));
    let front_end = judge::is_front_end(node);
    let found = place::in_head(file, &node.document, &node.template);
    let unnamed = node.roots.is_empty() && served.how(path).is_none();
    let by_hand = match (&found, node.document.looks_like_email()) {
        _ if front_end => Some("a front end with a build of its own includes this page".to_string()),
        _ if unnamed => Some(match graph.unread {
            Some(engine) => format!("{engine} may render it, whose templates are not read"),
            None => "the code serves a folder that only its settings name, which may be this one".to_string(),
        }),
        (_, true) => Some("it is laid out like an e-mail".to_string()),
        (Err(why), _) => Some(why.clone()),
        (Ok(_), false) => None,
    };
    PageSite {
        page: Page {
            id: format!("page:{path}"),
            app: package.name.clone(),
            at: file.at(0..file.text.len()),
            kind: if front_end {
                "front-end"
            } else if node.name.is_some() {
                graph.engine
            } else {
                "html"
            }
            .to_string(),
            audience: if email { "email" } else { judge::audience(graph, path, node) }.to_string(),
            head_end: end(&node.document.head_ends),
            body_end: end(&node.document.body_ends),
            decoy,
        },
        place: found.ok(),
        already: node.document.scripts.iter().any(|src| is_client(src)),
        covered_by: None,
        serves: 0,
        by_hand,
        front_end: None,
        nonce: node.document.nonce.clone().filter(|nonce| is_plain(nonce)),
        live: live(graph, served, path, node),
        rendered_by: node.roots.first().and_then(|&number| graph.roots.get(number)?.at.clone()),
    }
}

/// True for an attribute's source that can stand between double quotes again: no quote, no half of a template's tag.
fn is_plain(nonce: &str) -> bool {
    !nonce.is_empty()
        && !nonce.contains('"')
        && ["{{", "{%"].map(|open| nonce.matches(open).count())
            == ["}}", "%}"].map(|close| nonce.matches(close).count())
}

/// True for the address of the module's script, whatever stands before or after its path.
fn is_client(src: &str) -> bool {
    let path = src.split(['?', '#']).next().unwrap_or_default();
    path.trim_end().ends_with("/cello/client.js")
}

fn live(graph: &Graph<'_>, served: &Served, path: &str, node: &graph::Node<'_>) -> String {
    let first = node.roots.first().and_then(|&number| graph.roots.get(number));
    match (first, node.roots.len()) {
        (Some(root), 1) if root.template == path && root.path.is_empty() => "the code names it".to_string(),
        (Some(root), 1) if root.template == path => format!("{} renders it", root.path),
        (Some(_), count) => format!("{count} rendered template{} use it", if count == 1 { "" } else { "s" }),
        (None, _) => served.how(path).unwrap_or_default(),
    }
}

/// A front end's shell: one of the pages, or a file of its own.
fn shell_of(
    target: &Target,
    package: &Package,
    front: &FrontPackage,
    shell: &str,
    sites: &mut Vec<PageSite>,
) {
    let Some(file) = target.files.get(shell) else {
        return;
    };
    let known = sites.iter().position(|site| site.page.at.file == shell);
    let decoy = front.decoy.clone();
    let mut site = match known {
        Some(known) => sites.swap_remove(known),
        None => PageSite {
            page: Page {
                id: format!("page:{shell}"),
                app: package.name.clone(),
                at: file.at(0..file.text.len()),
                kind: String::new(),
                audience: "both".to_string(),
                head_end: None,
                body_end: None,
                decoy: None,
            },
            place: None,
            already: false,
            covered_by: None,
            serves: 0,
            by_hand: None,
            front_end: None,
            nonce: None,
            live: String::new(),
            rendered_by: None,
        },
    };
    site.page.kind = frontend::kind(front, shell).to_string();
    site.page.audience = "both".to_string();
    site.page.decoy = decoy;
    site.front_end = Some(front.dir.clone());
    sites.push(site);
}

/// Shells of an administration get no script, unless nothing else is there that users could be signed in on: then
/// what is called so is the product.
fn admin(sites: &mut [PageSite], others_without_shell: bool) {
    let others = others_without_shell
        || sites.iter().any(|site| {
            site.page.decoy.is_none()
                && site.page.audience != "public"
                && !judge::is_admin(&site.page.at.file)
        });
    let live = |site: &&mut PageSite| site.page.decoy.is_none() && judge::is_admin(&site.page.at.file);
    for site in sites.iter_mut().filter(live) {
        if others {
            site.page.audience = "admin".to_string();
            site.page.decoy = Some("a page of the administration, which has no referrers".to_string());
        } else if site.page.audience == "unknown" {
            site.page.audience = "signed-in".to_string();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
