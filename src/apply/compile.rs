//! Proves that the project compiles with the plan, in a copy: first without it, then with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Serialize;
use serde_json::Value;

use super::Tell;
use super::blame::{self, CompilerError};
use super::check::Change;
use super::error::ApplyError;
use super::scratch::{Scratch, normal};
use crate::plan::Plan;

/// What to prove.
pub struct Job<'a> {
    /// The project's root.
    pub root: &'a Path,
    /// The plan, to name the step an error comes from.
    pub plan: &'a Plan,
    /// Its files before and after.
    pub changes: &'a [Change],
    /// True if `Cargo.lock` will change without being part of the plan.
    pub lock_changes: bool,
    /// Program to run as cargo.
    pub cargo: &'a OsStr,
}

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The command that succeeded on the patched copy.
    pub command: String,
    /// `all` targets, or only the `default` ones, because the others did not compile before either.
    pub targets: String,
}

/// How cargo is run. Each `true` is the better proof or the cheaper run, and is given up only when it can't be had.
#[derive(Debug, Clone, Copy)]
struct Way {
    all_targets: bool,
    offline: bool,
    locked: bool,
}

/// Compiles a copy of the project without and with the plan.
///
/// # Errors
/// If it does not compile, or can't be compiled.
pub fn prove(job: &Job, tell: Tell) -> Result<Proof, ApplyError> {
    let workspace = Workspace::read(job)?;
    let scratch = Scratch::copy(job.root, &workspace.target_dir)?;
    scratch.link_outside(&workspace.outside)?;
    tell(
        "Compiling a copy of the project without and with the plan. This runs its build scripts and macros \
         (--no-verify leaves it out).",
    );
    let cargo = Cargo {
        job,
        workspace: &workspace,
        scratch: &scratch,
    };
    let mut way = Way {
        all_targets: true,
        offline: true,
        locked: job.root.join("Cargo.lock").exists(),
    };
    let mut first = cargo.check(&mut way)?;
    if !first.ok && way.all_targets {
        way.all_targets = false;
        let second = cargo.check(&mut way)?;
        if second.ok {
            tell(
                "Tests, examples or benches do not compile as they are, so only the default targets are proven.",
            );
            first = second;
        }
    }
    if !first.ok {
        return Err(ApplyError::BaselineFails {
            command: first.command.clone(),
            errors: first.texts(),
        });
    }
    scratch.patch(job.changes)?;
    if job.lock_changes {
        way.locked = false;
        way.offline = true;
    }
    let mut patched = cargo.run(&way)?;
    if !patched.ok && way.offline && patched.wants_network() {
        way.offline = false;
        patched = cargo.run(&way)?;
    }
    if !patched.ok {
        if patched.errors.is_empty() && patched.network_failed() {
            return Err(ApplyError::Network {
                detail: patched.words,
            });
        }
        return Err(ApplyError::CompileFails {
            command: patched.command.clone(),
            errors: patched.blamed(job.plan, &scratch.root),
        });
    }
    Ok(Proof {
        command: patched.command,
        targets: if way.all_targets { "all" } else { "default" }.into(),
    })
}

struct Cargo<'a> {
    job: &'a Job<'a>,
    workspace: &'a Workspace,
    scratch: &'a Scratch,
}

/// How a run of cargo ended.
struct Run {
    ok: bool,
    command: String,
    errors: Vec<CompilerError>,
    /// What cargo itself said.
    words: String,
}

impl Cargo<'_> {
    /// Runs on the unpatched copy; finds out what cargo needs.
    fn check(&self, way: &mut Way) -> Result<Run, ApplyError> {
        loop {
            let run = self.run(way)?;
            if run.ok || !run.errors.is_empty() {
                return Ok(run);
            }
            if way.locked && run.words.contains("--locked") {
                // Their lock file was out of date before we came.
                way.locked = false;
            } else if way.offline && run.wants_network() {
                way.offline = false;
            } else if run.network_failed() {
                return Err(ApplyError::Network { detail: run.words });
            } else {
                return Ok(run);
            }
        }
    }

    fn run(&self, way: &Way) -> Result<Run, ApplyError> {
        let mut arguments = vec!["check".to_string()];
        for package in &self.workspace.packages {
            arguments.extend(["-p".to_string(), package.clone()]);
        }
        if self.workspace.packages.is_empty() {
            arguments.push("--workspace".into());
        }
        for (given, argument) in [
            (way.all_targets, "--all-targets"),
            (way.locked, "--locked"),
            (way.offline, "--offline"),
        ] {
            if given {
                arguments.push(argument.into());
            }
        }
        let shown = format!("cargo {}", arguments.join(" "));
        let output = Command::new(self.job.cargo)
            .args(&arguments)
            .arg("--message-format=json")
            .current_dir(&self.scratch.root)
            // Dependencies compiled for the project serve the copy too.
            .env("CARGO_TARGET_DIR", &self.workspace.target_dir)
            // The copy's path never comes again, so what is kept for the next time would only pile up.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .map_err(|error| missing(self.job.cargo, &error))?;
        Ok(Run {
            ok: output.status.success(),
            command: shown,
            errors: blame::errors(&output.stdout),
            words: words(&output, &self.scratch.root, self.job.root),
        })
    }
}

impl Run {
    fn wants_network(&self) -> bool {
        self.errors.is_empty() && self.words.contains("offline")
    }

    fn network_failed(&self) -> bool {
        const SIGNS: [&str; 5] = [
            "failed to download",
            "failed to fetch",
            "failed to query replaced source",
            "Could not resolve host",
            "network failure",
        ];
        SIGNS.iter().any(|sign| self.words.contains(sign))
    }

    fn texts(self) -> Vec<String> {
        if self.errors.is_empty() {
            return vec![self.words];
        }
        self.errors
            .into_iter()
            .map(|error| error.rendered)
            .collect()
    }

    fn blamed(self, plan: &Plan, scratch: &Path) -> Vec<blame::Blamed> {
        let mut errors = self.errors;
        if errors.is_empty() {
            errors.push(CompilerError {
                rendered: self.words,
                spans: Vec::new(),
            });
        }
        let blamed = errors
            .into_iter()
            .map(|error| blame::blame(plan, scratch, error));
        blamed.collect()
    }
}

/// What cargo knows of the project without resolving anything.
struct Workspace {
    target_dir: PathBuf,
    /// Packages whose compilation the plan can change: those it edits, and those that depend on them.
    packages: Vec<String>,
    /// Folders outside of the root that it depends on by path.
    outside: BTreeSet<PathBuf>,
}

impl Workspace {
    fn read(job: &Job) -> Result<Self, ApplyError> {
        let metadata = metadata(job, job.root)?;
        let target_dir = metadata["target_directory"].as_str().map(PathBuf::from);
        let mut outside = BTreeSet::new();
        let mut open: Vec<PathBuf> = path_dependencies(&metadata);
        while let Some(folder) = open.pop() {
            if folder.starts_with(job.root) || outside.iter().any(|known| folder.starts_with(known))
            {
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
            packages: affected(job, &metadata),
            outside,
        })
    }
}

fn metadata(job: &Job, folder: &Path) -> Result<Value, ApplyError> {
    let output = Command::new(job.cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(folder)
        .output()
        .map_err(|error| missing(job.cargo, &error))?;
    let fails = |words: String| ApplyError::BaselineFails {
        command: "cargo metadata --no-deps --offline".into(),
        errors: vec![words],
    };
    if !output.status.success() {
        return Err(fails(words(&output, folder, folder)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| fails(error.to_string()))
}

fn metadata_of_dependency(job: &Job, folder: &Path) -> Result<Value, ApplyError> {
    if !folder.is_dir() {
        let detail = format!(
            "it depends by path on {}, which is not there",
            folder.display()
        );
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
            members.insert(
                folder.to_path_buf(),
                (name, dependencies(package).collect()),
            );
        }
    }
    let mut affected: BTreeSet<&Path> = BTreeSet::new();
    for change in job.changes {
        let file = job.root.join(&change.path);
        let owner = file
            .ancestors()
            .find_map(|folder| members.get_key_value(folder));
        affected.extend(owner.map(|(folder, _)| folder.as_path()));
    }
    loop {
        let known = affected.len();
        for (folder, (_, dependencies)) in &members {
            if dependencies
                .iter()
                .any(|path| affected.contains(path.as_path()))
            {
                affected.insert(folder);
            }
        }
        if affected.len() == known {
            break;
        }
    }
    affected
        .iter()
        .map(|folder| members[*folder].0.to_string())
        .collect()
}

fn missing(cargo: &OsStr, error: &std::io::Error) -> ApplyError {
    ApplyError::CargoMissing {
        detail: format!("`{}` can't be run: {error}", cargo.to_string_lossy()),
    }
}

/// What cargo wrote for people, with the copy's folder named as the project's.
fn words(output: &Output, scratch: &Path, root: &Path) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.replace(&*scratch.to_string_lossy(), &root.to_string_lossy());
    let progress = [
        "Checking ",
        "Compiling ",
        "Blocking ",
        "Finished ",
        "Downloaded ",
        "Downloading ",
    ];
    let kept = text.lines().filter(|line| {
        !progress
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    });
    blame::lines(&kept.collect::<Vec<_>>().join("\n"))
}
