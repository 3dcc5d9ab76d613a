//! Front ends beside the project: folders of the same repository, outside of the root, that have a `package.json`.
//!
//! `backend/` with its Cargo.toml is the root, `frontend/` lies beside it. They are named, not read further, and never
//! changed. Near misses: a root that is the repository's top, no repository around it, another Cargo project.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::WalkDir;

use super::text::SourceText;

/// How far up, and how large a manifest may be.
const LEVELS: usize = 3;
const LARGEST: u64 = 256 * 1024;

/// The manifests beside a root, by the way from it to their folder, such as `../frontend`.
pub(super) fn manifests(root: &Path) -> BTreeMap<String, SourceText> {
    let mut found = BTreeMap::new();
    let around: Vec<&Path> = root.ancestors().take(LEVELS + 1).collect();
    let Some(top) = around.iter().position(|folder| folder.join(".git").exists()) else {
        return found;
    };
    for up in 1..=top {
        let (folder, from) = (around[up], around[up - 1]);
        let entries = WalkDir::new(folder).min_depth(1).max_depth(2).sort_by_file_name().into_iter();
        let entries = entries.filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.file_type().is_dir()
                && entry.path() != from
                && !(name.starts_with('.') || name == "node_modules" || name == "target")
                && !entry.path().join("Cargo.toml").exists()
        });
        for entry in entries.flatten() {
            let path = entry.path().join("package.json");
            let small = path.metadata().is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
            let inside = entry.path().strip_prefix(folder).ok().and_then(Path::to_str);
            if let (Some(inside), Ok(text)) = (inside, std::fs::read_to_string(&path))
                && small
            {
                let way = format!("{}{}", "../".repeat(up), inside.replace('\\', "/"));
                found.insert(way.clone(), SourceText::new(format!("{way}/package.json"), text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_same_repository_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        for path in [
            "frontend/package.json",
            "clients/admin/package.json",
            "other/Cargo.toml",
            "other/package.json",
            "node_modules/a/package.json",
            "api/server/package.json",
            "api/web/package.json",
        ] {
            write(path, "{}");
        }
        let ways = || manifests(&dir.path().join("api/server")).into_keys().collect::<Vec<_>>();
        assert_eq!(ways(), Vec::<String>::new(), "no repository is around it");
        write(".git/HEAD", "ref: refs/heads/main\n");
        assert_eq!(ways(), ["../../clients/admin", "../../frontend", "../web"]);
        write("api/server/.git", "gitdir: elsewhere\n");
        assert_eq!(ways(), Vec::<String>::new(), "the root is a repository of its own");
    }
}
