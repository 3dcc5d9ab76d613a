//! Front ends in Rust that Trunk builds: the folder of the page it starts from, and where it writes the built one.
//!
//! `Trunk.toml` with `[build] target = "index.html"` and `dist = "../public"`; without one, `index.html` with
//! `data-trunk` and `dist/`. Near misses: a page that only speaks of Trunk, a `Trunk.toml` whose page is not there, a
//! folder that a front end with a `package.json` builds.

use toml_edit::Document;

use crate::survey::html::Document as Page;
use crate::survey::literals::{folder, normal};
use crate::target::Target;

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrunkBuild {
    /// Its folder from the root; empty for the root itself.
    pub dir: String,
    /// The page it starts from.
    pub page: String,
    /// Folder of what it writes; none outside of the project.
    pub dist: Option<String>,
}

/// The builds of a project, by page.
pub fn trunk_builds(target: &Target) -> Vec<TrunkBuild> {
    let configured = target.files.iter().filter_map(|(path, file)| {
        let name = path.rsplit('/').next()?;
        if name != "Trunk.toml" && name != ".trunk.toml" {
            return None;
        }
        let document = Document::parse(file.text.trim_start_matches('\u{feff}')).ok()?;
        let setting = |key: &str| document.get("build")?.get(key)?.as_str();
        build(target, folder(path), setting("target"), setting("dist"))
    });
    let mut builds: Vec<TrunkBuild> = configured.collect();
    let pages = target.files.keys().filter(|path| path.rsplit('/').next() == Some("index.html"));
    for page in pages {
        let known = builds.iter().any(|build| build.page == *page || build.dir == folder(page));
        builds.extend((!known).then(|| build(target, folder(page), None, None)).flatten());
    }
    builds.sort_by(|a, b| a.page.cmp(&b.page));
    builds
}

fn build(target: &Target, dir: &str, page: Option<&str>, dist: Option<&str>) -> Option<TrunkBuild> {
    let inside =
        |path: &str| normal(&if dir.is_empty() { path.to_string() } else { format!("{dir}/{path}") });
    let page = inside(page.unwrap_or("index.html"))?;
    let text = &target.text(&page)?.text;
    let builds = text.contains("data-trunk") && Page::read(text).builds_with_trunk;
    builds.then(|| TrunkBuild { dir: dir.to_string(), page, dist: inside(dist.unwrap_or("dist")) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::pages::tests::project;

    const SOURCE: &str = "<html><head><link data-trunk rel=\"rust\"></head><body></body></html>";

    fn builds(files: &[(&str, &str)]) -> Vec<(String, String, Option<String>)> {
        let mut all = vec![("Cargo.toml", "[package]\nname = \"app\"\n"), ("src/main.rs", "fn main() {}\n")];
        all.extend(files);
        let (_dir, target) = project(&all);
        trunk_builds(&target).into_iter().map(|build| (build.dir, build.page, build.dist)).collect()
    }

    fn one(dir: &str, page: &str, dist: Option<&str>) -> Vec<(String, String, Option<String>)> {
        vec![(dir.to_string(), page.to_string(), dist.map(str::to_string))]
    }

    #[test]
    fn the_page_and_what_is_built_from_it_are_told_by_the_configuration_or_by_the_page() {
        let config = |text| [("web/Trunk.toml", text), ("web/index.html", SOURCE), ("web/app.html", SOURCE)];
        assert_eq!(
            builds(&config("[build]\ndist = \"../public\"\n")),
            one("web", "web/index.html", Some("public"))
        );
        assert_eq!(
            builds(&config("[build]\ntarget = \"app.html\"\n")),
            one("web", "web/app.html", Some("web/dist"))
        );
        assert_eq!(
            builds(&config("[build]\ndist = \"../../elsewhere\"\n")),
            one("web", "web/index.html", None)
        );
        assert_eq!(builds(&[("index.html", SOURCE)]), one("", "index.html", Some("dist")));
    }

    #[test]
    fn a_page_that_speaks_of_trunk_is_not_built_by_it() {
        for page in [
            "<head><!-- <link data-trunk rel=rust> --></head>",
            "<head><title>data-trunk</title></head><p class=\"data-trunk\">",
            // What such a build leaves in what it writes.
            "<head><trunk rel=\"rust\" /></head>",
            "<head><script>var a = '<link data-trunk>';</script></head>",
        ] {
            assert_eq!(builds(&[("index.html", page)]), []);
            assert_eq!(builds(&[("Trunk.toml", "[build]\n"), ("index.html", page)]), []);
        }
        assert_eq!(builds(&[("Trunk.toml", "[build]\ntarget = \"gone.html\"\n")]), []);
    }
}
