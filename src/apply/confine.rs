//! Keeps every write inside of the project: which paths a plan may name, and what may lie there.

use std::fs::{self, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::beneath;
use super::error::{ApplyError, io};

/// Bytes of a path and of one name in it that the usual file systems take.
const LONGEST: usize = 4000;
const LONGEST_NAME: usize = 255;

/// Checks the text of a path: relative, normal, `/`-separated, and nobody else's (git's, ours).
pub fn relative(path: &str) -> Result<(), ApplyError> {
    let refuse = |why: &str| Err(ApplyError::Unsafe { file: path.to_string(), why: why.to_string() });
    if path.is_empty() {
        return refuse("a path is empty");
    }
    // On Windows `\` separates and `:` names drives and streams; a plan has to mean the same everywhere.
    if path.contains(['\\', '\0']) || (cfg!(windows) && path.contains(':')) {
        return refuse("the path has a character that is not safe on every system");
    }
    if path.contains(char::is_control) {
        return refuse("the path has a control character");
    }
    if path.len() > LONGEST || path.split('/').any(|part| part.len() > LONGEST_NAME) {
        return refuse("the path is longer than a file system takes");
    }
    if path.starts_with('/') || Path::new(path).is_absolute() {
        return refuse("the path is absolute");
    }
    for (depth, part) in path.split('/').enumerate() {
        // Windows drops trailing dots and spaces, so that `.git.` means `.git` there.
        let name = part.replace(ignorable, "").to_lowercase();
        let name = name.trim_end_matches(['.', ' ']);
        match part {
            ".." => return refuse("the path leaves the project"),
            "" | "." => return refuse("the path is not in its normal form"),
            _ if name == ".git" || name == "git~1" || name.starts_with(".git:") => {
                return refuse("the path lies in git's own folder");
            }
            _ if depth == 0 && name == ".cello" => {
                return refuse("the path lies in this tool's own folder");
            }
            _ => {}
        }
    }
    Ok(())
}

/// Characters that some file systems leave out of a name, by which `.git` could be spelt in other ways.
fn ignorable(ch: char) -> bool {
    matches!(ch, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// The full path of a file which has to exist, as a plain file reached without any symbolic link.
pub fn existing(root: &Path, path: &str) -> Result<(PathBuf, Option<Metadata>), ApplyError> {
    relative(path)?;
    let mut full = root.to_path_buf();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        full.push(part);
        let Some(meta) = metadata(&full)? else {
            return Ok((root.join(path), None));
        };
        no_link(path, root, &full, &meta)?;
        if parts.peek().is_some() {
            if !meta.is_dir() {
                return Ok((root.join(path), None));
            }
        } else {
            plain(path, &meta)?;
            return Ok((full, Some(meta)));
        }
    }
    Ok((full, None))
}

/// Bytes and metadata of a plain file, read through its folders' handles; `None` where there is none.
pub fn read(root: &Path, path: &str) -> Result<Option<(Vec<u8>, Metadata)>, ApplyError> {
    // The look by name comes first for what it can say; what is read is then what the handle leads to.
    let (full, meta) = existing(root, path)?;
    if meta.is_none() {
        return Ok(None);
    }
    let Some((mut file, meta)) = beneath::open(&full).map_err(io("read", &full))? else {
        return Ok(None);
    };
    plain(path, &meta)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(io("read", &full))?;
    Ok(Some((bytes, meta)))
}

/// The full path of a file that must not exist, in any letter case; folders above it may.
pub fn fresh(root: &Path, path: &str) -> Result<PathBuf, ApplyError> {
    relative(path)?;
    let mut full = root.to_path_buf();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let variants = variants(&full, part)?;
        full.push(part);
        let last = parts.peek().is_none();
        match variants.first() {
            None => break,
            Some(name) if last || variants.iter().all(|name| name != part) => {
                let there = full.with_file_name(name);
                let shown = there.strip_prefix(root).unwrap_or(&there);
                return Err(ApplyError::Stale {
                    file: path.to_string(),
                    steps: Vec::new(),
                    what: format!(
                        "should not exist, but {} is there",
                        shown.to_string_lossy().replace('\\', "/")
                    ),
                });
            }
            Some(_) => {}
        }
        let Some(meta) = metadata(&full)? else { break };
        no_link(path, root, &full, &meta)?;
        if !meta.is_dir() {
            return Err(ApplyError::Unsafe { file: path.to_string(), why: format!("`{part}` is no folder") });
        }
    }
    Ok(root.join(path))
}

/// Names in a folder that equal this one but for letter case.
fn variants(folder: &Path, name: &str) -> Result<Vec<String>, ApplyError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io("read", folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(io("read", folder))?;
        let other = entry.file_name().to_string_lossy().into_owned();
        if other.to_lowercase() == name.to_lowercase() {
            found.push(other);
        }
    }
    found.sort();
    Ok(found)
}

/// Metadata of the path itself, `None` where there is nothing.
pub(super) fn metadata(path: &Path) -> Result<Option<Metadata>, ApplyError> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(io("read", path)(error)),
    }
}

fn no_link(path: &str, root: &Path, full: &Path, meta: &Metadata) -> Result<(), ApplyError> {
    if !meta.file_type().is_symlink() {
        return Ok(());
    }
    let link = full.strip_prefix(root).unwrap_or(full);
    Err(ApplyError::Unsafe {
        file: path.to_string(),
        why: format!("`{}` is a symbolic link", link.to_string_lossy()),
    })
}

fn plain(path: &str, meta: &Metadata) -> Result<(), ApplyError> {
    let refuse = |why: &str| Err(ApplyError::Unsafe { file: path.to_string(), why: why.to_string() });
    if meta.is_dir() {
        return refuse("it is a folder");
    }
    if !meta.is_file() {
        return refuse("it is no plain file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Replacing one name of a file would silently part it from the others.
        if meta.nlink() > 1 {
            return refuse("it has several names (hard links)");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_inside_of_the_project_pass() {
        for path in ["src/main.rs", "Cargo.toml", ".github/x.yml", "a/.cello/b", ".env"] {
            assert!(relative(path).is_ok(), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            "a/",
            "a\\b",
            "a\0b",
            ".git/config",
            "sub/.GIT/hooks/x",
            ".git./x",
            "GIT~1/x",
            ".cello/journal",
            ".Cello/x",
            "a/.g\u{200c}it/config",
            "a/.git::$INDEX_ALLOCATION/x",
            "a\nb",
            "a\u{1b}[2Kb",
            &"a".repeat(256),
            &"a/".repeat(2001),
        ] {
            assert!(relative(path).is_err(), "{path:?}");
        }
    }
}
