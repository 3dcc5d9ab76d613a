//! What a lock file has to gain so that new dependencies are locked: lines in entries it has, and new entries.
//!
//! Cargo keeps what is locked where that satisfies the requirement, so a compatible locked version is taken, else the
//! catalogue's. Whatever is not certain is an error with the reason, for the step to say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::dependency::{Wanted, satisfies};
use super::catalogue::{Catalogue, Known, Needs, compatible};
use crate::target::{Lock, LockedPackage};

/// Cargo's name for crates.io in lock files.
pub const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Name and version.
pub type Id = (String, String);

/// What the lock file gains.
pub struct Gains<'c> {
    lock: &'c Lock,
    catalogue: &'c Catalogue,
    /// New entries, with what they depend on.
    pub new: BTreeMap<Id, (&'c Known, BTreeSet<Id>)>,
    /// Lines for entries that are there, by their number.
    pub lines: BTreeMap<usize, BTreeSet<Id>>,
}

impl<'c> Gains<'c> {
    /// Nothing yet.
    pub fn new(lock: &'c Lock, catalogue: &'c Catalogue) -> Self {
        Self { lock, catalogue, new: BTreeMap::new(), lines: BTreeMap::new() }
    }

    /// Adds direct dependencies to the package of the project with this name.
    ///
    /// # Errors
    /// With the reason if it can't be decided.
    pub fn add(&mut self, package: &str, wanted: &[&Wanted]) -> Result<(), String> {
        let own: Vec<usize> = (0..self.lock.packages.len())
            .filter(|&i| self.lock.packages[i].name == package && self.lock.packages[i].source.is_none())
            .collect();
        let [own] = own.as_slice() else {
            return Err(format!("it does not list {package} once, so it is out of date"));
        };
        for one in wanted {
            let id = self.ensure(&one.name, &one.requirement)?;
            self.features(one, &id)?;
            // A development dependency has its line already.
            let mut lines = self.lock.packages[*own].dependencies.iter().map(|line| line.split(' '));
            let listed = lines.any(|mut line| {
                line.next() == Some(id.0.as_str()) && line.next().is_none_or(|version| version == id.1)
            });
            if !listed || self.new.contains_key(&id) {
                self.lines.entry(*own).or_default().insert(id);
            }
        }
        Ok(())
    }

    /// The version that a requirement will be locked at.
    fn ensure(&mut self, name: &str, requirement: &str) -> Result<Id, String> {
        let all: Vec<&LockedPackage> = self.lock.versions(name).collect();
        if all.iter().any(|package| package.source.as_deref() != Some(REGISTRY)) {
            return Err(format!("{name} comes from somewhere else than crates.io"));
        }
        let fits: Vec<&str> = all
            .iter()
            .map(|package| package.version.as_str())
            .chain(self.new.keys().filter(|(other, _)| other == name).map(|(_, version)| version.as_str()))
            .filter(|version| satisfies(requirement, version))
            .collect();
        match fits.as_slice() {
            [version] => {
                let id = (name.to_string(), (*version).to_string());
                self.bring_features(&id)?;
                return Ok(id);
            }
            [] => {}
            _ => return Err(format!("several versions of {name} would do: {}", fits.join(", "))),
        }
        let known = self.catalogue.get(name, requirement);
        let known = known
            .ok_or_else(|| format!("{name} {requirement} is not locked and its entry is not known here"))?;
        if let Some(other) = all.iter().find(|package| compatible(&package.version, &known.version)) {
            return Err(format!("{name} is locked at {} and {requirement} is needed", other.version));
        }
        let id = (known.name.clone(), known.version.clone());
        self.new.insert(id.clone(), (known, BTreeSet::new()));
        for needs in known.dependencies.iter().filter(|needs| !needs.optional) {
            let other = self.needs(needs)?;
            self.line(&id, other);
        }
        Ok(id)
    }

    /// What a known crate's features bring to others, also where the crate itself is locked already.
    fn bring_features(&mut self, id: &Id) -> Result<(), String> {
        let Some(known) = self.catalogue.compatible(&id.0, &id.1) else {
            return Ok(());
        };
        for needs in known.dependencies.iter().filter(|needs| !needs.with.is_empty()) {
            self.needs(needs)?;
        }
        Ok(())
    }

    fn needs(&mut self, needs: &Needs) -> Result<Id, String> {
        let id = self.ensure(&needs.name, &needs.requirement)?;
        for with in &needs.with {
            let missing = !self.has_line(&id, with);
            let known = self.catalogue.compatible(&id.0, &id.1).filter(|_| missing);
            let Some(known) = known else {
                continue;
            };
            if !close(&known.version, &id.1) {
                return Err(format!("{} {} gains {with}, but that version is not known here", id.0, id.1));
            }
            let Some(extra) = known.dependencies.iter().find(|dependency| dependency.name == *with) else {
                continue;
            };
            let other = self.ensure(&extra.name, &extra.requirement)?;
            self.line(&id, other);
        }
        Ok(id)
    }

    fn has_line(&self, id: &Id, name: &str) -> bool {
        if let Some((_, lines)) = self.new.get(id) {
            return lines.iter().any(|(other, _)| other == name);
        }
        let Some(number) = self.number(id) else {
            return false;
        };
        let own = self.lock.packages[number].dependencies.iter();
        own.map(|line| line.split(' ').next().unwrap_or(line)).any(|other| other == name)
            || self.lines.get(&number).is_some_and(|lines| lines.iter().any(|(other, _)| other == name))
    }

    fn line(&mut self, id: &Id, line: Id) {
        if let Some((_, lines)) = self.new.get_mut(id) {
            lines.insert(line);
        } else if let Some(number) = self.number(id) {
            self.lines.entry(number).or_default().insert(line);
        }
    }

    fn number(&self, id: &Id) -> Option<usize> {
        self.lock.packages.iter().position(|package| package.name == id.0 && package.version == id.1)
    }

    /// Whether the features asked for bring lines of their own, as far as that is known.
    fn features(&self, wanted: &Wanted, id: &Id) -> Result<(), String> {
        let missing: Vec<&str> = match wanted.name.as_str() {
            "reqwest" => {
                let mut lines = Vec::new();
                for feature in &wanted.features {
                    lines.extend(match feature.as_str() {
                        "json" => vec!["serde_json"],
                        "rustls-tls" => vec!["rustls", "hyper-rustls", "tokio-rustls", "webpki-roots"],
                        "rustls-tls-native-roots" => {
                            vec!["rustls", "hyper-rustls", "tokio-rustls", "rustls-native-certs"]
                        }
                        "rustls" => vec!["rustls", "hyper-rustls", "tokio-rustls"],
                        "native-tls" => vec!["native-tls", "hyper-tls", "tokio-native-tls"],
                        other => {
                            return Err(format!(
                                "what the feature {other} of reqwest brings is not known here"
                            ));
                        }
                    });
                }
                if wanted.default_features {
                    return Err("what reqwest's default features bring is not known here".to_string());
                }
                lines.into_iter().filter(|line| !self.has_line(id, line)).collect()
            }
            "hmac" | "sha2" | "base64" | "serde_json" if wanted.features.is_empty() => Vec::new(),
            // Neither brings a crate, and by default there is none.
            "tokio" if wanted.features.iter().all(|one| ["rt", "sync"].contains(&one.as_str())) => Vec::new(),
            _ if wanted.features.is_empty() && !wanted.default_features => Vec::new(),
            name => return Err(format!("what the features of {name} bring is not known here")),
        };
        match missing.as_slice() {
            [] => Ok(()),
            _ => Err(format!("{} {} would gain {}", id.0, id.1, missing.join(", "))),
        }
    }
}

/// True if a locked version is the known one or newer than the one before it: older ones may ask for other versions.
fn close(known: &str, locked: &str) -> bool {
    match (semver::Version::parse(known), semver::Version::parse(locked)) {
        (Ok(known), Ok(locked)) => locked.minor > known.minor || locked.patch + 1 >= known.patch,
        _ => false,
    }
}
