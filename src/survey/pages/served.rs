//! Which pages a package's Rust code includes or serves, and by which names it renders templates.
//!
//! `include_str!("../index.html")`, `ServeDir::new("static")`, `#[folder = "static/"]`, `tera.render("index.html", …)`.
//! Near misses: the same calls in tests, and folders served that hold no page.

mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;

use reader::Reader;
use syn::visit::Visit;

use crate::survey::literals::{normal, number, rust_files};
use crate::target::index::{Parsed, finish, on_deep_stack};
use crate::target::{Package, Target};

/// Types whose constructors take a folder or file to serve: tower-http, actix-files, Rocket, Poem, Salvo.
const SERVERS: [&str; 9] = [
    "ServeDir",
    "ServeFile",
    "Files",
    "NamedFile",
    "FileServer",
    "StaticDir",
    "StaticFile",
    "StaticFilesEndpoint",
    "StaticFileEndpoint",
];

/// What the code serves.
#[derive(Debug, Default)]
pub struct Served {
    /// Files that it includes.
    included: BTreeSet<String>,
    /// Files and folders that it serves as they are.
    places: BTreeSet<String>,
    /// String literals that look like names of templates.
    names: BTreeSet<String>,
    /// Where each is named: the literal, or the included file's path, with file and byte.
    mentions: Vec<(String, String, usize)>,
    /// Folders of templates that the code names.
    template_dirs: BTreeSet<String>,
    /// Folders and files of pages that lie outside of the project: as written from its root, with file and bytes.
    outside: Vec<(String, String, Range<usize>)>,
    /// True if it serves a folder that only its settings name.
    elsewhere: bool,
    /// The package's folder.
    dir: String,
}

/// What the libraries of some packages in the project serve for them: several may build on one, which is read once.
pub struct Shared(BTreeMap<usize, Served>);

impl Shared {
    /// Reads the libraries of these packages.
    pub fn of(target: &Target, packages: &[&Package]) -> Self {
        let numbers = packages.iter().filter_map(|package| number(target, package));
        let libraries: BTreeSet<usize> = numbers.flat_map(|number| target.libraries(number)).collect();
        let serves =
            |text: &str| text.contains("include_str!") || SERVERS.iter().any(|server| text.contains(server));
        let read = |library: usize| Served::read_those(target, &target.packages[library], &serves);
        Self(on_deep_stack(|| libraries.into_par_iter().map(|library| (library, read(library))).collect()))
    }
}

impl Served {
    /// Looks through a package's Rust files; what its libraries serve for it is known already.
    pub fn read(target: &Target, package: &Package, shared: &Shared) -> Self {
        let mut served = Self::read_those(target, package, &|_| true);
        let libraries = number(target, package).map(|number| target.libraries(number)).unwrap_or_default();
        for other in libraries.iter().filter_map(|library| shared.0.get(library)) {
            served.included.extend(other.included.iter().cloned());
            served.places.extend(other.places.iter().cloned());
            served.elsewhere |= other.elsewhere;
        }
        served
    }

    /// The same in those files whose text is wanted.
    pub fn read_those(target: &Target, package: &Package, wanted: &dyn Fn(&str) -> bool) -> Self {
        let mut served = Self { dir: package.path(""), ..Self::default() };
        // Templates may be embedded by the build script.
        let build = target.files.get(&package.path("build.rs"));
        for file in rust_files(target, package).into_iter().chain(build) {
            let hints = [
                "embed_templates",
                "path_loader",
                "Tera",
                "register_template",
                "render",
                "include_",
                "relative!",
                ".html",
                ".htm\"",
                ".tera",
                ".j2",
                ".hbs",
            ];
            let matters = || hints.iter().chain(&SERVERS).any(|hint| file.text.contains(hint));
            if !wanted(&file.text) || !matters() {
                continue;
            }
            if let Ok(parsed) = Parsed::new(&file.text) {
                Reader {
                    served: &mut served,
                    package,
                    file: &file.path,
                    parsed: &parsed,
                    including: BTreeSet::new(),
                }
                .visit_file(&parsed.file);
            }
            finish();
        }
        for ty in target.index.types.values().filter(|ty| !ty.test) {
            for attribute in &ty.attributes {
                let place = attribute.strip_prefix("folder=\"").and_then(|rest| rest.strip_suffix('"'));
                if let Some(place) = place
                    && Some(target.index.modules[ty.module].package) == number(target, package)
                {
                    served
                        .places
                        .extend(normal(&package.path(place.trim_start_matches("$CARGO_MANIFEST_DIR/"))));
                }
            }
        }
        served
    }

    /// How a file gets out, if the code serves it as it is.
    pub fn how(&self, path: &str) -> Option<String> {
        if self.included.contains(path) {
            return Some("included by include_str!".to_string());
        }
        let inside = path.strip_prefix(self.dir.as_str()).unwrap_or(path);
        if inside.contains('/') && self.names.iter().any(|name| name.trim_start_matches("./") == inside) {
            return Some("the code reads it".to_string());
        }
        let place = self.places.iter().find(|place| {
            !place.is_empty()
                && path
                    .strip_prefix(place.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })?;
        Some(format!("served from {place}"))
    }

    /// True if the code names a template so.
    pub fn names(&self, name: &str) -> bool {
        // Rocket and Handlebars know templates by names without endings.
        const ENDINGS: [&str; 6] = [".html.hbs", ".html.tera", ".html.j2", ".hbs", ".tera", ".j2"];
        let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        self.names.contains(name) || self.names.contains(stem)
    }

    /// Where the code names a page, by its path or by its name as a template: file and byte.
    pub fn mentions(&self, path: &str, name: Option<&str>) -> Vec<(&str, usize)> {
        let inside = path.strip_prefix(self.dir.as_str()).unwrap_or(path);
        let fits = |written: &str| {
            written == path || written.trim_start_matches("./") == inside || Some(written) == name
        };
        let found = self.mentions.iter().filter(|(written, _, _)| fits(written));
        found.map(|(_, file, at)| (file.as_str(), *at)).collect()
    }

    /// Folders of templates that the code names, from the root.
    pub fn template_dirs(&self) -> impl Iterator<Item = &String> {
        self.template_dirs.iter()
    }

    /// Places of pages that lie outside of the project: the path from its root, file and bytes.
    pub fn outside(&self) -> &[(String, String, Range<usize>)] {
        &self.outside
    }

    /// True if a file may be served although no code names its folder: the first page of a folder that settings name.
    pub fn may_be_served(&self, path: &str) -> bool {
        self.elsewhere && path.rsplit('/').next() == Some("index.html")
    }
}
