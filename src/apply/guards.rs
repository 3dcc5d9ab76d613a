//! What git has to say before files are changed: is everything that will be touched safe in a commit?

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use super::check::Change;
use super::error::ApplyError;

/// Guards that a person switched off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allow {
    /// Files of the plan may have uncommitted changes.
    pub dirty: bool,
    /// Files of the plan may have staged changes.
    pub staged: bool,
    /// There may be no git at all.
    pub no_vcs: bool,
}

/// Asks git about the files of the plan. Gives remarks about the others.
///
/// # Errors
/// If a guard that isn't switched off refuses, or git fails.
pub fn guard(root: &Path, changes: &[Change], allow: Allow) -> Result<Vec<String>, ApplyError> {
    if !in_repository(root)? {
        return if allow.no_vcs { Ok(Vec::new()) } else { Err(ApplyError::NoVcs) };
    }
    let prefix = text(git(root, &["rev-parse", "--show-prefix"])?);
    let prefix = prefix.trim_end_matches(['\n', '\r']);
    let status = git(
        root,
        &["status", "--porcelain=v2", "-z", "--untracked-files=normal", "--ignore-submodules=none"],
    )?;
    let entries = parse(&status.stdout);
    let (mut dirty, mut staged, mut others) = (BTreeSet::new(), BTreeSet::new(), 0);
    for entry in &entries {
        // git names paths from the repository's root, the plan from the project's.
        let touched: Vec<&Change> =
            changes.iter().filter(|change| entry.covers(&format!("{prefix}{}", change.path))).collect();
        if touched.is_empty() && !entry.path.trim_end_matches('/').ends_with(".cello") {
            others += 1;
        }
        for change in touched {
            // A file that the plan creates isn't there yet: what git reports is the folder around it.
            if change.before.is_none() {
                continue;
            }
            if entry.dirty {
                dirty.insert(change.path.clone());
            }
            if entry.staged {
                staged.insert(change.path.clone());
            }
        }
    }
    let mut kept = kept(root, changes)?;
    dirty.append(&mut kept.hidden.drain(..).collect());
    if !dirty.is_empty() && !allow.dirty {
        return Err(ApplyError::Dirty { files: dirty.into_iter().collect() });
    }
    if !staged.is_empty() && !allow.staged {
        return Err(ApplyError::Staged { files: staged.into_iter().collect() });
    }
    let mut remarks = Vec::new();
    if others > 0 {
        remarks.push(format!(
            "git knows of {others} other changed or new {}; the plan does not touch {}.",
            if others == 1 { "path" } else { "paths" },
            if others == 1 { "it" } else { "them" },
        ));
    }
    kept.unkept.retain(|path| !dirty.contains(path));
    if !kept.unkept.is_empty() {
        remarks.push(format!(
            "git ignores {}; only `cello-scaffold undo` can take a change there back.",
            kept.unkept.join(", ")
        ));
    }
    Ok(remarks)
}

/// A path that isn't as committed.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: String,
    dirty: bool,
    staged: bool,
}

impl Entry {
    /// Untracked folders and submodules are reported as one path for all that lies in them.
    fn covers(&self, file: &str) -> bool {
        let path = self.path.trim_end_matches('/');
        file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Reads `git status --porcelain=v2 -z`: NUL-separated, because paths may hold anything else.
fn parse(output: &[u8]) -> Vec<Entry> {
    let output = String::from_utf8_lossy(output);
    let mut records = output.split('\0').filter(|record| !record.is_empty());
    let mut entries = Vec::new();
    while let Some(record) = records.next() {
        let (kind, rest) = record.split_once(' ').unwrap_or((record, ""));
        // Number of fields before the path.
        let fields = match kind {
            "1" => 7,
            "2" => 8,
            "u" => 9,
            "?" => 0,
            _ => continue,
        };
        let Some(path) = rest.splitn(fields + 1, ' ').nth(fields) else {
            continue;
        };
        let mut state = rest.chars();
        let (index, tree) = (state.next(), state.next());
        let entry = |path: &str| Entry {
            path: path.to_string(),
            dirty: matches!(kind, "?" | "u") || tree != Some('.'),
            staged: matches!(kind, "1" | "2") && index != Some('.'),
        };
        entries.push(entry(path));
        if kind == "2" {
            // A rename is followed by the former path.
            entries.extend(records.next().map(entry));
        }
    }
    entries
}

/// What git keeps of existing files of the plan.
struct Kept {
    /// Files that it does not keep.
    unkept: Vec<String>,
    /// Files that it was told not to look at, and that aren't as it keeps them.
    hidden: Vec<String>,
}

fn kept(root: &Path, changes: &[Change]) -> Result<Kept, ApplyError> {
    let existing: Vec<&str> =
        changes.iter().filter(|change| change.before.is_some()).map(|change| change.path.as_str()).collect();
    let mut kept = Kept { unkept: Vec::new(), hidden: Vec::new() };
    if existing.is_empty() {
        return Ok(kept);
    }
    let mut arguments = vec!["ls-files", "-z", "-v", "--cached", "--recurse-submodules", "--"];
    arguments.extend(&existing);
    let listed = text(git(root, &arguments)?);
    // `H src/main.rs`; another letter, or a small one, tells of what `git update-index` was told.
    let listed: BTreeMap<&str, char> =
        listed.split('\0').filter_map(|entry| Some((entry.get(2..)?, entry.chars().next()?))).collect();
    for path in existing {
        match listed.get(path) {
            None => kept.unkept.push(path.to_string()),
            Some(flag) if (*flag == 'S' || flag.is_lowercase()) && differs(root, path)? => {
                kept.hidden.push(path.to_string());
            }
            Some(_) => {}
        }
    }
    Ok(kept)
}

/// True if a file isn't as the index has it, whatever git was told about it.
fn differs(root: &Path, path: &str) -> Result<bool, ApplyError> {
    let entry = text(git(root, &["ls-files", "-z", "-s", "--", path])?);
    let now = text(git(root, &["hash-object", "--", path])?);
    Ok(entry.split(' ').nth(1) != Some(now.trim()))
}

fn in_repository(root: &Path) -> Result<bool, ApplyError> {
    let output = match command(root, &["rev-parse", "--is-inside-work-tree"]).output() {
        Ok(output) => output,
        Err(_) if !has_git_above(root) => return Ok(false),
        Err(error) => {
            return Err(ApplyError::Git { detail: format!("git can't be run: {error}") });
        }
    };
    if !output.status.success() {
        // With a repository around us the failure means something, such as another owner.
        return if has_git_above(root) { Err(failed(&output)) } else { Ok(false) };
    }
    if output.stdout.trim_ascii() != b"true" {
        return Ok(false);
    }
    // A project that lies in an ignored folder of some other repository isn't kept by it.
    let ignored = command(root, &["check-ignore", "-q", "--", "Cargo.toml"])
        // It takes no pathspecs, and refuses to hear how it should read them.
        .env_remove("GIT_LITERAL_PATHSPECS")
        .output();
    Ok(!ignored.is_ok_and(|output| output.status.success()))
}

fn has_git_above(root: &Path) -> bool {
    root.ancestors().any(|folder| folder.join(".git").exists())
}

fn git(root: &Path, arguments: &[&str]) -> Result<Output, ApplyError> {
    let output = command(root, arguments)
        .output()
        .map_err(|error| ApplyError::Git { detail: format!("git can't be run: {error}") })?;
    if output.status.success() { Ok(output) } else { Err(failed(&output)) }
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // The project's own settings must not start a program here.
    command.arg("-C").arg(root).args(["-c", "core.fsmonitor=false"]).args(arguments);
    // Set where a hook runs us, and would point at another repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
    command
}

fn failed(output: &Output) -> ApplyError {
    let detail = String::from_utf8_lossy(&output.stderr).trim().to_string();
    ApplyError::Git { detail }
}

fn text(output: Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_spaces_and_renames_are_read_right() {
        let output = b"1 .M N... 100644 100644 100644 aa bb src/a b.rs\0\
            2 R. N... 100644 100644 100644 aa bb R100 new name.rs\0old name.rs\0\
            u UU N... 100644 100644 100644 100644 aa bb cc both.rs\0? new folder/\0";
        let entry = |path: &str, dirty, staged| Entry { path: path.into(), dirty, staged };
        let expected = [
            entry("src/a b.rs", true, false),
            entry("new name.rs", false, true),
            entry("old name.rs", false, true),
            entry("both.rs", true, false),
            entry("new folder/", true, false),
        ];
        assert_eq!(parse(output), expected);
        assert!(expected[4].covers("new folder/x.rs"));
        assert!(!expected[0].covers("src/a b.rs.bak"));
    }
}
