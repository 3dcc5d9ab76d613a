//! What cargo knows of the project: where it keeps artifacts, which packages a plan touches, what lies around it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::baseline;
use super::cargo;
use super::compile::{Job, missing};
use super::error::ApplyError;
use super::features;
use super::run::words;
use super::scratch::normal;

/// What cargo knows of the project without resolving anything.
pub(super) struct Workspace {
    /// Where it keeps artifacts.
    pub target_dir: PathBuf,
    /// Packages whose compilation the plan can change: those it edits, and those that depend on them.
    pub packages: Vec<String>,
    /// Features to switch on, as edits lie behind them.
    pub features: Vec<String>,
    /// True if one of these packages is a library.
    pub has_library: bool,
    /// Folders outside of the root that it depends on by path.
    pub outside: BTreeSet<PathBuf>,
}

impl Workspace {
    pub fn read(job: &Job) -> Result<Self, ApplyError> {
        let metadata = metadata(job, job.root)?;
        let affected = affected(job, &metadata);
        let target_dir = metadata["target_directory"].as_str().map(PathBuf::from);
        let mut outside = BTreeSet::new();
        let mut open: Vec<PathBuf> = path_dependencies(&metadata);
        while let Some(folder) = open.pop() {
            if folder.starts_with(job.root) || outside.iter().any(|known| folder.starts_with(known)) {
                continue;
            }
            // Its own workspace gives it versions and settings, so that has to come along.
            let around = metadata_of_dependency(job, &folder)?;
            let around_root = around["workspace_root"].as_str().map(PathBuf::from);
            open.extend(path_dependencies(&around));
            outside.insert(around_root.unwrap_or(folder));
        }
        Ok(Self {
            target_dir: target_dir.unwrap_or_else(|| job.root.join("target")),
            features: features::needed(job, &metadata).into_iter().collect(),
            has_library: has_library(&metadata, &affected),
            packages: affected,
            outside,
        })
    }
}

fn metadata(job: &Job, folder: &Path) -> Result<Value, ApplyError> {
    let output = cargo::command(job.cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(folder)
        .output()
        .map_err(|error| missing(job.cargo, &error))?;
    let fails = |words: String| ApplyError::BaselineFails {
        command: "cargo metadata --no-deps --offline".into(),
        missing: baseline::missing(std::slice::from_ref(&words)),
        errors: vec![words],
    };
    if !output.status.success() {
        return Err(fails(words(&output, folder, folder)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| fails(error.to_string()))
}

fn metadata_of_dependency(job: &Job, folder: &Path) -> Result<Value, ApplyError> {
    if !folder.is_dir() {
        let detail = format!("it depends by path on {}, which is not there", folder.display());
        return Err(ApplyError::NoScratch { detail });
    }
    metadata(job, folder)
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn dependencies(package: &Value) -> impl Iterator<Item = PathBuf> {
    let all = package["dependencies"].as_array().into_iter().flatten();
    all.filter_map(|dependency| Some(normal(Path::new(dependency["path"].as_str()?))))
}

/// True if one of some packages is a library.
fn has_library(metadata: &Value, names: &[String]) -> bool {
    const KINDS: [&str; 6] = ["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"];
    let chosen = |package: &&Value| names.iter().any(|name| package["name"] == name.as_str());
    let targets =
        packages(metadata).filter(chosen).filter_map(|package| package["targets"].as_array()).flatten();
    let mut kinds =
        targets.filter_map(|target| target["kind"].as_array()).flatten().filter_map(Value::as_str);
    kinds.any(|kind| KINDS.contains(&kind))
}

fn path_dependencies(metadata: &Value) -> Vec<PathBuf> {
    packages(metadata).flat_map(dependencies).collect()
}

/// Names of the packages that own a changed file, and of the members that depend on them.
fn affected(job: &Job, metadata: &Value) -> Vec<String> {
    let mut members: BTreeMap<PathBuf, (&str, Vec<PathBuf>)> = BTreeMap::new();
    for package in packages(metadata) {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let name = package["name"].as_str().unwrap_or_default();
        if let Some(folder) = manifest.parent() {
            members.insert(folder.to_path_buf(), (name, dependencies(package).collect()));
        }
    }
    let mut affected: BTreeSet<&Path> = BTreeSet::new();
    for change in job.changes {
        let file = job.root.join(&change.path);
        let owner = file.ancestors().find_map(|folder| members.get_key_value(folder));
        affected.extend(owner.map(|(folder, _)| folder.as_path()));
    }
    loop {
        let known = affected.len();
        for (folder, (_, dependencies)) in &members {
            if dependencies.iter().any(|path| affected.contains(path.as_path())) {
                affected.insert(folder);
            }
        }
        if affected.len() == known {
            break;
        }
    }
    affected.iter().map(|folder| members[*folder].0.to_string()).collect()
}
