//! Pages that lie outside of the project: they are named, neither read nor changed.
//!
//! `dirs = ["../templates"]` in askama.toml, `ServeDir::new("../web/dist")`. Near misses: a path that comes back into the
//! project, `"../"` in a text that names no folder of pages.

use super::graph::askama_dirs;
use super::served::Served;
use crate::survey::literals::{normal, way_out};
use crate::target::{At, Package, Target};

/// Their folders or files, from the project's root, with where a package names them.
pub fn outside(target: &Target, package: &Package) -> Vec<(String, At)> {
    let configured = askama_dirs(target, package).into_iter().flat_map(|(file, dirs)| {
        let leaving = dirs.into_iter().filter(|dir| normal(&package.path(dir)).is_none());
        leaving.map(move |dir| {
            let at = file.text.find(&dir).map_or(0..0, |start| start..start + dir.len());
            (way_out(&package.path(&dir)), file.at(at))
        })
    });
    let served = Served::read_those(target, package, &|text| text.contains("../"));
    let in_code = served
        .outside()
        .iter()
        .filter_map(|(dir, file, at)| Some((dir.clone(), target.text(file)?.at(at.clone()))));
    configured.chain(in_code.collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::pages::tests::project;

    #[test]
    fn only_what_leaves_the_project() {
        let named = |files: &[(&str, &str)]| {
            let mut all =
                vec![("Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\naskama = \"0.14\"\n")];
            all.extend(files);
            let (_dir, target) = project(&all);
            let found = outside(&target, &target.packages[0]);
            found.into_iter().map(|(place, at)| (place, at.file, at.text)).collect::<Vec<_>>()
        };
        let one = |place: &str, file: &str, text: &str| {
            vec![(place.to_string(), file.to_string(), text.to_string())]
        };
        let config = ("askama.toml", "[general]\ndirs = [\"templates\", \"../shared/templates\"]\n");
        assert_eq!(
            named(&[config, ("src/main.rs", "fn main() {}\n")]),
            one("../shared/templates", "askama.toml", "../shared/templates")
        );
        let serves = |path: &str| format!("fn main() {{ let a = ServeDir::new(\"{path}\"); }}\n");
        let leaving = serves("../web/./dist");
        assert_eq!(
            named(&[("src/main.rs", &leaving)]),
            one("../web/dist", "src/main.rs", "\"../web/./dist\"")
        );
        // It comes back; a text that names no folder; a test.
        for main in [
            serves("static/../public"),
            "fn main() { println!(\"../web/index.html\"); }\n".to_string(),
            format!("fn main() {{}}\n#[cfg(test)]\nmod tests {{ {} }}\n", serves("../web").trim()),
        ] {
            assert_eq!(named(&[("src/main.rs", &main)]), []);
        }
    }
}
