//! A sample application as somebody's project in git, and the tool at work on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// Every file with its bytes and whether it may be executed.
pub type Tree = BTreeMap<PathBuf, (Vec<u8>, bool)>;

/// A copy of a sample application, committed to a git repository of its own.
pub struct Project {
    pub root: PathBuf,
}

/// How a run of the tool ended.
pub struct Run {
    pub code: Option<i32>,
    pub json: Value,
    pub remarks: String,
}

impl Project {
    /// Copies a sample. The folder is the same in every run, so that what was compiled in it is found again.
    pub fn of(sample: &str, name: &str) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let hash = Sha256::digest(repository.as_os_str().as_encoded_bytes());
        let folder = format!("cello-scaffold-e2e-{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2]);
        let root = std::env::temp_dir().join(folder).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("the copy of an earlier run goes");
        }
        let from = repository.join("tests/apps").join(sample);
        for (path, (bytes, executable)) in tree(&from) {
            let to = root.join(&path);
            fs::create_dir_all(to.parent().unwrap_or(&root)).expect("a folder");
            fs::write(&to, bytes).expect("a file");
            assert!(!executable, "{} would lose its mode", path.display());
        }
        let project = Self { root };
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.git(&["add", "--all"]);
        project.git(&["commit", "--quiet", "--message=As it was"]);
        project
    }

    pub fn tree(&self) -> Tree {
        tree(&self.root)
    }

    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=e2e", "-c", "user.email=e2e@example.org"];
        let mut command = Command::new("git");
        let output =
            command.args(identity).args(arguments).current_dir(&self.root).output().expect("git runs");
        succeeded(&format!("git {arguments:?}"), &output)
    }

    /// Runs the real program.
    pub fn tool(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cello-scaffold"));
        command.args(arguments).args(["--format", "json"]).current_dir(&self.root);
        let output = for_samples(&mut command).output().expect("the tool runs");
        let remarks = String::from_utf8_lossy(&output.stderr).into_owned();
        let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            let text = String::from_utf8_lossy(&output.stdout);
            panic!("{arguments:?}: {} and no JSON, {error}:\n{text}\n{remarks}", output.status)
        });
        Run { code: output.status.code(), json, remarks }
    }

    /// Runs the real program, which has to succeed.
    #[track_caller]
    pub fn tool_succeeds(&self, arguments: &[&str]) -> Value {
        let run = self.tool(arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}\n{:#}\n{}", brief(&run.json), run.remarks);
        run.json
    }

    /// Makes the plan, and gives it with its digest.
    #[track_caller]
    pub fn plan(&self, answers: &[&str]) -> (Value, String) {
        let sets = answers.iter().flat_map(|answer| ["--set", answer]);
        let plan = self.tool_succeeds(&["plan"].into_iter().chain(sets).collect::<Vec<_>>());
        let digest = plan["digest"].as_str().expect("the plan has a digest").to_string();
        (plan, digest)
    }

    /// Runs cargo with the samples' own target folder.
    #[track_caller]
    pub fn cargo(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&self.root);
        succeeded(&format!("cargo {arguments:?}"), &for_samples(&mut command).output().expect("cargo runs"))
    }
}

/// Of a plan or an error only what tells why.
fn brief(json: &Value) -> Value {
    let kept = ["outcome", "summary", "decisions", "error"];
    let pairs = kept.into_iter().filter_map(|key| Some((key.to_string(), json.get(key)?.clone())));
    Value::Object(pairs.collect())
}

#[track_caller]
fn succeeded(what: &str, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}\n{text}\n{}", output.status, without_progress(&problem));
    text
}

/// What cargo says, without the lines that only tell how far it is: a reader wants the error.
fn without_progress(text: &str) -> String {
    const PROGRESS: [&str; 6] =
        ["Compiling", "Checking", "Downloaded", "Downloading", "Blocking", "Updating"];
    let told = |line: &&str| !PROGRESS.iter().any(|word| line.trim_start().starts_with(word));
    text.lines().filter(told).collect::<Vec<_>>().join("\n")
}

/// With the samples' own target folder, and without what the cargo that runs these tests has set for them.
fn for_samples(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_") && text != "CARGO_HOME" {
            command.env_remove(&name);
        }
    }
    // Nobody debugs them, and each build lies in a folder of its own: what is left out is most of the disk they take.
    command.envs([("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_INCREMENTAL", "0"), ("CARGO_NET_RETRY", "10")]);
    command.env("CARGO_TARGET_DIR", target_dir())
}

/// Where the samples are compiled: warm from run to run, and shared by all that compile them.
pub fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/apps")
}

fn tree(root: &Path) -> Tree {
    let is_source = |depth: usize, name: &str| {
        let own = depth > 1 || ![".git", ".cello", "target"].contains(&name);
        // What npm brought and Vite made.
        own && !["node_modules", "dist", "build", ".svelte-kit"].contains(&name)
    };
    let entries = WalkDir::new(root).min_depth(1).into_iter();
    let entries =
        entries.filter_entry(|entry| is_source(entry.depth(), &entry.file_name().to_string_lossy()));
    let files =
        entries.map(|entry| entry.expect("a readable folder")).filter(|entry| !entry.file_type().is_dir());
    files
        .map(|entry| {
            let path = entry.path();
            let bytes = fs::read(path).expect("a readable file");
            (path.strip_prefix(root).expect("below the root").to_path_buf(), (bytes, is_executable(path)))
        })
        .collect()
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("a file").permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}
