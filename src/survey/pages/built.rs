//! Pages that a build wrote: what is added to them is lost with the next build.
//!
//! `public/index.html` where a `Trunk.toml` says `dist = "../public"`; a page that loads `/assets/index-BxY2k_jd.js`, as
//! Vite names files by their content. Near misses: `jquery-3.7.1.min.js`, `chart-settings.js`, a template, the page that
//! the build starts from.

use super::PageSite;
use super::graph::Graph;
use crate::survey::frontend::{TrunkBuild, trunk_builds};
use crate::survey::html::Document;
use crate::target::Target;

/// Pages that a build wrote get nothing: their sources do, where these are here.
pub fn leave_what_is_built(target: &Target, graph: &Graph<'_>, has_source: bool, sites: &mut [PageSite]) {
    let trunk = trunk_builds(target);
    for site in sites.iter_mut().filter(|site| site.page.decoy.is_none()) {
        let node = graph.nodes.get(&site.page.at.file).filter(|node| node.name.is_none());
        let Some(by) =
            node.and_then(|node| written_by(&site.page.at.file, &node.document, &node.file.text, &trunk))
        else {
            continue;
        };
        match has_source {
            true => site.page.decoy = Some(format!("{by}; the next build would write it anew")),
            false => site.by_hand = Some(format!("{by}, so the line belongs into what it is built from")),
        }
    }
}

/// What wrote a page, as the beginning of a sentence; none for a source.
fn written_by(path: &str, document: &Document, text: &str, trunk: &[TrunkBuild]) -> Option<String> {
    let inside = |dir: &str| path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
    let from = trunk.iter().find(|build| {
        build.page != path && build.dist.as_deref().is_some_and(|dist| !dist.is_empty() && inside(dist))
    });
    if let Some(build) = from {
        return Some(format!("Trunk writes it from {}", build.page));
    }
    if text.contains("TrunkApplicationStarted") && !document.builds_with_trunk {
        return Some("Trunk wrote it".to_string());
    }
    let by_vite = text.contains("type=\"module\" crossorigin");
    let file = |src: &String| {
        let path = src.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_string()
    };
    let mut files = document.scripts.iter().map(file);
    let named = files.find(|file| is_named_by_content(file, by_vite))?;
    Some(format!("a build wrote it, as it loads {named}, which is named by its content"))
}

/// True for `main.3f2a91bc.js`, and for `index-BxY2k_jd.js` in a page that looks like Vite's.
fn is_named_by_content(file: &str, by_vite: bool) -> bool {
    let Some(stem) = [".js", ".mjs"].iter().find_map(|end| file.strip_suffix(end)) else {
        return false;
    };
    let hash = stem.rsplit_once(['-', '.']).map_or("", |(_, hash)| hash);
    let hex = hash.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    if hex && hash.len() >= 8 {
        return hash.contains(|c: char| c.is_ascii_digit())
            && hash.contains(|c: char| c.is_ascii_lowercase());
    }
    // Vite's are eight long, and may hold the separators themselves.
    let tail = stem.len().checked_sub(9).and_then(|at| stem.get(at..));
    let vite = tail.and_then(|tail| tail.strip_prefix('-')).unwrap_or_default();
    let kinds: [fn(&char) -> bool; 3] =
        [char::is_ascii_uppercase, char::is_ascii_lowercase, char::is_ascii_digit];
    let mixed = kinds.iter().filter(|kind| vite.chars().any(|c| kind(&c))).count() >= 2;
    by_vite && mixed && vite.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, trunk: &[TrunkBuild]) -> Option<String> {
        written_by("public/index.html", &Document::read(text), text, trunk)
    }

    #[test]
    fn pages_that_trunk_writes_are_told_by_its_configuration_or_by_what_it_adds() {
        let build = |page: &str, dist: Option<&str>| TrunkBuild {
            dir: String::new(),
            page: page.to_string(),
            dist: dist.map(str::to_string),
        };
        let plain = "<head></head><body></body>";
        let into = |dist| written(plain, &[build("web/index.html", dist)]);
        assert_eq!(into(Some("public")).unwrap(), "Trunk writes it from web/index.html");
        assert_eq!(into(Some("pub")), None);
        assert_eq!(into(None), None);
        assert_eq!(written(plain, &[build("public/index.html", Some("public"))]), None);
        let started =
            "<script type=module>dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\"))</script>";
        assert_eq!(written(started, &[]).unwrap(), "Trunk wrote it");
        // A source that waits for that event.
        assert_eq!(written(&format!("<link data-trunk rel=rust>{started}"), &[]), None);
    }

    #[test]
    fn a_page_that_loads_files_named_by_their_content_was_built() {
        let loads = |tag: &str| written(&format!("<head>{tag}</head>"), &[]);
        for tag in [
            "<script type=\"module\" crossorigin src=\"/assets/index-BxY2k_jd.js\"></script>",
            "<script type=\"module\" crossorigin src=\"/assets/index-a-b1C2_d.js\"></script>",
            "<script defer src=\"/static/js/main.3f2a91bc.js\"></script>",
            "<script src=\"./app-d3ddb75ecede9be5.js?x=1\"></script>",
        ] {
            assert!(loads(tag).is_some(), "{tag}");
        }
        for tag in [
            "<script src=\"/jquery-3.7.1.min.js\"></script>",
            "<script src=\"/app-20260101.js\"></script>",
            "<script src=\"/chart-settings.js\"></script>",
            "<script type=\"module\" crossorigin src=\"/chart-settings.js\"></script>",
            "<script src=\"/index-BxY2k_jd.js\"></script>",
            "<script src=\"/éééééééé.js\"></script>",
            "<script src=\"/a-facadefade.js\"></script>",
            "<script>load('main.3f2a91bc.js')</script>",
        ] {
            assert_eq!(loads(tag), None, "{tag}");
        }
    }
}
