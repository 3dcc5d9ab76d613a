//! The files that hold or imply the `<head>` of a front end's pages, by what builds them.
//!
//! `index.html` beside Vite's configuration, `src/app/layout.tsx` of Next.js. Near misses: a kit whose file has another
//! name, of which `package.json` stands for its pages.

use super::package::{FrontPackage, Kit};
use super::trunk::trunk_builds;
use crate::target::Target;

/// The files that hold or imply a front end's `<head>`.
pub fn shells(target: &Target, package: &FrontPackage) -> Vec<String> {
    if package.kit == Kit::Trunk {
        let builds = trunk_builds(target).into_iter();
        return builds.filter(|build| build.dir == package.dir).map(|build| build.page).collect();
    }
    let candidates: &[&str] = match package.kit {
        Kit::Next => &[
            "src/app/layout",
            "app/layout",
            "src/app/[locale]/layout",
            "app/[locale]/layout",
            "src/pages/_document",
            "pages/_document",
            "src/pages/_app",
            "pages/_app",
        ],
        Kit::SvelteKit => &["src/app.html"],
        Kit::Other("Astro") => &["src/layouts/Layout", "src/layouts/BaseLayout"],
        Kit::Other("Nuxt") => &["nuxt.config", "app"],
        _ => &["index.html", "public/index.html", "src/index.html", "src/routes/__root", "app/root"],
    };
    let endings = ["", ".tsx", ".jsx", ".ts", ".js", ".astro", ".vue"];
    let found = candidates.iter().find_map(|name| {
        let mut paths = endings.iter().map(|ending| package.path(&format!("{name}{ending}")));
        paths.find(|path| target.files.contains_key(path))
    });
    found.or(Some(package.path("package.json"))).into_iter().collect()
}

/// What a front end's pages are called in a survey.
pub fn kind(package: &FrontPackage, shell: &str) -> &'static str {
    match package.kit {
        Kit::Next if shell.contains("/pages/") || shell.starts_with("pages/") => "next-pages",
        Kit::Next => "next-app",
        Kit::SvelteKit => "sveltekit",
        Kit::React | Kit::Vue | Kit::Svelte if package.vite => "vite",
        Kit::Trunk => "trunk",
        Kit::Other("Nuxt") => "nuxt",
        Kit::Other("Astro") => "astro",
        Kit::Other("TanStack Start") => "tanstack-start",
        _ => "front-end",
    }
}
