//! Proves that the project compiles with the plan, in a copy: first without it, then with it.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::Tell;
use super::baseline;
use super::blame;
use super::cargo::{LIMIT, command, listen};
use super::check::Change;
use super::checker::{FrontEndProof, checkers};
use super::error::ApplyError;
use super::left::Left;
use super::run::{Run, filters, passed, spoken, words};
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proof {
    /// The command that succeeded on the patched copy.
    pub command: String,
    /// `all` targets, or only the `default` ones, because the others did not compile before either.
    pub targets: String,
    /// Features that were switched on in a run of their own, because edits lie behind them.
    pub features: Vec<String>,
    /// How many tests of the plan's own modules passed; null where none were asked for.
    pub tests: Option<usize>,
    /// Front ends of which the plan changes files, with what their own type checkers say.
    pub front_ends: Vec<FrontEndProof>,
}

/// How cargo is run. Each `true` is the better proof or the cheaper run, and is given up only when it can't be had.
#[derive(Debug, Clone)]
struct Way {
    all_targets: bool,
    offline: bool,
    locked: bool,
    features: Vec<String>,
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
    let left = RefCell::new(Left::default());
    let cargo = Cargo { job, workspace: &workspace, scratch: &scratch, left };
    let mut checkers = checkers(job, &scratch)?;
    for checker in &mut checkers {
        checker.before(tell)?;
    }
    let (mut way, mut with_features) = cargo.baseline(tell)?;
    scratch.patch(job.changes)?;
    for way in [Some(&mut way), with_features.as_mut()].into_iter().flatten().filter(|_| job.lock_changes) {
        way.locked = false;
        way.offline = true;
    }
    let command = cargo.patched(&mut way, tell)?;
    if let Some(way) = &mut with_features {
        cargo.patched(way, tell)?;
    }
    let front_ends = checkers.into_iter().map(|checker| checker.after(tell));
    let front_ends = front_ends.collect::<Result<_, _>>()?;
    let tests = if job.test { Some(cargo.test(&way, tell)?) } else { None };
    Ok(Proof {
        command,
        targets: if way.all_targets { "all" } else { "default" }.into(),
        features: with_features.map(|way| way.features).unwrap_or_default(),
        tests,
        front_ends,
    })
}

struct Cargo<'a> {
    job: &'a Job<'a>,
    workspace: &'a Workspace,
    scratch: &'a Scratch,
    left: RefCell<Left>,
}

impl Cargo<'_> {
    /// Compiles the unpatched copy, in the best way in which it does compile; then once more with the features behind
    /// which edits lie, if there are some.
    fn baseline(&self, tell: Tell) -> Result<(Way, Option<Way>), ApplyError> {
        let locked = self.job.root.join("Cargo.lock").exists();
        let mut way = Way { all_targets: true, offline: true, locked, features: Vec::new() };
        let mut first = self.check(&mut way, tell)?;
        if !first.ok && way.all_targets {
            way.all_targets = false;
            let second = self.check(&mut way, tell)?;
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
        if self.workspace.features.is_empty() {
            return Ok((way, None));
        }
        let mut more = Way { features: self.workspace.features.clone(), ..way.clone() };
        if self.check(&mut more, tell)?.ok {
            return Ok((way, Some(more)));
        }
        let names = more.features.join("`, `");
        tell(&format!("`{names}` does not compile as it is, so that what lies behind it is not proven."));
        Ok((way, None))
    }

    /// Compiles the patched copy, and gives the command that succeeded.
    fn patched(&self, way: &mut Way, tell: Tell) -> Result<String, ApplyError> {
        let mut run = self.run(way, tell)?;
        if !run.ok && way.offline && run.wants_network() {
            way.offline = false;
            run = self.run(way, tell)?;
        }
        if run.ok {
            return Ok(run.command);
        }
        if run.errors.is_empty() && run.network_failed() {
            return Err(ApplyError::Network { detail: run.words });
        }
        let command = run.command.clone();
        Err(ApplyError::CompileFails { command, errors: run.blamed(self.job.plan, &self.scratch.root) })
    }

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
        let run = self.cargo("test", &Way { all_targets: false, ..way.clone() }, &filters, tell)?;
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
        if !way.features.is_empty() {
            arguments.extend(["--features".to_string(), way.features.join(",")]);
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

pub(super) fn missing(cargo: &OsStr, error: &io::Error) -> ApplyError {
    ApplyError::CargoMissing { detail: format!("`{}` can't be run: {error}", cargo.to_string_lossy()) }
}
