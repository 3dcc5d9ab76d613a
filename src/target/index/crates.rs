//! The crates of a package: where each starts, what names of other crates stand for in it, and which file is `mod name;`.

use std::collections::BTreeMap;

use super::super::project::Package;
use super::super::text::SourceText;
use super::Root;
use super::read::{Child, FileItems};

pub(super) fn roots(index: usize, package: &Package, files: &BTreeMap<String, SourceText>) -> Vec<Root> {
    let exists = |inside: &str| Some(package.path(inside)).filter(|path| files.contains_key(path));
    let manifest = &package.manifest;
    let mut roots = Vec::new();
    let lib = manifest.lib_path.as_deref().unwrap_or("src/lib.rs");
    if let Some(file) = exists(lib) {
        roots.push(Root { key: library_key(package), package: index, file });
    }
    let mut programs: Vec<String> = manifest.bin_paths.iter().filter_map(|path| exists(path)).collect();
    programs.extend(exists("src/main.rs"));
    let folder = package.path("src/bin/");
    programs.extend(
        files
            .keys()
            .filter(|path| {
                path.strip_prefix(&folder).is_some_and(|rest| {
                    rest.ends_with(".rs") && !rest.contains('/') || rest.ends_with("/main.rs")
                })
            })
            .cloned(),
    );
    programs.sort();
    programs.dedup();
    for file in programs {
        let stem = file
            .trim_end_matches(".rs")
            .trim_end_matches("/main")
            .rsplit('/')
            .next()
            .unwrap_or("main")
            .to_string();
        roots.push(Root { key: format!("bin {}/{stem}", package.name), package: index, file });
    }
    roots
}

fn library_key(package: &Package) -> String {
    let name = package.manifest.lib_name.as_deref().unwrap_or(&package.name);
    name.replace('-', "_")
}

/// Packages whose library has another name; without the registry, nothing else tells.
const OTHER_LIBRARY_NAMES: [(&str, &str); 15] = [
    ("async-stripe", "stripe"),
    ("async-stripe-billing", "stripe_billing"),
    ("async-stripe-checkout", "stripe_checkout"),
    ("async-stripe-client-core", "stripe_client_core"),
    ("async-stripe-connect", "stripe_connect"),
    ("async-stripe-core", "stripe_core"),
    ("async-stripe-fraud", "stripe_fraud"),
    ("async-stripe-issuing", "stripe_issuing"),
    ("async-stripe-misc", "stripe_misc"),
    ("async-stripe-payment", "stripe_payment"),
    ("async-stripe-product", "stripe_product"),
    ("async-stripe-shared", "stripe_shared"),
    ("async-stripe-terminal", "stripe_terminal"),
    ("async-stripe-types", "stripe_types"),
    ("async-stripe-webhook", "stripe_webhook"),
];

/// Items that a crate, or one built on it, offers under several paths: the one found, and the one they are known by here.
const SEVERAL_PATHS: [(&str, &str); 6] = [
    ("axum::routing::Router", "axum::Router"),
    ("axum::extract::Extension", "axum::Extension"),
    ("axum::extract::Form", "axum::Form"),
    ("axum::extract::Json", "axum::Json"),
    ("axum_core::extract", "axum::extract"),
    ("axum_core::response", "axum::response"),
];

/// The path by which an item of another crate is known here.
pub(super) fn known_as(canonical: String) -> String {
    let same = SEVERAL_PATHS.iter().find_map(|(other, known)| {
        let rest = canonical.strip_prefix(other)?;
        (rest.is_empty() || rest.starts_with("::")).then(|| format!("{known}{rest}"))
    });
    same.unwrap_or(canonical)
}

/// What the first segment of a path to another crate stands for: a crate of the workspace, or a registry package.
pub(super) fn externs(package: &Package, packages: &[Package]) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = package
        .manifest
        .dependencies
        .iter()
        .map(|(name, dependency)| {
            let local =
                packages.iter().find(|other| other.name == dependency.package && dependency.path.is_some());
            let stands_for = local.map_or_else(|| dependency.package.replace('-', "_"), library_key);
            let library = OTHER_LIBRARY_NAMES.iter().find(|(package, _)| *package == dependency.package);
            // A renamed dependency is called by its new name, whatever its library is called.
            let renamed = dependency.key != dependency.package;
            let in_code =
                library.filter(|_| !renamed).map_or_else(|| name.clone(), |(_, library)| library.to_string());
            (in_code, stands_for)
        })
        .collect();
    // A program can name its own package's library.
    names.insert(library_key(package), library_key(package));
    for name in ["std", "core", "alloc"] {
        names.insert(name.to_string(), name.to_string());
    }
    names
}

/// File of `mod child;`, by the rules of the reference: beside `mod.rs` and crate roots, else in a folder named after
/// the file.
pub(super) fn child_file(
    file: &str,
    root: &str,
    inline: &[String],
    child: &Child,
    parsed: &BTreeMap<String, FileItems>,
) -> Option<String> {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let stem = name.strip_suffix(".rs")?;
    let join =
        |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
    if let Some(place) = &child.place {
        return Some(join(&[folder, place.trim_start_matches("./")]))
            .filter(|path| parsed.contains_key(path));
    }
    let owns_folder = file == root || stem == "mod";
    let inner = inline.join("/");
    let base = if owns_folder { join(&[folder, &inner]) } else { join(&[folder, stem, &inner]) };
    let child = child.name.strip_prefix("r#").unwrap_or(&child.name);
    [join(&[&base, &format!("{child}.rs")]), join(&[&base, child, "mod.rs"])]
        .into_iter()
        .find(|path| parsed.contains_key(path))
}
