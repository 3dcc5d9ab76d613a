//! Where a project begins: the folder of its manifest, and the workspace that counts it in.

use std::path::{Path, PathBuf};

use super::error::TargetError;
use super::manifest::Manifest;

/// The folder of a package, canonical.
pub(super) fn folder(project: &Path) -> Result<PathBuf, TargetError> {
    let given = project.canonicalize().ok().filter(|path| path.is_dir());
    let given = given.ok_or_else(|| TargetError::NotFound { path: project.to_path_buf() })?;
    if !given.join("Cargo.toml").is_file() {
        let elsewhere = manifests_below(&given);
        return Err(TargetError::NoManifest { path: project.to_path_buf(), elsewhere });
    }
    Ok(given)
}

/// Folders below one without a manifest that have one, so that the error can name them.
fn manifests_below(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = walkdir::WalkDir::new(folder)
        .min_depth(2)
        .max_depth(4)
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            name != "target" && name != "node_modules" && !name.starts_with('.')
        })
        .flatten()
        .filter(|entry| entry.file_name() == "Cargo.toml")
        .filter_map(|entry| {
            let folder = entry.path().parent()?.strip_prefix(folder).ok()?;
            Some(folder.to_string_lossy().into_owned())
        })
        .take(8)
        .collect();
    found.sort();
    found
}

/// The nearest folder above (or this one) whose manifest has a `[workspace]` that counts this package in.
pub(super) fn workspace_root(package: &Path) -> Result<PathBuf, TargetError> {
    for folder in package.ancestors() {
        let path = folder.join("Cargo.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if folder == package => {
                return Err(TargetError::Manifest { path: "Cargo.toml".into(), detail: error.to_string() });
            }
            Err(_) => continue,
        };
        let manifest = match Manifest::read("Cargo.toml", &text) {
            Ok(manifest) => manifest,
            Err(detail) if folder == package => {
                return Err(TargetError::Manifest { path: "Cargo.toml".into(), detail });
            }
            // Someone else's broken manifest further up is not this project's business.
            Err(_) => continue,
        };
        let Some(members) = &manifest.members else {
            continue;
        };
        let inside = package.strip_prefix(folder).unwrap_or(package).to_string_lossy().replace('\\', "/");
        if inside.is_empty() || is_member(&inside, members, &manifest) {
            return Ok(folder.to_path_buf());
        }
    }
    Ok(package.to_path_buf())
}

pub(super) fn is_member(dir: &str, members: &[String], manifest: &Manifest) -> bool {
    let excluded =
        manifest.exclude.iter().any(|prefix| dir == prefix || dir.starts_with(&format!("{prefix}/")));
    let by_path = || {
        manifest.dependencies.values().chain(manifest.workspace_dependencies.values()).any(|dependency| {
            dependency.path.as_deref().is_some_and(|path| path.trim_start_matches("./") == dir)
        })
    };
    !excluded && (members.iter().any(|pattern| matches_glob(pattern, dir)) || by_path())
}

/// Cargo's member patterns: `*` within one part of the path.
fn matches_glob(pattern: &str, dir: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_start_matches("./").trim_end_matches('/').split('/').collect();
    let parts: Vec<&str> = dir.split('/').collect();
    pattern.len() == parts.len()
        && pattern.iter().zip(parts).all(|(pattern, part)| match pattern.split_once('*') {
            Some((start, end)) => {
                part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
            }
            None => *pattern == part,
        })
}

#[cfg(test)]
mod tests {
    use super::matches_glob;

    #[test]
    fn member_patterns_match_one_part_each() {
        assert!(matches_glob("crates/*", "crates/web"));
        assert!(!matches_glob("crates/*", "crates/web/sub"));
        assert!(matches_glob("./apps/api", "apps/api"));
        assert!(matches_glob("crates/app-*", "crates/app-web"));
        assert!(!matches_glob("crates/app-*", "crates/lib"));
    }
}
