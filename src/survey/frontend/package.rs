//! Front ends beside the server: folders with a `package.json` that builds pages of their own, or with a page that Trunk
//! builds.
//!
//! Near misses: a `package.json` for a style sheet's build or a workspace's tools, a library, a browser extension, a
//! desktop shell, examples and tests.

use serde_json::Value;

use super::trunk::{TrunkBuild, trunk_builds};
use crate::survey::literals::folder;
use crate::target::Target;

/// What a front end is built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kit {
    /// Vite (or Create React App) with React.
    React,
    /// Vite with Vue.
    Vue,
    /// Vite with Svelte.
    Svelte,
    /// SvelteKit.
    SvelteKit,
    /// Next.js.
    Next,
    /// Trunk, with pages made in Rust.
    Trunk,
    /// Another one, by its name.
    Other(&'static str),
}

impl Kit {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::React => "React",
            Self::Vue => "Vue",
            Self::Svelte => "Svelte",
            Self::SvelteKit => "SvelteKit",
            Self::Next => "Next.js",
            Self::Trunk => "Trunk",
            Self::Other(name) => name,
        }
    }
}

/// A folder with a front end.
#[derive(Debug, Clone)]
pub struct FrontPackage {
    /// The folder from the root; empty for the root itself.
    pub dir: String,
    /// What it is built with.
    pub kit: Kit,
    /// Why it is none of this application's, if so.
    pub decoy: Option<String>,
    /// True if it is built by Vite.
    pub vite: bool,
}

impl FrontPackage {
    /// True for one outside of the project.
    pub fn is_beside(&self) -> bool {
        self.dir.starts_with("../")
    }

    /// With why it is none of the application's, if so: what it depends on, its folder, a desktop shell in it.
    fn judged(mut self, target: &Target, other: Option<&str>) -> Self {
        let part = self.dir.split('/').find(|part| NOT_OURS.contains(part));
        let desktop = target.files.keys().any(|path| path.starts_with(&self.path("src-tauri/")));
        self.decoy = match (part, other) {
            (Some(part), _) => Some(format!("{part}/ is no part of the application")),
            (None, Some(what)) => Some(what.to_string()),
            (None, None) => desktop.then(|| "a desktop application".to_string()),
        };
        self
    }

    /// Path from the root of a file in it.
    pub fn path(&self, inside: &str) -> String {
        if self.dir.is_empty() { inside.to_string() } else { format!("{}/{inside}", self.dir) }
    }
}

/// Kits by the dependency that shows them; the first that fits counts.
const KITS: [(&str, Kit); 16] = [
    ("next", Kit::Next),
    ("@sveltejs/kit", Kit::SvelteKit),
    ("nuxt", Kit::Other("Nuxt")),
    ("astro", Kit::Other("Astro")),
    ("@tanstack/react-start", Kit::Other("TanStack Start")),
    ("@tanstack/start", Kit::Other("TanStack Start")),
    ("@remix-run/react", Kit::Other("Remix")),
    ("@react-router/dev", Kit::Other("React Router")),
    ("@solidjs/start", Kit::Other("SolidStart")),
    ("gatsby", Kit::Other("Gatsby")),
    ("@angular/core", Kit::Other("Angular")),
    ("solid-js", Kit::Other("Solid")),
    ("vue", Kit::Vue),
    ("svelte", Kit::Svelte),
    ("react-dom", Kit::React),
    ("preact", Kit::Other("Preact")),
];

/// Dependencies that make it something else, with what.
const ELSE: [(&str, &str); 6] = [
    ("wxt", "a browser extension"),
    ("@crxjs/vite-plugin", "a browser extension"),
    ("@tauri-apps/api", "a desktop application"),
    ("electron", "a desktop application"),
    ("react-native", "a mobile application"),
    ("expo", "a mobile application"),
];

/// The front ends of a project, by folder.
pub fn front_packages(target: &Target) -> Vec<FrontPackage> {
    let manifests = target
        .files
        .iter()
        .filter(|(path, _)| path.as_str() == "package.json" || path.ends_with("/package.json"));
    let mut packages: Vec<FrontPackage> =
        manifests.filter_map(|(path, file)| read(folder(path), &file.text, target)).collect();
    for TrunkBuild { dir, .. } in trunk_builds(target) {
        if packages.iter().all(|package| package.dir != dir) {
            packages
                .push(FrontPackage { decoy: None, dir, kit: Kit::Trunk, vite: false }.judged(target, None));
        }
    }
    packages
}

/// The front ends beside the root, outside of the project.
pub fn beside(target: &Target) -> Vec<FrontPackage> {
    let read = target.beside.iter().filter_map(|(dir, file)| read(dir, &file.text, target));
    read.filter(|package| package.decoy.is_none()).collect()
}

fn read(dir: &str, text: &str, target: &Target) -> Option<FrontPackage> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let has =
        |name: &str| ["dependencies", "devDependencies"].iter().any(|list| json[*list].get(name).is_some());
    let kit = KITS.iter().find(|(name, _)| has(name)).map(|(_, kit)| *kit)?;
    let vite = has("vite");
    let bundlers =
        ["react-scripts", "webpack", "@rspack/core", "@rsbuild/core", "parcel", "esbuild", "rollup"];
    let built = vite
        || bundlers.iter().any(|name| has(name))
        || matches!(kit, Kit::Next | Kit::SvelteKit | Kit::Other(_));
    // A library of components has no page and nothing that serves one.
    let library =
        json.get("peerDependencies").is_some_and(|list| list.get("react").or(list.get("vue")).is_some());
    if !built || library {
        return None;
    }
    let other = ELSE.iter().find(|(name, _)| has(name)).map(|(_, what)| *what);
    Some(FrontPackage { dir: dir.to_string(), kit, decoy: None, vite }.judged(target, other))
}

const NOT_OURS: [&str; 14] = [
    "examples",
    "example",
    "docs",
    "doc",
    "e2e",
    "tests",
    "test",
    "fixtures",
    "templates",
    "browser-ext",
    "browser-extension",
    "chrome-extension",
    "storybook",
    "playground",
];
