//! Partials that bring the script to the pages which include them in their heads.
//!
//! `{% include "head.html" %}` in several live shells. Near misses: a partial of one shell, one that stands in bodies too,
//! one that an e-mail or a page of the administration includes.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::{PageSite, is_client, place};
use crate::survey::Page;
use crate::target::Package;

/// A page whose whole head is a partial's is served by that partial.
pub fn whole_heads(graph: &Graph<'_>, sites: &mut [PageSite]) {
    for site in sites.iter_mut().filter(|site| site.page.decoy.is_none()) {
        let Some(node) = graph.nodes.get(&site.page.at.file) else {
            continue;
        };
        let before_body = |tag: &std::ops::Range<usize>| {
            node.document.bodies.first().is_none_or(|body| tag.end <= body.start)
        };
        let own = !node.document.heads.is_empty() || !node.document.head_ends.is_empty();
        let included = node.template.includes.iter().filter(|(_, tag)| !own && before_body(tag));
        let mut partials = included.filter_map(|(name, _)| graph.included(node, name));
        let with_head =
            |path: &String| graph.nodes.get(path).is_some_and(|other| !other.document.head_ends.is_empty());
        site.covered_by = partials.find(with_head).map(|path| format!("page:{path}"));
    }
}

/// Lets partials that several live shells include in their heads bring the script.
pub fn shared(package: &Package, graph: &Graph<'_>, sites: &mut Vec<PageSite>) {
    let mut users: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, site) in sites.iter().enumerate() {
        for partial in graph.includes_in_head(&site.page.at.file) {
            users.entry(partial).or_default().push(number);
        }
    }
    // The one that serves the most first, then by path.
    let mut order: Vec<(String, Vec<usize>)> = users.into_iter().collect();
    order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    for (path, shells) in order {
        let Some(node) = graph.nodes.get(&path) else {
            continue;
        };
        let already = node.document.scripts.iter().any(|src| is_client(src));
        let open: Vec<usize> = shells
            .iter()
            .copied()
            .filter(|&number| {
                let site = &sites[number];
                site.page.decoy.is_none() && site.covered_by.is_none() && (already || !site.already)
            })
            .collect();
        // It must be in nothing but heads, and in no e-mail's or administration's.
        let everywhere = graph.nodes.iter().filter(|(_, other)| other.edges.contains(&path)).count();
        let unwanted = shells.iter().any(|&number| {
            sites[number].page.decoy.is_some()
                && matches!(sites[number].page.audience.as_str(), "email" | "admin")
        });
        let place = place::at_end(node.file, &node.document, &node.template);
        let (true, Ok(place)) =
            (open.len() >= 2 && everywhere == shells.len() && !unwanted && !node.document.is_shell(), place)
        else {
            continue;
        };
        let audiences: Vec<&str> = open.iter().map(|&number| sites[number].page.audience.as_str()).collect();
        let same = audiences.windows(2).all(|pair| pair[0] == pair[1]);
        let audience = if same { audiences[0] } else { "both" }.to_string();
        let id = format!("page:{path}");
        for &number in &open {
            sites[number].covered_by = Some(id.clone());
        }
        sites.push(PageSite {
            page: Page {
                id,
                app: package.name.clone(),
                at: node.file.at(0..node.file.text.len()),
                kind: graph.engine.to_string(),
                audience,
                head_end: Some(node.file.at(place.at..place.at)),
                body_end: None,
                decoy: None,
            },
            place: Some(place),
            already,
            covered_by: None,
            serves: open.len(),
            by_hand: None,
            front_end: None,
            nonce: None,
            live: format!("{} page shells include it in their heads", open.len()),
            rendered_by: None,
        });
    }
}
