//! Proves that the project compiles with the plan, in a copy: first without it, then with it.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Output;

use serde::Serialize;

use super::Tell;
use super::baseline;
use super::blame::{self, CompilerError};
use super::cargo::{LIMIT, command, listen};
use super::check::Change;
use super::error::ApplyError;
use super::left::Left;
use super::scratch::Scratch;
use super::workspace::Workspace;
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
    /// Run the tests of the modules that the plan creates, too.
    pub test: bool,
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
    /// How many tests of the plan's own modules passed; null where none were asked for.
    pub tests: Option<usize>,
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
    let cargo = Cargo { job, workspace: &workspace, scratch: &scratch, left: RefCell::new(Left::default()) };
    let mut way = Way { all_targets: true, offline: true, locked: job.root.join("Cargo.lock").exists() };
    let mut first = cargo.check(&mut way, tell)?;
    if !first.ok && way.all_targets {
        way.all_targets = false;
        let second = cargo.check(&mut way, tell)?;
        if second.ok {
            tell(
                "Tests, examples or benches do not compile as they are, so only the default targets are proven.",
            );
            first = second;
        }
    }
    if !first.ok {
        let (command, errors) = (first.command.clone(), first.texts());
        return Err(ApplyError::BaselineFails { command, missing: baseline::missing(&errors), errors });
    }
    scratch.patch(job.changes)?;
    if job.lock_changes {
        way.locked = false;
        way.offline = true;
    }
    let mut patched = cargo.run(&way, tell)?;
    if !patched.ok && way.offline && patched.wants_network() {
        way.offline = false;
        patched = cargo.run(&way, tell)?;
    }
    if !patched.ok {
        if patched.errors.is_empty() && patched.network_failed() {
            return Err(ApplyError::Network { detail: patched.words });
        }
        return Err(ApplyError::CompileFails {
            command: patched.command.clone(),
            errors: patched.blamed(job.plan, &scratch.root),
        });
    }
    let tests = if job.test { Some(cargo.test(&way, tell)?) } else { None };
    Ok(Proof {
        command: patched.command,
        targets: if way.all_targets { "all" } else { "default" }.into(),
        tests,
    })
}

struct Cargo<'a> {
    job: &'a Job<'a>,
    workspace: &'a Workspace,
    scratch: &'a Scratch,
    left: RefCell<Left>,
}

/// How a run of cargo ended.
struct Run {
    ok: bool,
    command: String,
    errors: Vec<CompilerError>,
    /// What cargo itself said.
    words: String,
    /// What the programs it ran said.
    output: String,
}

impl Cargo<'_> {
    /// Runs on the unpatched copy; finds out what cargo needs.
    fn check(&self, way: &mut Way, tell: Tell) -> Result<Run, ApplyError> {
        loop {
            let run = self.run(way, tell)?;
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

    /// Runs the tests of the modules that the plan creates, and gives their number.
    fn test(&self, way: &Way, tell: Tell) -> Result<usize, ApplyError> {
        let filters = filters(self.job.changes);
        if filters.is_empty() {
            tell("The plan creates no module, so there are no tests of it to run.");
            return Ok(0);
        }
        tell("Running the tests of the plan's own modules.");
        // The filter says which tests; what has to be built for them is cargo's to know.
        let run = self.cargo("test", &Way { all_targets: false, ..*way }, &filters, tell)?;
        if !run.ok {
            let command = run.command.clone();
            let output = if run.output.is_empty() { run.texts().join("\n\n") } else { run.output };
            return Err(ApplyError::TestsFail { command, output });
        }
        let passed = run.output.lines().filter_map(passed).sum();
        if passed == 0 {
            tell("No test of the plan's own modules was found.");
        }
        Ok(passed)
    }

    fn run(&self, way: &Way, tell: Tell) -> Result<Run, ApplyError> {
        self.cargo("check", way, &[], tell)
    }

    fn cargo(&self, what: &str, way: &Way, filters: &[String], tell: Tell) -> Result<Run, ApplyError> {
        let mut arguments = vec![what.to_string()];
        for package in &self.workspace.packages {
            arguments.extend(["-p".to_string(), package.clone()]);
        }
        if self.workspace.packages.is_empty() {
            arguments.push("--workspace".into());
        }
        for (given, argument) in
            [(way.all_targets, "--all-targets"), (way.locked, "--locked"), (way.offline, "--offline")]
        {
            if given {
                arguments.push(argument.into());
            }
        }
        // The modules' own tests alone: whole programs, which the others need, would take the place of theirs.
        if what == "test" {
            let kinds: &[&str] = if self.workspace.has_library { &["--lib", "--bins"] } else { &["--bins"] };
            arguments.extend(kinds.iter().map(ToString::to_string));
        }
        let json = arguments.len();
        if !filters.is_empty() {
            arguments.push("--".into());
            arguments.extend(filters.iter().cloned());
        }
        let shown = format!("cargo {}", arguments.join(" "));
        arguments.insert(json, "--message-format=json".into());
        let mut command = command(self.job.cargo);
        command
            .args(&arguments)
            .current_dir(&self.scratch.root)
            // Dependencies compiled for the project serve the copy too.
            .env("CARGO_TARGET_DIR", &self.workspace.target_dir)
            // The copy's path never comes again, so what is kept for the next time would only pile up.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never");
        let output = listen(command, tell).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => {
                ApplyError::TooSlow { command: shown.clone(), minutes: LIMIT.as_secs() / 60 }
            }
            _ => missing(self.job.cargo, &error),
        })?;
        self.left.borrow_mut().note(&output.stdout, &self.scratch.root);
        // An interrupt at the terminal reaches cargo as well as us.
        #[cfg(unix)]
        if std::os::unix::process::ExitStatusExt::signal(&output.status).is_some() {
            return Err(ApplyError::Cancelled);
        }
        Ok(Run {
            ok: output.status.success(),
            command: shown,
            errors: blame::errors(&output.stdout),
            output: spoken(&output.stdout),
            words: words(&output, &self.scratch.root, self.job.root),
        })
    }
}

/// Names by which to find the tests of the Rust modules that are created.
fn filters(changes: &[Change]) -> Vec<String> {
    let created = changes.iter().filter(|change| change.before.is_none());
    let modules = created.filter_map(|change| {
        let path = change.path.strip_suffix(".rs")?;
        let path = path.strip_suffix("/mod").unwrap_or(path);
        Some(format!("{}::", path.rsplit('/').next()?))
    });
    modules.filter(|name| name != "main::" && name != "lib::").collect()
}

/// The lines of an output that aren't cargo's messages.
fn spoken(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("{\"reason\"")).collect();
    blame::lines(&lines.join("\n"))
}

/// Number of tests in `test result: ok. 3 passed; …`.
fn passed(line: &str) -> Option<usize> {
    line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse().ok()
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
        self.errors.into_iter().map(|error| error.rendered).collect()
    }

    fn blamed(self, plan: &Plan, scratch: &Path) -> Vec<blame::Blamed> {
        let mut errors = self.errors;
        if errors.is_empty() {
            errors.push(CompilerError { rendered: self.words, spans: Vec::new() });
        }
        let blamed = errors.into_iter().map(|error| blame::blame(plan, scratch, error));
        blamed.collect()
    }
}

pub(super) fn missing(cargo: &OsStr, error: &io::Error) -> ApplyError {
    ApplyError::CargoMissing { detail: format!("`{}` can't be run: {error}", cargo.to_string_lossy()) }
}

/// What cargo wrote for people, with the copy's folder named as the project's.
pub(super) fn words(output: &Output, scratch: &Path, root: &Path) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.replace(&*scratch.to_string_lossy(), &root.to_string_lossy());
    let progress = ["Checking ", "Compiling ", "Blocking ", "Finished ", "Downloaded ", "Downloading "];
    let kept = text.lines().filter(|line| !progress.iter().any(|word| line.trim_start().starts_with(word)));
    blame::lines(&kept.collect::<Vec<_>>().join("\n"))
}
