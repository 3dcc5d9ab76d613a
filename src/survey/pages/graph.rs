//! Which templates a package renders, and what each brings in: the graph from template structs to page shells.
//!
//! Askama: `#[template(path = "pages/home.html")]` on a struct, `{% extends %}`, `{% include %}` and `{% import %}` in
//! the templates. Other engines: the name of a template as a string literal in the code. Near misses: template
//! structs in tests; a template that nothing names any more.

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::html::Document;
use crate::survey::literals::{belongs, folder, normal, number};
use crate::target::{At, Package, SourceText, Target};

use super::served::Served;
use super::template::Template;

/// A page or part of one.
pub struct Node<'a> {
    /// Its file.
    pub file: &'a SourceText,
    /// What HTML it holds.
    pub document: Document,
    /// What template tags it has; none outside of template folders.
    pub template: Template,
    /// Its path in the template folder, if it lies in one.
    pub name: Option<String>,
    /// Files it brings in.
    pub edges: BTreeSet<String>,
    /// Numbers of the roots which reach it.
    pub roots: BTreeSet<usize>,
}

/// Where rendering starts.
pub struct Root {
    /// The template it renders.
    pub template: String,
    /// The struct that renders it, for Askama.
    pub at: Option<At>,
    /// Path of that struct, or empty.
    pub path: String,
    /// Names of its fields.
    pub fields: Vec<String>,
}

/// All pages of a package.
pub struct Graph<'a> {
    /// `askama`, `tera`, `minijinja`, `handlebars`, or `html` without a template engine.
    pub engine: &'static str,
    /// A template engine whose templates are not read, as people call it.
    pub unread: Option<&'static str>,
    /// Pages and partials by path.
    pub nodes: BTreeMap<String, Node<'a>>,
    /// Where rendering starts.
    pub roots: Vec<Root>,
}

impl<'a> Graph<'a> {
    /// Reads a package's pages.
    pub fn read(target: &'a Target, package: &Package, served: &Served) -> Self {
        let engine = engine(package);
        let mut dirs = template_dirs(target, package, engine);
        if engine != "html" && engine != "askama" {
            dirs.extend(served.template_dirs().cloned());
            // The innermost folder first, so that names come without what lies above it.
            dirs.sort_by_key(|dir| std::cmp::Reverse(dir.len()));
            dirs.dedup();
        }
        let mut nodes: BTreeMap<String, Node<'a>> = BTreeMap::new();
        for (path, file) in target.files.iter().filter(|(path, _)| is_page(path)) {
            if !belongs(target, package, path) && !dirs.iter().any(|dir| inside(path, dir).is_some()) {
                continue;
            }
            let name = dirs.iter().find_map(|dir| inside(path, dir)).map(str::to_string);
            let handlebars = path.ends_with(".hbs") || engine == "handlebars";
            let template = match (&name, handlebars) {
                (None, _) => Template::default(),
                (Some(_), true) => Template::handlebars(&file.text),
                (Some(_), false) => Template::read(&file.text),
            };
            let document = Document::read(&file.text);
            let node =
                Node { file, document, template, name, edges: BTreeSet::new(), roots: BTreeSet::new() };
            nodes.insert(path.clone(), node);
        }
        let edges: Vec<(String, BTreeSet<String>)> = nodes
            .iter()
            .map(|(path, node)| {
                let found = node.template.edges().filter_map(|name| find(&nodes, &dirs, folder(path), name));
                (path.clone(), found.collect())
            })
            .collect();
        for (path, edges) in edges {
            if let Some(node) = nodes.get_mut(&path) {
                node.edges = edges;
            }
        }
        let roots = match engine {
            "askama" => askama_roots(target, package, &nodes, &dirs),
            _ => named_roots(&nodes, served),
        };
        let mut graph = Self { engine, unread: unread(package), nodes, roots };
        graph.reach();
        graph
    }

    /// Where a name in a template's tag leads.
    pub fn includes_in_head(&self, path: &str) -> Vec<String> {
        let Some(node) = self.nodes.get(path) else {
            return Vec::new();
        };
        let (Some(start), Some(end)) = (node.document.heads.first(), node.document.head_ends.first()) else {
            return Vec::new();
        };
        let tags = node.template.includes.iter().filter(|(_, tag)| {
            start.end <= tag.start && tag.end <= end.start && node.template.enclosing(tag.start).is_none()
        });
        tags.filter_map(|(name, _)| self.included(node, name)).collect()
    }

    /// True if templates are rendered outside of the administration whose shell is not there: pages whose base can't
    /// be found, and parts that a page of another kind takes in.
    pub fn has_user_pages_without_shell(&self) -> bool {
        self.roots.iter().enumerate().any(|(number, root)| {
            let mut reached = self.nodes.values().filter(|node| node.roots.contains(&number));
            let mail = root.template.split('/').any(super::judge::is_mail);
            !mail && !super::judge::is_admin(&root.template) && !reached.any(|node| node.document.is_shell())
        })
    }

    /// The file that a template's name in a tag leads to.
    pub fn included(&self, node: &Node<'_>, name: &str) -> Option<String> {
        let name = name.trim_start_matches("./").trim_start_matches("../");
        let fits = |edge: &&String| {
            edge.ends_with(name) || edge.strip_suffix(".hbs").is_some_and(|edge| edge.ends_with(name))
        };
        node.edges.iter().find(fits).cloned()
    }

    fn reach(&mut self) {
        for (number, root) in self.roots.iter().enumerate() {
            let mut todo = vec![root.template.clone()];
            while let Some(path) = todo.pop() {
                if let Some(node) = self.nodes.get_mut(&path)
                    && node.roots.insert(number)
                {
                    todo.extend(node.edges.iter().cloned());
                }
            }
        }
    }
}

fn engine(package: &Package) -> &'static str {
    let has = |start: &str| {
        package.manifest.dependencies.values().any(|dependency| dependency.package.starts_with(start))
    };
    match () {
        () if has("askama") || has("rinja") => "askama",
        () if has("tera") => "tera",
        () if has("minijinja") => "minijinja",
        () if has("handlebars") => "handlebars",
        () if package.depends_on("rocket_dyn_templates").is_some() => "tera",
        () => "html",
    }
}

/// An engine that takes files in at build time or by a name of its own, and whose tags are not known here.
fn unread(package: &Package) -> Option<&'static str> {
    const ENGINES: [(&str, &str); 6] = [
        ("sailfish", "Sailfish"),
        ("ructe", "Ructe"),
        ("yarte", "Yarte"),
        ("ramhorns", "Ramhorns"),
        ("liquid", "Liquid"),
        ("mustache", "Mustache"),
    ];
    let dependencies = || package.manifest.dependencies.values();
    let uses = |name: &str| dependencies().any(|dependency| dependency.package == name);
    ENGINES.iter().find(|(name, _)| uses(name)).map(|(_, called)| *called)
}

/// The file that configures Askama's folders, with them as they are written: from the package.
pub fn askama_dirs<'t>(target: &'t Target, package: &Package) -> Option<(&'t SourceText, Vec<String>)> {
    ["askama.toml", "rinja.toml"].iter().find_map(|name| {
        let file = target.files.get(&package.path(name))?;
        let text = file.text.trim_start_matches('\u{feff}');
        let doc = toml_edit::Document::parse(text).ok()?;
        let dirs = doc.get("general")?.get("dirs")?.as_array()?;
        Some((file, dirs.iter().filter_map(|dir| dir.as_str().map(str::to_string)).collect()))
    })
}

/// Template folders from the root.
fn template_dirs(target: &Target, package: &Package, engine: &str) -> Vec<String> {
    let configured = askama_dirs(target, package).map(|(_, dirs)| dirs);
    let dirs = match (configured, engine) {
        (Some(dirs), "askama") => dirs,
        (_, "html") => Vec::new(),
        (_, "askama") => vec!["templates".to_string()],
        _ => ["templates", "views", "src/templates", "assets/views"].map(str::to_string).to_vec(),
    };
    dirs.iter().filter_map(|dir| normal(&package.path(dir))).collect()
}

/// What of a path lies below a folder.
fn inside<'p>(path: &'p str, dir: &str) -> Option<&'p str> {
    path.strip_prefix(dir)?.strip_prefix('/')
}

fn is_page(path: &str) -> bool {
    const ENDINGS: [&str; 8] = [".html", ".htm", ".jinja", ".j2", ".askama", ".tera", ".hbs", ".stpl"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Askama looks beside the template that names it first, then in its folders.
fn find(nodes: &BTreeMap<String, Node<'_>>, dirs: &[String], beside: &str, name: &str) -> Option<String> {
    // Handlebars names its partials without ending.
    let names = ["", ".hbs", ".html", ".html.hbs"].map(|ending| format!("{name}{ending}"));
    names.iter().find_map(|name| {
        let near = normal(&format!("{beside}/{name}"));
        let far = dirs.iter().filter_map(|dir| normal(&format!("{dir}/{name}")));
        near.into_iter().chain(far).find(|path| nodes.contains_key(path))
    })
}

fn askama_roots(
    target: &Target,
    package: &Package,
    nodes: &BTreeMap<String, Node<'_>>,
    dirs: &[String],
) -> Vec<Root> {
    let number = number(target, package);
    let mut roots = Vec::new();
    for ty in target.index.types.values() {
        if ty.test || Some(target.index.modules[ty.module].package) != number {
            continue;
        }
        let path = ty.attributes.iter().find_map(|attribute| {
            let (_, rest) = attribute.strip_prefix("template(")?.split_once("path=\"")?;
            rest.split('"').next()
        });
        let Some(template) = path.and_then(|name| find(nodes, dirs, "", name)) else {
            continue;
        };
        roots.push(Root {
            template,
            at: target.files.get(&ty.file).map(|file| file.at(ty.at.clone())),
            path: from_crate_root(target, ty),
            fields: ty.fields.iter().map(|field| field.name.clone()).collect(),
        });
    }
    roots
}

/// A type's path without its crate's key.
fn from_crate_root(target: &Target, ty: &crate::target::index::Type) -> String {
    let krate = target.index.modules[ty.module].krate.as_str();
    ty.path.strip_prefix(krate).unwrap_or(&ty.path).trim_start_matches("::").to_string()
}

fn named_roots(nodes: &BTreeMap<String, Node<'_>>, served: &Served) -> Vec<Root> {
    let named = nodes.iter().filter(|(_, node)| node.name.as_ref().is_some_and(|name| served.names(name)));
    named
        .map(|(path, _)| Root { template: path.clone(), at: None, path: String::new(), fields: Vec::new() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::pages;
    use super::super::tests::{project, with_engine};

    #[test]
    fn what_an_engine_that_is_not_read_may_render_is_for_a_person() {
        let main = "#[derive(TemplateSimple)]\n#[template(path = \"home.stpl\")]\nstruct Home;\nfn main() {}";
        let page = "<html><head><% if a { %></head><% } %><body></body></html>";
        let files = [("src/main.rs", main), ("templates/home.stpl", page), ("docs/a.html", page)];
        let sites = with_engine("sailfish = \"0.9\"", &files);
        let said: Vec<_> = sites
            .iter()
            .map(|site| (site.page.at.file.as_str(), site.page.decoy.is_some(), site.by_hand.clone()))
            .collect();
        assert!(said[0].1, "documentation stays what it is: {said:?}");
        assert_eq!((said[1].0, said[1].1), ("templates/home.stpl", false));
        assert!(said[1].2.as_ref().unwrap().starts_with("Sailfish may render it"), "{said:?}");
        // Without that engine nothing renders it.
        let others = with_engine("", &files);
        assert!(others[1].page.decoy.is_some());
    }

    #[test]
    fn what_a_library_of_the_project_serves_is_served() {
        let with = |dependency: &str| {
            let program = format!(
                "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n{dependency}"
            );
            let library =
                "[package]\nname = \"lib-web\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n";
            let (_dir, target) = project(&[
                ("Cargo.toml", "[workspace]\nmembers = [\"app\", \"lib-web\"]\n"),
                ("app/Cargo.toml", &program),
                ("app/src/main.rs", "fn main() {}\n"),
                ("lib-web/Cargo.toml", library),
                ("lib-web/src/lib.rs", "pub fn all() { ServeDir::new(settings().folder); }\n"),
                ("web/index.html", "<html><head></head><body></body></html>"),
            ]);
            let app = target.packages.iter().find(|package| package.name == "app").unwrap();
            let sites = pages(&target, app);
            sites.first().map(|site| (site.page.decoy.is_some(), site.by_hand.is_some()))
        };
        assert_eq!(with("lib-web = { path = \"../lib-web\" }\n"), Some((false, true)));
        assert_eq!(with(""), Some((true, true)));
    }
}
