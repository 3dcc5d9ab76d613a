//! The type checker of a front end, where one is installed: `vue-tsc`, `svelte-check` or `tsc`, in the copy, before and
//! after the plan. What it complained of before is none of the plan's doing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde::Serialize;
use serde_json::Value;

use super::Tell;
use super::blame::{self, Blamed};
use super::cargo::{LIMIT, command, listen};
use super::compile::Job;
use super::error::ApplyError;
use super::run::words;
use super::scratch::Scratch;
use super::types::{Complaint, complaints};

/// What a front end's own checker said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FrontEndProof {
    /// Folder of the front end from the root; `.` for the root itself.
    pub folder: String,
    /// The command that found nothing new; null where nothing was checked.
    pub command: Option<String>,
    /// Errors that were there without the plan.
    pub errors_before: usize,
    /// Why nothing was checked, if so.
    pub reason: Option<String>,
}

/// A front end of which the plan changes files, with its checker.
pub(super) struct Checker<'a> {
    job: &'a Job<'a>,
    scratch: &'a Scratch,
    /// Folder from the root; empty for the root itself.
    folder: String,
    /// The program with its name; or why there is none.
    program: Result<(PathBuf, &'static str), String>,
    /// What it said without the plan, once it was asked.
    before: Vec<Complaint>,
}

/// How TypeScript says that it can't read a file of settings. What it says after that means nothing.
const NO_SETTINGS: &str = "TS5083:";

/// The command with the errors it found; or why there is none, as the end of a sentence.
type Said = Result<(String, Vec<Complaint>), String>;

/// The checkers that this plan needs.
pub(super) fn checkers<'a>(job: &'a Job<'a>, scratch: &'a Scratch) -> Result<Vec<Checker<'a>>, ApplyError> {
    let scripts = job.changes.iter().filter(|change| is_script(&change.path));
    let folders: BTreeSet<String> = scripts.filter_map(|change| front_end(job.root, &change.path)).collect();
    let one = |folder: String| {
        scratch.link_modules(job.root, &folder)?;
        let program = program(job.root, &folder);
        Ok(Checker { job, scratch, folder, program, before: Vec::new() })
    };
    folders.into_iter().map(one).collect()
}

impl Checker<'_> {
    /// Asks it about the copy without the plan.
    pub fn before(&mut self, tell: Tell) -> Result<(), ApplyError> {
        if let Ok((_, name)) = &self.program {
            tell(&format!("Checking the types of {} with its own {name}.", self.shown()));
            match self.run(tell)? {
                Ok((_, found)) => self.before = found,
                Err(why) => self.program = Err(why),
            }
        }
        if let Err(why) = &self.program {
            tell(&format!("The types of {} are not checked: {why}.", self.shown()));
        }
        Ok(())
    }

    /// Asks it about the copy with the plan, and gives what it says that it did not say before.
    pub fn after(self, tell: Tell) -> Result<FrontEndProof, ApplyError> {
        let folder = self.shown().to_string();
        let errors_before = self.before.len();
        if self.program.is_err() {
            let reason = self.program.err();
            return Ok(FrontEndProof { folder, command: None, errors_before, reason });
        }
        let (command, found) = match self.run(tell)? {
            Ok(ran) => ran,
            // It ran before, and without a word of what is wrong nobody can be blamed.
            Err(reason) => {
                let reason = Some(reason);
                return Ok(FrontEndProof { folder, command: None, errors_before, reason });
            }
        };
        let new = new_ones(&self.before, found);
        if new.is_empty() {
            return Ok(FrontEndProof { folder, command: Some(command), errors_before, reason: None });
        }
        let errors = new.iter().map(|complaint| self.blamed(complaint)).collect();
        Err(ApplyError::CompileFails { command, errors })
    }

    fn shown(&self) -> &str {
        if self.folder.is_empty() { "." } else { &self.folder }
    }

    /// Runs it once for every part of the front end; what can't be run, or read, is a reason.
    fn run(&self, tell: Tell) -> Result<Said, ApplyError> {
        let (program, name) = match &self.program {
            Ok(program) => program,
            Err(why) => return Ok(Err(why.clone())),
        };
        let mut found = Vec::new();
        let mut commands = Vec::new();
        for config in self.configs(program, name, tell)? {
            let mut arguments: Vec<&str> = match *name {
                "svelte-check" => vec!["--output", "machine", "--threshold", "error", "--tsconfig"],
                _ => vec!["--noEmit", "--pretty", "false", "-p"],
            };
            arguments.push(&config);
            let shown = format!("{name} {}", arguments.join(" "));
            let output = self.listen(program, &arguments, &shown, tell)?;
            let said = complaints(&String::from_utf8_lossy(&output.stdout));
            if said.is_empty() && !output.status.success() {
                let words = words(&output, &self.scratch.root, self.job.root);
                let line =
                    words.lines().find(|line| !line.trim().is_empty()).unwrap_or("it ended with an error");
                return Ok(Err(format!("`{shown}` fails by itself: {}", line.trim())));
            }
            if said.iter().any(|complaint| complaint.text.starts_with(NO_SETTINGS)) {
                let why = "its tsconfig.json builds on settings that are not there (`npx svelte-kit sync` makes \
                           SvelteKit's, then it is)";
                return Ok(Err(why.into()));
            }
            found.extend(said);
            commands.push(shown);
        }
        Ok(Ok((commands.join(" && "), found)))
    }

    /// The settings to check by: those a solution refers to, which checks nothing by itself, else its own.
    fn configs(&self, program: &Path, name: &str, tell: Tell) -> Result<Vec<String>, ApplyError> {
        let own = vec!["tsconfig.json".to_string()];
        // svelte-check does not tell its settings; the compiler beside it does.
        let compiler =
            if name == "svelte-check" { program.with_file_name("tsc") } else { program.to_path_buf() };
        if !compiler.exists() {
            return Ok(own);
        }
        let output = self.listen(&compiler, &["--showConfig"], "tsc --showConfig", tell)?;
        let config: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let has_files = config["files"].as_array().is_some_and(|files| !files.is_empty());
        let references = config["references"].as_array().into_iter().flatten();
        let paths: Vec<String> =
            references.filter_map(|reference| reference["path"].as_str().map(str::to_string)).collect();
        Ok(if has_files || paths.is_empty() { own } else { paths })
    }

    fn listen(
        &self,
        program: &Path,
        arguments: &[&str],
        shown: &str,
        tell: Tell,
    ) -> Result<Output, ApplyError> {
        let mut command = command(program.as_os_str());
        command.args(arguments).current_dir(self.scratch.root.join(&self.folder)).env("NO_COLOR", "1");
        let output = listen(command, tell).map_err(|error| match error.kind() {
            std::io::ErrorKind::TimedOut => {
                ApplyError::TooSlow { command: shown.to_string(), minutes: LIMIT.as_secs() / 60 }
            }
            _ => ApplyError::Io { doing: "run", path: program.to_path_buf(), source: error },
        })?;
        #[cfg(unix)]
        if std::os::unix::process::ExitStatusExt::signal(&output.status).is_some() {
            return Err(ApplyError::Cancelled);
        }
        Ok(output)
    }

    fn blamed(&self, complaint: &Complaint) -> Blamed {
        let file = match self.folder.as_str() {
            "" => complaint.file.clone(),
            folder => format!("{folder}/{}", complaint.file),
        };
        let text = std::fs::read_to_string(self.scratch.root.join(&file)).unwrap_or_default();
        let at = complaint.offset(&text);
        let error = blame::CompilerError {
            rendered: blame::lines(&format!(
                "{}\n  --> {file}:{}:{}",
                complaint.text, complaint.line, complaint.column
            )),
            spans: vec![(file, at..at + 1)],
        };
        blame::blame(self.job.plan, &self.scratch.root, error)
    }
}

/// What is said more often than before, wherever it stands now: edits move lines.
fn new_ones(before: &[Complaint], mut after: Vec<Complaint>) -> Vec<Complaint> {
    let mut known: Vec<&Complaint> = before.iter().collect();
    after.retain(|new| {
        let same = known.iter().position(|old| (&old.file, &old.text) == (&new.file, &new.text));
        same.map(|at| known.swap_remove(at)).is_none()
    });
    after
}

fn is_script(path: &str) -> bool {
    [".ts", ".tsx", ".js", ".jsx", ".vue", ".svelte"].iter().any(|ending| path.ends_with(ending))
}

/// The nearest folder above a file that has a `package.json`.
fn front_end(root: &Path, path: &str) -> Option<String> {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        if root.join(above).join("package.json").is_file() {
            return Some(above.to_string());
        }
        folder = above;
    }
    root.join("package.json").is_file().then(String::new)
}

/// The checker that a front end has, in its own `node_modules` or in those above it.
fn program(root: &Path, folder: &str) -> Result<(PathBuf, &'static str), String> {
    if !root.join(folder).join("tsconfig.json").is_file() {
        return Err("it has no tsconfig.json".into());
    }
    let manifest = std::fs::read_to_string(root.join(folder).join("package.json")).unwrap_or_default();
    let wanted =
        ["vue-tsc", "svelte-check"].into_iter().filter(|name| manifest.contains(&format!("\"{name}\"")));
    let names: Vec<&'static str> = wanted.chain(["tsc"]).collect();
    for above in root.join(folder).ancestors().take_while(|above| above.starts_with(root)) {
        let bin = above.join("node_modules/.bin");
        if let Some(name) = names.iter().copied().find(|name| bin.join(name).is_file()) {
            return Ok((bin.join(name), name));
        }
    }
    Err("its packages are not installed (`npm install` there first, then it is)".into())
}
