//! What is published: all that the program embeds, and nothing that only its own tests need.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn published() -> BTreeSet<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(PathBuf::from).collect()
}

/// Without its `..`.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            straight.pop();
        } else {
            straight.push(part);
        }
    }
    straight
}

#[test]
fn all_that_is_embedded_is_published() {
    let published = published();
    let mut embedded = 0;
    for source in published.iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let Ok(text) = fs_err::read_to_string(root().join(source)) else { continue };
        // Tests and comments quote code of applications.
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for rest in code.join("\n").split("include_str!(\"").skip(1) {
            let name = rest.split('"').next().unwrap();
            let file = straight(&source.parent().unwrap().join(name));
            let of_tests = file.starts_with("tests") || file.starts_with("snapshots");
            assert!(of_tests || published.contains(&file), "{}: {}", source.display(), file.display());
            embedded += usize::from(!of_tests);
        }
    }
    assert!(embedded > 20, "{embedded}");
    // Named one by one by a macro, which a test holds against the folder.
    for folder in ["plans", "templates"] {
        for entry in walkdir::WalkDir::new(root().join(folder)).into_iter().map(Result::unwrap) {
            let path = entry.path().strip_prefix(root()).unwrap();
            assert!(!entry.file_type().is_file() || published.contains(path), "{}", path.display());
        }
    }
}

#[test]
fn what_only_tests_need_is_not() {
    let published = published();
    for name in
        ["README.md", "LICENSE", "CHANGELOG.md", "Cargo.lock", "schemas/plan.json", "docs/src/SUMMARY.md"]
    {
        assert!(published.contains(Path::new(name)), "{name}");
    }
    let others = ["tests", "snapshots", "examples", "benches", "fuzz", ".ci", ".cello"];
    let found: Vec<_> =
        published.iter().filter(|path| others.iter().any(|other| path.starts_with(other))).collect();
    assert!(found.is_empty(), "{found:?}");
}
