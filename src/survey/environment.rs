//! The file in which a project documents its settings, and how it is written.
//!
//! `.env.example` beside the package's manifest, else beside the workspace's. Near misses: `.env` itself, which holds
//! secrets and is never read; a front end's own example in another folder.

use crate::target::{At, Package, SourceText, Target, is_environment_example};

/// An example of the environment.
#[derive(Debug, Clone)]
pub struct EnvFile {
    /// Path from the root.
    pub path: String,
    /// The whole file.
    pub at: At,
    /// Bytes in it.
    pub len: usize,
    /// Names of the settings it has, also of those commented out.
    pub names: Vec<String>,
    /// True if its lines start with `export `.
    pub export: bool,
    /// True if its values stand in double quotes.
    pub quoted: bool,
    /// True if it has comments.
    pub comments: bool,
    /// True if its last line has an end.
    pub ended: bool,
    /// What has to come before a new group: ends of the last line and of the group before.
    pub gap: String,
    /// Its line end.
    pub eol: &'static str,
    /// Other files of the kind beside it.
    pub others: Vec<String>,
}

impl EnvFile {
    /// True if it has a setting, set or commented out.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|have| have == name)
    }
}

/// The example that documents a package's settings.
pub fn example(target: &Target, package: &Package) -> Option<EnvFile> {
    let in_folder = |folder: &str| {
        let found = target.files.values().filter(|file| {
            let (dir, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            dir == folder && is_environment_example(name)
        });
        let mut found: Vec<&SourceText> = found.collect();
        // The usual name first, then those closest to it.
        found.sort_by_key(|file| (!file.path.ends_with(".env.example"), file.path.len(), file.path.clone()));
        found
    };
    let mut found = in_folder(&package.dir);
    if found.is_empty() {
        found = in_folder("");
    }
    let (first, others) = found.split_first()?;
    Some(read(first, others))
}

fn read(file: &SourceText, others: &[&SourceText]) -> EnvFile {
    let text = file.text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let set: Vec<(&str, &str)> = lines.iter().filter_map(|line| setting(line)).collect();
    let unset = lines.iter().filter_map(|line| setting(line.strip_prefix('#')?.trim_start()));
    let values: Vec<&str> = set.iter().map(|(_, value)| *value).filter(|value| !value.is_empty()).collect();
    let most = |count: usize, of: usize| count * 2 > of;
    let groups = text.trim_end().contains("\n\n") || text.trim_end().contains("\r\n\r\n");
    let eol = file.eol();
    let ended = text.is_empty() || text.ends_with('\n');
    let apart = text.is_empty() || text.ends_with("\n\n") || text.ends_with("\n\r\n");
    let mut gap = String::new();
    if !ended {
        gap.push_str(eol);
    }
    if groups && !apart {
        gap.push_str(eol);
    }
    EnvFile {
        path: file.path.clone(),
        at: file.at(0..file.text.len()),
        len: file.text.len(),
        names: set
            .iter()
            .map(|(name, _)| (*name).to_string())
            .chain(unset.map(|(name, _)| name.to_string()))
            .collect(),
        export: most(lines.iter().filter(|line| line.starts_with("export ")).count(), set.len()),
        quoted: most(values.iter().filter(|value| value.starts_with('"')).count(), values.len()),
        comments: lines.iter().any(|line| line.starts_with('#')),
        ended,
        gap,
        eol,
        others: others.iter().map(|file| file.path.clone()).collect(),
    }
}

/// Name and value of a `NAME=value` line.
fn setting(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((name, value.trim()))
}
