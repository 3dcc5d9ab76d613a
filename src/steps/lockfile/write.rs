//! The gains of a lock file as insertions, in the order and spelling cargo would write.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::{Gains, Id, REGISTRY};
use crate::edit::Edit;
use crate::target::{Lock, SourceText};

/// The insertions into a lock file.
///
/// # Errors
/// If its layout is not cargo's own.
pub fn edits(file: &SourceText, lock: &Lock, gains: &Gains<'_>) -> Result<Vec<Edit>, String> {
    let eol = file.eol();
    let names = Names::read(lock, gains);
    // By offset; what goes to one offset is one insertion.
    let mut at: BTreeMap<usize, String> = BTreeMap::new();
    for (offset, version) in names.now_ambiguous(file, lock, gains) {
        at.entry(offset).or_default().push_str(&format!(" {version}"));
    }
    for (&number, lines) in &gains.lines {
        let package = &lock.packages[number];
        let Some(list) = &package.list else {
            let lines: String = lines.iter().map(|id| format!(" \"{}\",{eol}", names.spell(id))).collect();
            at.entry(package.at.end).or_default().push_str(&format!("{eol}dependencies = [{eol}{lines}]"));
            continue;
        };
        if !file.text[list.clone()].starts_with(['\n', '\r']) {
            return Err("its lists are not written as cargo writes them".to_string());
        }
        let have = quoted(file, list.clone());
        for id in lines {
            let after = have.iter().find(|(_, line)| key(line) > (id.0.as_str(), id.1.as_str()));
            // Before the quote of the next line, or before the bracket, is the end of the line before.
            let offset = after.map_or(list.end, |(start, _)| file.line_start(*start));
            at.entry(offset).or_default().push_str(&format!(" \"{}\",{eol}", names.spell(id)));
        }
    }
    let order: Vec<(&str, Option<semver::Version>)> = lock
        .packages
        .iter()
        .map(|package| (package.name.as_str(), semver::Version::parse(&package.version).ok()))
        .collect();
    let mut new: Vec<&Id> = gains.new.keys().collect();
    new.sort_by_key(|(name, version)| (name.clone(), semver::Version::parse(version).ok()));
    for id in new {
        let (known, lines) = &gains.new[id];
        let entry = entry(id, &known.checksum, lines, &names, eol);
        let this = (id.0.as_str(), semver::Version::parse(&id.1).ok());
        match order.iter().position(|other| *other > this) {
            Some(number) => {
                at.entry(lock.packages[number].at.start).or_default().push_str(&format!("{entry}{eol}{eol}"));
            }
            None => {
                let end = lock.packages.last().ok_or("it has no packages")?.at.end;
                if !file.text[end..].trim().is_empty() {
                    return Err("it ends in something else than packages".to_string());
                }
                at.entry(end).or_default().push_str(&format!("{eol}{eol}{entry}"));
            }
        }
    }
    Ok(at.into_iter().map(|(offset, text)| Edit { at: offset..offset, text }).collect())
}

fn entry(id: &Id, checksum: &str, lines: &BTreeSet<Id>, names: &Names, eol: &str) -> String {
    let mut out = format!(
        "[[package]]{eol}name = \"{}\"{eol}version = \"{}\"{eol}source = \"{REGISTRY}\"{eol}checksum = \"{checksum}\"",
        id.0, id.1
    );
    if !lines.is_empty() {
        let lines: String = lines.iter().map(|id| format!(" \"{}\",{eol}", names.spell(id))).collect();
        out.push_str(&format!("{eol}dependencies = [{eol}{lines}]"));
    }
    out
}

/// Name and version (empty if left out) of a line.
fn key(line: &str) -> (&str, &str) {
    let mut parts = line.split(' ');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Lines of a list with the offsets of what is between their quotes.
fn quoted(file: &SourceText, list: std::ops::Range<usize>) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = list.start;
    while let Some(open) = file.text[at..list.end].find('"').map(|i| at + i + 1) {
        let Some(close) = file.text[open..list.end].find('"').map(|i| open + i) else {
            break;
        };
        out.push((open, &file.text[open..close]));
        at = close + 1;
    }
    out
}

/// How many versions of each name there will be: cargo leaves a version out where it is the only one.
struct Names {
    before: BTreeMap<String, usize>,
    after: BTreeMap<String, usize>,
}

impl Names {
    fn read(lock: &Lock, gains: &Gains<'_>) -> Self {
        let mut before: BTreeMap<String, usize> = BTreeMap::new();
        for package in &lock.packages {
            *before.entry(package.name.clone()).or_default() += 1;
        }
        let mut after = before.clone();
        for (name, _) in gains.new.keys() {
            *after.entry(name.clone()).or_default() += 1;
        }
        Self { before, after }
    }

    fn spell(&self, id: &Id) -> String {
        match self.after.get(&id.0) {
            Some(2..) => format!("{} {}", id.0, id.1),
            _ => id.0.clone(),
        }
    }

    /// Ends of lines that have to say a version from now on, with that version.
    fn now_ambiguous(&self, file: &SourceText, lock: &Lock, gains: &Gains<'_>) -> Vec<(usize, String)> {
        let names: BTreeSet<&str> = gains
            .new
            .keys()
            .map(|(name, _)| name.as_str())
            .filter(|name| self.before.get(*name) == Some(&1))
            .collect();
        let mut out = Vec::new();
        for list in lock.packages.iter().filter_map(|package| package.list.clone()) {
            for (start, line) in quoted(file, list) {
                if let (true, Some(package)) = (names.contains(line), lock.versions(line).next()) {
                    out.push((start + line.len(), package.version.clone()));
                }
            }
        }
        out
    }
}
