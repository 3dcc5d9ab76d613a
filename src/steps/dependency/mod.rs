//! The crates that the inserted module needs and the application doesn't depend on yet: one line each.
//!
//! `hmac = "0.12"` under `[dependencies]`, sorted if the table is sorted, inherited from the workspace if the others
//! are. Near misses: the crate is there under another name, as an optional dependency, at another major version, or
//! without a feature; its name is taken by another package; the table is written inline.

mod choose;

pub use choose::{HttpClient, Signing, choose, http_client, json};

use super::draft::{Draft, FileEdit};
use crate::edit::toml::{self, Fields};
use crate::plan::{Evidence, HandWork, Status};
use crate::target::{Dependency, Manifest, Package, Target};

const KIND: &str = "dependency";

/// A crate that the module needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Name of the package.
    pub name: String,
    /// Version requirement, such as `0.12`.
    pub requirement: String,
    /// Features beyond the default ones.
    pub features: Vec<String>,
    /// Whether default features are wanted.
    pub default_features: bool,
    /// What it is for, in a phrase.
    pub why: String,
}

impl Wanted {
    /// A crate with its default features.
    pub fn new(name: &str, requirement: &str, why: &str) -> Self {
        Self {
            name: name.to_string(),
            requirement: requirement.to_string(),
            features: Vec::new(),
            default_features: true,
            why: why.to_string(),
        }
    }

    fn fields(&self) -> Fields {
        let mut fields = vec![("version", format!("\"{}\"", self.requirement))];
        if !self.default_features {
            fields.push(("default-features", "false".to_string()));
        }
        if !self.features.is_empty() {
            fields.push(("features", list(&self.features)));
        }
        fields
    }
}

/// One step per crate, by name.
pub fn dependency(target: &Target, package: &Package, wanted: &[Wanted]) -> Vec<Draft> {
    let mut wanted: Vec<&Wanted> = wanted.iter().collect();
    wanted.sort_by(|a, b| a.name.cmp(&b.name));
    wanted.into_iter().map(|one| draft(target, package, one)).collect()
}

fn draft(target: &Target, package: &Package, wanted: &Wanted) -> Draft {
    let manifest = &package.manifest.path;
    if let Some((name, dependency)) = package.depends_on(&wanted.name) {
        let mut draft = extended(target, package, wanted, dependency)
            .unwrap_or_else(|| present(target, package, wanted, name, dependency));
        if let Some(file) = target.files.get(manifest)
            && file.text.get(dependency.at.clone()).is_some()
        {
            let fact = format!("{manifest} depends on {}", wanted.name);
            draft.evidence.push(Evidence { at: file.at(dependency.at.clone()), fact });
        }
        return draft;
    }
    let edits = match taken(package, wanted) {
        Some(why) => Err(why),
        None => edits(target, package, wanted),
    };
    match edits {
        Ok(edits) => {
            let shared =
                if edits.len() > 1 { ", shared through the workspace as its others are" } else { "" };
            let reason = format!(
                "The module needs {} {} {}; {manifest} does not have it yet{shared}.",
                wanted.name, wanted.requirement, wanted.why
            );
            let mut draft = Draft::new(KIND, &wanted.name, Status::Ready, reason);
            draft.edits = edits;
            draft
        }
        Err(why) => by_hand(wanted, &format!("{manifest} has to get {}, but {why}.", wanted.name)),
    }
}

/// One that is as it should be but for a feature.
fn extended(target: &Target, package: &Package, wanted: &Wanted, have: &Dependency) -> Option<Draft> {
    let missing: Vec<String> =
        wanted.features.iter().filter(|feature| !have.features.contains(feature)).cloned().collect();
    let with = Dependency { features: wanted.features.clone(), ..have.clone() };
    let other = present(target, package, wanted, &have.key, &with).status;
    if missing.is_empty() || other != Status::Done {
        return None;
    }
    let path = package.manifest.path.as_str();
    let edit = toml::features(&target.files.get(path)?.text, &["dependencies"], &have.key, &missing).ok()?;
    let reason = format!(
        "The module needs {} {} with {}; {path} has it without.",
        wanted.name,
        wanted.why,
        missing.join(", ")
    );
    let mut draft = Draft::new(KIND, &wanted.name, Status::Ready, reason);
    draft.edits.push(FileEdit { file: path.to_string(), at: Some(edit.at), text: edit.text });
    Some(draft)
}

fn present(target: &Target, package: &Package, wanted: &Wanted, name: &str, have: &Dependency) -> Draft {
    let version = target.version_of(package, &wanted.name).unwrap_or_default();
    let missing: Vec<String> =
        wanted.features.iter().filter(|feature| !have.features.contains(feature)).cloned().collect();
    // These two do all that is needed without their default features; others lose their allocating functions.
    let bare = matches!(wanted.name.as_str(), "hmac" | "sha2" | "jsonwebtoken")
        || ["std", "alloc", "default"]
            .iter()
            .any(|feature| have.features.iter().any(|other| other == feature));
    let why = match () {
        () if have.optional => Some("it is optional there, so a feature would have to be on".to_string()),
        () if !satisfies(&wanted.requirement, &version) => Some(format!(
            "it is version {version} there and the module is written for {}",
            wanted.requirement
        )),
        () if wanted.default_features && !have.default_features && !bare => {
            Some("its default features are off there".to_string())
        }
        () if !missing.is_empty() => Some(format!("it lacks the feature {} there", missing.join(", "))),
        () => None,
    };
    match why {
        Some(why) => {
            by_hand(wanted, &format!("The application depends on {} already, but {why}.", wanted.name))
        }
        None => {
            let renamed = if name.replace('_', "-") == wanted.name.replace('_', "-") {
                String::new()
            } else {
                format!(", as `{name}`")
            };
            let reason = format!("The application depends on {} {version} already{renamed}.", wanted.name);
            Draft::new(KIND, &wanted.name, Status::Done, reason)
        }
    }
}

fn taken(package: &Package, wanted: &Wanted) -> Option<String> {
    let other = package.manifest.dependencies.get(&wanted.name.replace('-', "_"))?;
    Some(format!("`{}` means the package {} there", other.key, other.package))
}

fn by_hand(wanted: &Wanted, reason: &str) -> Draft {
    let mut draft = Draft::new(KIND, &wanted.name, Status::ByHand, reason);
    let fields: Vec<String> =
        wanted.fields().iter().map(|(name, value)| format!("{name} = {value}")).collect();
    draft.by_hand.push(HandWork {
        todo: format!("Make {} available {}.", wanted.name, wanted.why),
        place: None,
        text: format!("{} = {{ {} }}", wanted.name, fields.join(", ")),
        turns_green: None,
    });
    draft
}

fn edits(target: &Target, package: &Package, wanted: &Wanted) -> Result<Vec<FileEdit>, String> {
    let own = package.manifest.path.as_str();
    let key = wanted.name.as_str();
    let Some(inherited) = inherits(target, package, wanted) else {
        return Ok(vec![insert(target, own, &["dependencies"], key, &wanted.fields())?]);
    };
    let mut fields: Fields = vec![(inherited.style, "true".to_string())];
    if inherited.listed && !wanted.features.is_empty() {
        fields.push(("features", list(&wanted.features)));
    }
    let mut edits = Vec::new();
    if !inherited.listed {
        edits.push(insert(target, "Cargo.toml", &["workspace", "dependencies"], key, &wanted.fields())?);
    }
    edits.push(insert(target, own, &["dependencies"], key, &fields)?);
    Ok(edits)
}

struct Inherited {
    /// True if the workspace lists the crate.
    listed: bool,
    /// `.workspace` for `name.workspace = true`, `workspace` for `name = { workspace = true }`.
    style: &'static str,
}

/// How the package would inherit a crate, if it inherits most of its others.
fn inherits(target: &Target, package: &Package, wanted: &Wanted) -> Option<Inherited> {
    let root = target.files.get("Cargo.toml")?;
    let own = target.files.get(&package.manifest.path)?;
    let shared = Manifest::read("Cargo.toml", &root.text).ok()?.workspace_dependencies;
    let outside = package.manifest.dependencies.values().filter(|dependency| dependency.path.is_none());
    let (inherited, other): (Vec<&Dependency>, Vec<&Dependency>) =
        outside.partition(|dependency| dependency.workspace);
    if shared.is_empty() || inherited.is_empty() || inherited.len() < other.len() {
        return None;
    }
    let listed = shared.values().find(|dependency| dependency.package == wanted.name);
    if let Some(listed) = listed {
        let least = format!("{}.0.0", listed.requirement.trim_start_matches(['^', '=', '~', '>', ' ']));
        let version: String = least.split('.').take(3).collect::<Vec<_>>().join(".");
        let fits = satisfies(&wanted.requirement, &version)
            && listed.key == wanted.name
            && listed.default_features == wanted.default_features;
        if !fits {
            return None;
        }
    }
    // `serde.workspace = true` has no braces.
    let braces = |dependency: &&&Dependency| {
        own.text.get(dependency.at.clone()).is_some_and(|value| value.starts_with('{'))
    };
    let dotted = inherited.len() - inherited.iter().filter(braces).count();
    let style = if dotted * 2 > inherited.len() { ".workspace" } else { "workspace" };
    Some(Inherited { listed: listed.is_some(), style })
}

fn insert(
    target: &Target,
    path: &str,
    table: &[&str],
    key: &str,
    fields: &Fields,
) -> Result<FileEdit, String> {
    let file = target.files.get(path).ok_or_else(|| format!("{path} could not be read"))?;
    let edit = toml::entry(&file.text, table, key, fields)?;
    Ok(FileEdit { file: path.to_string(), at: Some(edit.at), text: edit.text })
}

/// True if a version, which may lack its last parts, satisfies a requirement.
pub(super) fn satisfies(requirement: &str, version: &str) -> bool {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let parts = plain.split('.').count();
    let full = format!("{version}{}", ".0".repeat(3usize.saturating_sub(parts)));
    match (semver::VersionReq::parse(requirement), semver::Version::parse(&full)) {
        (Ok(requirement), Ok(version)) => requirement.matches(&version),
        _ => false,
    }
}

fn list(features: &[String]) -> String {
    format!("[{}]", features.iter().map(|feature| format!("\"{feature}\"")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
