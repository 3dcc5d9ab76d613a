//! Front ends beside the server: what they are built with, where they know who is signed in, how they call the server.
//!
//! Read with tree-sitter's TypeScript grammars. What can't be proven is left to a person, with the reason.

mod api;
mod component;
mod package;
pub(in crate::survey) mod script;
mod shells;
mod signed_in;
mod style;
mod trunk;

use rayon::prelude::*;

use crate::survey::listed::frameworks;
use crate::survey::literals::belongs;
use crate::target::{Package, SourceText, Target};
pub use api::Api;
pub use package::{FrontPackage, Kit};
use script::Script;
pub use shells::kind;
use shells::shells;
pub use signed_in::Follow;
pub use trunk::{TrunkBuild, trunk_builds};

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
    /// White space before the import.
    pub import_indentation: String,
    /// True if there are imports before it.
    pub has_imports: bool,
    /// What the import names, such as `./cello`.
    pub import_from: String,
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
    let is_told_here = |package: &&FrontPackage| {
        let inside = package.path("package.json");
        // What Trunk builds is a package of its own, which is no server: told with the only one.
        let with_the_server = || {
            let serves = |other: &Package| !frameworks(target, other).is_empty();
            servers == 1
                && serves(with)
                && !target.packages.iter().any(|other| belongs(target, other, &inside) && serves(other))
        };
        belongs(target, with, &inside) || package.kit == Kit::Trunk && with_the_server()
    };
    let own = packages.iter().filter(is_told_here).map(one);
    let beside = package::beside(target).into_iter().map(|package| FrontEnd {
        package,
        shells: Vec::new(),
        already: None,
        wiring: Err("it lies beside this project, where nothing is read or changed".to_string()),
    });
    own.chain(beside).collect()
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

fn wiring(target: &Target, package: &FrontPackage, nested: &[String]) -> Result<Wiring, String> {
    if let Kit::Other(name) = package.kit {
        return Err(format!("{name} front ends are not read"));
    }
    if package.kit == Kit::Trunk {
        return Err("what it keeps in WebAssembly is not read".into());
    }
    let root = package.path("");
    let files = target.files.values().filter(|file| {
        file.path.starts_with(&root)
            && is_source(&file.path)
            && !nested.iter().any(|dir| file.path.starts_with(dir) && dir.len() > root.len())
    });
    let hints = |file: &&SourceText| has_hint(&file.text) || is_layout(package, &file.path);
    let files: Vec<&SourceText> = files.filter(hints).collect();
    let scripts: Vec<Script<'_>> = files.into_par_iter().filter_map(Script::read).collect();
    let mut places = Vec::new();
    for script in &scripts {
        places.extend(signed_in::states(script).into_iter().map(|state| (script, state)));
    }
    if let Some(layout) = scripts.iter().find(|script| is_layout(package, &script.file.path)) {
        let names = ["+layout.server.ts", "+layout.server.js", "+layout.ts", "+layout.js"];
        let loads = names.iter().filter_map(|name| target.text(&package.path(&format!("src/routes/{name}"))));
        let loads = loads.filter_map(Script::read);
        places.extend(loads.filter_map(|load| Some((layout, component::layout_state(layout, &load)?))));
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
    if !is_layout(package, &script.file.path) && !others.any(|file| imported(&file.text.as_str())) {
        return Err(format!("nothing imports {}", script.file.path));
    }
    if component::is_component(&script.file.path) && script.after_imports().is_none() {
        return Err(format!("the script of {} imports nothing yet", script.file.path));
    }
    let api = api::api(&scripts)?;
    Ok(place(target, script, state, api))
}

fn place(target: &Target, script: &Script<'_>, state: &signed_in::State, api: Api) -> Wiring {
    let file = script.file;
    let own = file.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    // What is no route lies in SvelteKit's own library.
    let library = own.strip_suffix("src/routes/").map(|root| format!("{root}src/lib/"));
    let from = if library.is_some() { "$lib/" } else { "./" };
    let folder = library.unwrap_or(own);
    let typescript = script.typescript;
    let written = script.written();
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
        import_indentation: script.last_import().map_or("", |at| file.indentation(at)).to_string(),
        has_imports: imports.is_some(),
        import_from: format!("{from}{name}"),
        wrapper: format!("{folder}{name}.{ending}"),
        is_wrapped: there.is_some(),
        api,
        typescript,
        double_quotes: style::double_quotes(written),
        semicolons: style::semicolons(written),
        unit: file.indent_unit(),
        eol: file.eol(),
    }
}

/// True for the layout around every page of a SvelteKit application.
fn is_layout(package: &FrontPackage, path: &str) -> bool {
    package.kit == Kit::SvelteKit && path == package.path("src/routes/+layout.svelte")
}

/// Words without which a script is of no interest here.
fn has_hint(text: &str) -> bool {
    const HINTS: [&str; 15] = [
        "vue",
        "$state",
        "App",
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
    let endings = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".vue", ".svelte"];
    let script = endings.iter().any(|ending| name.ends_with(ending));
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
mod any;
#[cfg(test)]
mod tests;
