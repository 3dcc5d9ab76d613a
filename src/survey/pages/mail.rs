//! Pages that go by mail although nothing in their paths says so: what names them in the code sends mail.
//!
//! `mailer.send(tera.render("welcome.html", …))`. Near misses: a page that a handler renders, a base that both use. A
//! constant with `include_str!` tells nothing here; its page is judged by its path and layout.

use super::graph::Graph;
use super::served::Served;
use super::{PageSite, code};
use crate::target::{Package, Target};

/// Pages that code names in functions which send mail are e-mails; if others name them too, a person has to tell.
pub fn by_mail(
    target: &Target,
    package: &Package,
    graph: &Graph<'_>,
    served: &Served,
    sites: &mut [PageSite],
) {
    let mut senders = None;
    for site in sites.iter_mut().filter(|site| site.page.decoy.is_none() && graph.engine != "askama") {
        let Some(node) = graph.nodes.get(&site.page.at.file) else {
            continue;
        };
        let roots = node.roots.iter().filter_map(|&number| graph.roots.get(number));
        let mut places = served.mentions(&site.page.at.file, node.name.as_deref());
        for root in roots {
            let name = graph.nodes.get(&root.template).and_then(|node| node.name.as_deref());
            places.extend(served.mentions(&root.template, name));
        }
        if places.is_empty() {
            continue;
        }
        let senders = senders.get_or_insert_with(|| code::Senders::read(target, package));
        match senders.of(&places) {
            (true, false) => {
                site.page.audience = "email".to_string();
                site.page.decoy = Some("an e-mail or a document: what names it sends such".to_string());
            }
            (true, true) => site.by_hand = Some("what also makes e-mails or documents uses it".to_string()),
            (false, _) => {}
        }
    }
}
