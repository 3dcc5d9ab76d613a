//! The project as a whole: its root, packages, files and lock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::beside;
use super::error::TargetError;
use super::files;
use super::index::Index;
use super::lock::Lock;
use super::manifest::{Dependency, Manifest};
use super::root::{folder, is_member, workspace_root};
use super::text::SourceText;

/// A project as read from disk.
pub struct Target {
    /// Absolute, canonical path of the root; never shown in a plan.
    pub root: PathBuf,
    /// Every file read, by path from the root.
    pub files: BTreeMap<String, SourceText>,
    /// Files that exist but were not read, with the reason.
    pub unread: Vec<(String, String)>,
    /// Paths of files that are of no interest but for being there.
    pub others: BTreeSet<String>,
    /// `package.json` of folders beside the root, in the same repository, by the way there, such as `../frontend`.
    pub beside: BTreeMap<String, SourceText>,
    /// The workspace's packages, by manifest path.
    pub packages: Vec<Package>,
    /// Indices into `packages` of those to survey.
    pub selected: Vec<usize>,
    /// The lock file, if there is one.
    pub lock: Option<Lock>,
    /// True if there is a lock file that git ignores: it is neither read nor changed.
    pub lock_is_ignored: bool,
    /// Items of all packages.
    pub index: Index,
    /// Commit id of HEAD, if the root lies in a git repository.
    pub git_head: Option<String>,
}

/// One package of the workspace.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder from the root, empty for the root itself.
    pub dir: String,
    /// Its edition.
    pub edition: String,
    /// Its manifest, with inherited dependencies filled in.
    pub manifest: Manifest,
}

impl Package {
    /// A dependency by the package's name on the registry.
    pub fn depends_on(&self, package: &str) -> Option<(&String, &Dependency)> {
        self.manifest.dependencies.iter().find(|(_, dependency)| dependency.package == package)
    }

    /// True for a path from the root that lies in this package's folder.
    pub fn holds(&self, path: &str) -> bool {
        self.dir.is_empty() || path.strip_prefix(&self.dir).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Path from the root of a file in this package.
    pub fn path(&self, inside: &str) -> String {
        if self.dir.is_empty() { inside.to_string() } else { format!("{}/{inside}", self.dir) }
    }
}

impl Target {
    /// Reads the project at a path: its Cargo workspace if it is part of one.
    ///
    /// # Errors
    /// If there is no manifest, it can't be understood, or the folder can't be read.
    pub fn open(project: &Path, package: Option<&str>) -> Result<Self, TargetError> {
        let given = folder(project)?;
        let root = workspace_root(&given)?;
        let files = files::read(&root)?;
        let texts: BTreeMap<String, SourceText> =
            files.texts.into_iter().map(|text| (text.path.clone(), text)).collect();
        let packages = packages(&texts, &files.unread)?;
        let selected = select(&packages, &root, &given, package)?;
        let lock = texts.get("Cargo.lock").and_then(|file| Lock::read("Cargo.lock", &file.text));
        let index = Index::build(&packages, &texts);
        Ok(Self {
            git_head: git_head(&root),
            beside: beside::manifests(&root),
            lock_is_ignored: !files.others.contains("Cargo.lock")
                && !texts.contains_key("Cargo.lock")
                && root.join("Cargo.lock").is_file(),
            root,
            files: texts,
            unread: files.unread,
            others: files.others,
            packages,
            selected,
            lock,
            index,
        })
    }

    /// The root that [`Target::open`] finds for a path.
    ///
    /// # Errors
    /// If there is no manifest, or it can't be understood.
    pub fn root(project: &Path) -> Result<PathBuf, TargetError> {
        workspace_root(&folder(project)?)
    }

    /// A file's text by its path from the root.
    pub fn text(&self, path: &str) -> Option<&SourceText> {
        self.files.get(path)
    }

    /// True if there is a file at this path from the root, read or not.
    pub fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
            || self.others.contains(path)
            || self.unread.iter().any(|(unread, _)| unread == path)
    }

    /// The packages of the workspace that a package builds on.
    pub fn libraries(&self, package: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut todo = vec![package];
        while let Some(at) = todo.pop() {
            let wanted = |other: &usize| {
                let dependency = self.packages[at].depends_on(&self.packages[*other].name);
                dependency.is_some_and(|(_, dependency)| dependency.path.is_some())
            };
            todo.extend((0..self.packages.len()).filter(wanted).filter(|&other| found.insert(other)));
        }
        found.remove(&package);
        found
    }

    /// Version of a dependency that is locked, else what its requirement says; `None` without such a dependency.
    pub fn version_of(&self, package: &Package, name: &str) -> Option<String> {
        let (_, dependency) = package.depends_on(name)?;
        let requirement = semver::VersionReq::parse(&dependency.requirement).ok();
        let locked = self.lock.as_ref().and_then(|lock| {
            lock.versions(name)
                .filter_map(|package| semver::Version::parse(&package.version).ok())
                .filter(|version| requirement.as_ref().is_none_or(|req| req.matches(version)))
                .max()
        });
        let plain = dependency.requirement.trim_start_matches(['^', '=', '~', '>', ' ']);
        Some(locked.map_or_else(|| plain.to_string(), |version| version.to_string()))
    }
}

/// The root's package and the workspace's members, dependencies and editions filled in from the workspace.
fn packages(
    files: &BTreeMap<String, SourceText>,
    unread: &[(String, String)],
) -> Result<Vec<Package>, TargetError> {
    let read = |path: &str, file: &SourceText| {
        Manifest::read(path, &file.text).map_err(|detail| TargetError::Manifest { path: path.into(), detail })
    };
    let Some(root_file) = files.get("Cargo.toml") else {
        return Ok(Vec::new());
    };
    let root = read("Cargo.toml", root_file)?;
    let members = root.members.clone().unwrap_or_default();
    for (path, reason) in unread {
        let dir = path.strip_suffix("/Cargo.toml").unwrap_or_default();
        if !dir.is_empty() && is_member(dir, &members, &root) {
            return Err(TargetError::Manifest { path: path.into(), detail: reason.clone() });
        }
    }
    let mut packages = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| path.rsplit('/').next() == Some("Cargo.toml")) {
        let dir = path.strip_suffix("Cargo.toml").unwrap_or_default().trim_end_matches('/');
        if !dir.is_empty() && !is_member(dir, &members, &root) {
            continue;
        }
        let mut manifest = if dir.is_empty() { root.clone() } else { read(path, file)? };
        let Some(name) = manifest.package.clone() else {
            continue;
        };
        for (key, dependency) in &mut manifest.dependencies {
            if let Some(shared) = root.workspace_dependencies.get(key).filter(|_| dependency.workspace) {
                dependency.package.clone_from(&shared.package);
                dependency.requirement.clone_from(&shared.requirement);
                dependency.path.clone_from(&shared.path);
                dependency.default_features = shared.default_features;
                dependency.features.extend(shared.features.iter().cloned());
            }
        }
        let inherited = root.workspace_edition.clone().filter(|_| manifest.edition_inherited);
        if manifest.rust_version_inherited {
            manifest.rust_version.clone_from(&root.workspace_rust_version);
        }
        let edition = manifest.edition.clone().or(inherited).unwrap_or_else(|| "2015".to_string());
        packages.push(Package { name, dir: dir.to_string(), edition, manifest });
    }
    Ok(packages)
}

fn select(
    packages: &[Package],
    root: &Path,
    given: &Path,
    name: Option<&str>,
) -> Result<Vec<usize>, TargetError> {
    if let Some(name) = name {
        let found = packages.iter().position(|package| package.name == name);
        return found.map(|i| vec![i]).ok_or_else(|| TargetError::NoPackage {
            name: name.to_string(),
            known: packages.iter().map(|package| package.name.clone()).collect(),
        });
    }
    let inside = given.strip_prefix(root).unwrap_or(given).to_string_lossy().replace('\\', "/");
    let here: Vec<usize> = (0..packages.len()).filter(|&i| packages[i].dir == inside).collect();
    // At the root of a workspace all packages are meant, in a member's folder that member.
    Ok(if inside.is_empty() || here.is_empty() { (0..packages.len()).collect() } else { here })
}

/// Commit id of HEAD, read without running git.
fn git_head(root: &Path) -> Option<String> {
    let dot_git = root.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists())?;
    let dir = if dot_git.is_file() {
        // A worktree or submodule: `gitdir: PATH`.
        let text = std::fs::read_to_string(&dot_git).ok()?;
        dot_git.parent()?.join(text.strip_prefix("gitdir:")?.trim())
    } else {
        dot_git
    };
    let head = std::fs::read_to_string(dir.join("HEAD")).ok()?;
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return Some(head.trim().to_string());
    };
    let common = std::fs::read_to_string(dir.join("commondir"))
        .map_or_else(|_| dir.clone(), |text| dir.join(text.trim()));
    if let Ok(commit) = std::fs::read_to_string(common.join(name)) {
        return Some(commit.trim().to_string());
    }
    let packed = std::fs::read_to_string(common.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| line.strip_suffix(name).map(|commit| commit.trim().to_string()))
}
