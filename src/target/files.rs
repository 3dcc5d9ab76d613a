//! Which files of a project are read: everything git would track, minus what is enormous, binary or not ours.

use std::collections::BTreeSet;
use std::path::Path;

use ignore::WalkBuilder;

use super::error::TargetError;
use super::text::SourceText;

/// Files larger than this are named, not read.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Scripts larger than this are no source of a front end but a bundle or data, and of no interest.
const LARGEST_SCRIPT: u64 = 256 * 1024;

/// Folders which hold nothing of the application's own source.
const NOT_SOURCE: [&str; 5] = [".git", ".cello", "target", "node_modules", "vendor"];

/// What was read, and what was not, with the reason.
pub struct Files {
    /// Texts, sorted by path.
    pub texts: Vec<SourceText>,
    /// Paths that exist but were not read, with the reason.
    pub unread: Vec<(String, String)>,
    /// Paths of files that are of no interest but for being there.
    pub others: BTreeSet<String>,
}

/// Reads the files of a project that can matter to a plan.
///
/// # Errors
/// If the root itself can't be read. A single unreadable file is listed, not fatal.
pub fn read(root: &Path) -> Result<Files, TargetError> {
    read_those(root, of_interest)
}

/// Reads the files of a project whose path is of interest.
///
/// # Errors
/// If the root itself can't be read.
pub(super) fn read_those(root: &Path, of_interest: impl Fn(&str) -> bool) -> Result<Files, TargetError> {
    std::fs::read_dir(root).map_err(|source| TargetError::Read { path: root.to_path_buf(), source })?;
    let mut texts = Vec::new();
    let mut unread = Vec::new();
    let mut others = BTreeSet::new();
    // Symbolic links are not followed: they could leave the project or never end.
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(|name| NOT_SOURCE.contains(&name)))
        .build();
    for entry in walk.flatten() {
        let Some(path) = relative(root, entry.path()) else {
            continue;
        };
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else {
            continue;
        };
        // What a link to a folder leads to may well be of interest.
        let leads_to_folder = kind.is_symlink() && entry.path().is_dir();
        if !of_interest(&path) && !leads_to_folder {
            others.insert(path);
            continue;
        }
        if kind.is_symlink() {
            unread.push((path, "a link, which is not followed".to_string()));
            continue;
        }
        if !kind.is_file() {
            unread.push((path, "no regular file".to_string()));
            continue;
        }
        let length = entry.metadata().map_or(0, |metadata| metadata.len());
        if is_script(&path) && length > LARGEST_SCRIPT {
            continue;
        }
        if length > LARGEST {
            unread.push((path, "larger than 4 MiB".to_string()));
            continue;
        }
        match std::fs::read(entry.path()) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => texts.push(SourceText::new(path, text)),
                Err(_) if is_script(&path) => {}
                Err(_) => unread.push((path, "not UTF-8".to_string())),
            },
            Err(error) => unread.push((path, error.to_string())),
        }
    }
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    unread.sort();
    Ok(Files { texts, unread, others })
}

/// Path from the root with `/` between its parts; `None` if it isn't UTF-8.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn of_interest(path: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        ".rs", ".toml", ".html", ".htm", ".jinja", ".j2", ".sql", ".askama", ".tera", ".hbs", ".stpl", ".md",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        || matches!(
            name,
            "Cargo.lock"
                | "rust-toolchain"
                | "package.json"
                | "vercel.json"
                | "tauri.conf.json"
                | "Caddyfile"
                | "_headers"
        )
        || name.ends_with(".conf")
        || is_script(path)
        || is_environment_example(name)
}

/// True for a script or component of a front end.
fn is_script(path: &str) -> bool {
    const ENDINGS: [&str; 8] = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".svelte", ".vue", ".astro"];
    let name = path.rsplit('/').next().unwrap_or(path);
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.contains(".min.") && !name.ends_with(".d.ts")
}

/// True for the file in which a project documents its settings, in any of its usual names.
pub fn is_environment_example(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        ".env.example",
        ".env-example",
        ".env.sample",
        ".env.template",
        ".env.dist",
        "env.example",
        "example.env",
        "sample.env",
        ".env.local.example",
    ];
    NAMES.contains(&name)
}
