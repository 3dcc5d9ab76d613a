//! Diesel's migrations: a folder each, `2024-05-01-120000_users/up.sql`, with `down.sql` beside it.
//!
//! Near misses: a folder whose name starts with no version; `00000000000000_diesel_initial_setup`, which is the lowest.

use super::Versioned;
use crate::target::{SourceText, Target};

/// The scheme's name.
pub const SCHEME: &str = "diesel";

/// The files in the folders of a folder.
pub fn files<'t>(target: &'t Target, dir: &str) -> Vec<Versioned<'t>> {
    target.files.values().filter_map(|file| versioned(file, dir)).collect()
}

fn versioned<'t>(file: &'t SourceText, dir: &str) -> Option<Versioned<'t>> {
    let inside = if dir.is_empty() {
        Some(file.path.as_str())
    } else {
        file.path.strip_prefix(dir)?.strip_prefix('/')
    };
    let (folder, name) = inside?.split_once('/')?;
    let down = match name {
        "up.sql" => false,
        "down.sql" => true,
        _ => return None,
    };
    let (version, _) = folder.split_once('_')?;
    let number = version.replace('-', "").parse().ok()?;
    Some(Versioned { file, version: version.to_string(), number, down })
}

/// The version after the highest, written as that one is: with its dashes and its leading zeros.
pub fn next(files: &[Versioned<'_>]) -> String {
    let Some(last) = files.last() else {
        return "00000000000001".to_string();
    };
    let width = last.version.chars().filter(char::is_ascii_digit).count();
    let digits = format!("{:0width$}", last.number + 1);
    if digits.len() != width {
        return digits;
    }
    let mut digits = digits.chars();
    last.version.chars().map(|c| if c == '-' { c } else { digits.next().unwrap_or('0') }).collect()
}

/// The file into which `diesel migration run` writes the tables, if there is one.
pub fn schema<'t>(target: &'t Target, belongs: &dyn Fn(&str) -> bool) -> Option<&'t str> {
    let holds_tables = |file: &&SourceText| {
        file.path.ends_with("schema.rs") && file.text.contains("table!") && belongs(&file.path)
    };
    target.files.values().find(holds_tables).map(|file| file.path.as_str())
}
