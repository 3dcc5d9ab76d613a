//! Front ends beside the server: what they are built with, where they know who is signed in, how they call the server.
//!
//! Read with tree-sitter's TypeScript grammars. What can't be proven is left to a person, with the reason.

mod api;
mod package;
pub(in crate::survey) mod script;
mod signed_in;

use crate::survey::listed::frameworks;
use crate::survey::literals::belongs;
use crate::target::{Package, Target};
pub use api::Api;
pub use package::{FrontPackage, Kit};
use script::Script;
pub use signed_in::Follow;

/// A front end.
#[derive(Debug, Clone)]
pub struct FrontEnd {
    /// Its folder and kit.
    pub package: FrontPackage,
    /// Paths of its page shells.
    pub shells: Vec<String>,
    /// The file that loads the client script, or Cello's, already.
    pub already: Option<String>,
    /// Where the wrapper goes, else why that can't be told.
    pub wiring: Result<Wiring, String>,
}

/// Where the client script's `start` and `stop` are called from, and how the code there is written.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// The file that knows who is signed in.
    pub file: String,
    /// How it tells.
    pub follow: Follow,
    /// Byte where the call goes.
    pub call_at: usize,
    /// White space before the call.
    pub indentation: String,
    /// Byte where the import goes; at the start of the file if it has none yet.
    pub import_at: usize,
    /// True if there are imports before it.
    pub has_imports: bool,
    /// The wrapper's file.
    pub wrapper: String,
    /// True if it is there already.
    pub is_wrapped: bool,
    /// How the server is called.
    pub api: Api,
    /// True for TypeScript.
    pub typescript: bool,
    /// True if strings have double quotes.
    pub double_quotes: bool,
    /// True if statements end in semicolons.
    pub semicolons: bool,
    /// A step of indentation.
    pub unit: &'static str,
    /// The line end.
    pub eol: &'static str,
}

/// The front ends that are told with a package: those in its folder, or in no package's.
pub fn front_ends(target: &Target, with: &Package) -> Vec<FrontEnd> {
    let packages = package::front_packages(target);
    let selected = target.selected.iter().filter_map(|&number| target.packages.get(number));
    let servers = selected.filter(|package| !frameworks(target, package).is_empty()).count();
    let one = |package: &FrontPackage| {
        let nested: Vec<String> =
            packages.iter().map(|other| other.path("")).filter(|dir| *dir != package.path("")).collect();
        let shells = shells(target, package);
        let wiring = if package.decoy.is_some() {
            Err("it is none of this application's".to_string())
        } else if servers > 1 && (with.dir.is_empty() || !package.dir.starts_with(&with.path(""))) {
            Err("which of the workspace's servers it calls is not known".to_string())
        } else {
            wiring(target, package, &nested)
        };
        FrontEnd { package: package.clone(), shells, already: already(target, package), wiring }
    };
    packages.iter().filter(|package| belongs(target, with, &package.path("package.json"))).map(one).collect()
}

/// The first file of a front end that loads the client script and is called, or that loads Cello's own scripts.
fn already(target: &Target, package: &FrontPackage) -> Option<String> {
    let root = package.path("");
    let own = || target.files.values().filter(|file| file.path.starts_with(&root) && is_source(&file.path));
    let loads = own().find(|file| {
        let text = &file.text;
        let ours = text.contains("client.js?manual") && text.contains("/cello/");
        // What the server hands out is no part of the front end.
        if text.contains("__ASSETS__") {
            return false;
        }
        let theirs = text.contains("cello-attribution.js") || text.contains("app/latest/cello.js");
        theirs
            || ours && {
                let stem =
                    file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
                let called = ["useCello(", "followSignIn(", "cello("];
                own().any(|other| {
                    other.path != file.path
                        && other.text.contains(&format!("/{stem}"))
                        && called.iter().any(|call| other.text.contains(call))
                })
            }
    });
    loads.map(|file| file.path.clone())
}

/// The files that hold or imply a front end's `<head>`.
fn shells(target: &Target, package: &FrontPackage) -> Vec<String> {
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
        Kit::Other("Nuxt") => "nuxt",
        Kit::Other("Astro") => "astro",
        Kit::Other("TanStack Start") => "tanstack-start",
        _ => "front-end",
    }
}

fn wiring(target: &Target, package: &FrontPackage, nested: &[String]) -> Result<Wiring, String> {
    if let Kit::Other(name) = package.kit {
        return Err(format!("{name} front ends are not read"));
    }
    let root = package.path("");
    let files = target.files.values().filter(|file| {
        file.path.starts_with(&root)
            && is_source(&file.path)
            && !nested.iter().any(|dir| file.path.starts_with(dir) && dir.len() > root.len())
    });
    let scripts: Vec<Script<'_>> =
        files.filter(|file| has_hint(&file.text)).filter_map(Script::read).collect();
    let mut places = Vec::new();
    for script in &scripts {
        places.extend(signed_in::states(script).into_iter().map(|state| (script, state)));
    }
    let (script, state) = match places.as_slice() {
        [one] => one,
        [] => return Err("no state that says who is signed in was found in its scripts".into()),
        several => {
            let files: std::collections::BTreeSet<&str> =
                several.iter().map(|(script, _)| script.file.path.as_str()).collect();
            let files: Vec<&str> = files.into_iter().collect();
            return Err(format!("several places keep who is signed in: {}", files.join(", ")));
        }
    };
    if !script.is_whole() {
        return Err(format!("{} has syntax that is not understood", script.file.path));
    }
    let stem =
        script.file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    let imported = |other: &&str| {
        [format!("/{stem}'"), format!("/{stem}\""), format!("/{stem}.")]
            .iter()
            .any(|end| other.contains(end.as_str()))
    };
    let mut others =
        target.files.values().filter(|file| file.path.starts_with(&root) && file.path != script.file.path);
    if !others.any(|file| imported(&file.text.as_str())) {
        return Err(format!("nothing imports {}", script.file.path));
    }
    let api = api::api(&scripts)?;
    Ok(place(target, script, state, api))
}

fn place(target: &Target, script: &Script<'_>, state: &signed_in::State, api: Api) -> Wiring {
    let file = script.file;
    let folder = file.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let typescript = [".ts", ".tsx"].iter().any(|ending| file.path.ends_with(ending));
    let ending = if typescript { "ts" } else { "js" };
    let free = |name: &&str| {
        let taken = |ending: &str| target.files.contains_key(&format!("{folder}{name}.{ending}"));
        !["ts", "js", "tsx", "jsx"].iter().any(|ending| taken(ending))
    };
    // One of ours that nothing imports any more is imported again.
    let ours = |name: &&str| {
        let file = target.text(&format!("{folder}{name}.{ending}"));
        file.is_some_and(|file| file.text.contains("client.js?manual"))
    };
    let mut names = ["cello", "celloReferrals"].into_iter();
    let there = names.clone().find(ours);
    let name = there.or_else(|| names.find(free)).unwrap_or("celloScript");
    let imports = script.after_imports();
    Wiring {
        file: file.path.clone(),
        follow: state.follow.clone(),
        call_at: file.past_trailing_comment(state.after),
        indentation: file.indentation(state.from).to_string(),
        import_at: imports.map_or(crate::target::bom(&file.text), |end| file.past_trailing_comment(end)),
        has_imports: imports.is_some(),
        wrapper: format!("{folder}{name}.{ending}"),
        is_wrapped: there.is_some(),
        api,
        typescript,
        double_quotes: double_quotes(&file.text),
        semicolons: semicolons(&file.text),
        unit: file.indent_unit(),
        eol: file.eol(),
    }
}

/// The import lines of a text, which tell best how it is written.
fn imports(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim_end);
    lines.filter(|line| line.starts_with("import ") && line.contains(['"', '\''])).collect()
}

fn double_quotes(text: &str) -> bool {
    let imports = imports(text);
    let double = imports.iter().filter(|line| line.contains('"')).count();
    if imports.is_empty() {
        text.matches('"').count() > text.matches('\'').count()
    } else {
        double * 2 > imports.len()
    }
}

/// True if statements end in semicolons.
fn semicolons(text: &str) -> bool {
    let imports = imports(text);
    let with = imports.iter().filter(|line| line.ends_with(';')).count();
    if imports.is_empty() { text.contains(";\n") || text.contains(";\r\n") } else { with * 2 > imports.len() }
}

/// Words without which a script is of no interest here.
fn has_hint(text: &str) -> bool {
    const HINTS: [&str; 12] = [
        "fetch",
        "/api",
        "http",
        "useState",
        "zustand",
        "defineStore",
        "writable",
        "Bearer ",
        "credentials",
        "withCredentials",
        "import.meta.env.",
        "process.env.",
    ];
    HINTS.iter().any(|hint| text.contains(hint))
}

/// True for a script of the front end itself, not of its tests or its build.
fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let script = [".ts", ".tsx", ".js", ".jsx", ".mjs"].iter().any(|ending| name.ends_with(ending));
    let other = [".d.ts", ".test.", ".spec.", ".stories.", ".config."].iter().any(|part| name.contains(part));
    let folder = path.split('/').any(|part| {
        matches!(
            part,
            "__tests__"
                | "__mocks__"
                | "tests"
                | "test"
                | "e2e"
                | "dist"
                | "build"
                | ".next"
                | ".svelte-kit"
                | "public"
                | "static"
                | "scripts"
        )
    });
    script && !other && !folder
}

#[cfg(test)]
mod tests;
