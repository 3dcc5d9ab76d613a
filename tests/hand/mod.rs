//! Small projects and plans made by hand, for tests of what happens to a plan after it was made.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cello_scaffold::edit::{Edit, splice};
use cello_scaffold::plan::{
    Component, Outcome, Plan, PlannedEdit, PlannedFile, Project, SCHEMA, Status, Step, Summary, Tool, seal,
    sha256_hex,
};
use cello_scaffold::survey::{SCHEMA as SURVEY, Survey};
use tempfile::TempDir;

/// A project in a temporary folder.
pub struct Sample {
    pub root: PathBuf,
    _folder: TempDir,
}

/// Files by path with bytes and mode.
pub type Tree = BTreeMap<String, (Vec<u8>, u32)>;

impl Sample {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let sample = Self { root, _folder: folder };
        for (path, text) in files {
            sample.write(path, text.as_bytes());
        }
        sample
    }

    /// A project that git knows and that has nothing uncommitted.
    pub fn committed(files: &[(&str, &str)]) -> Self {
        let sample = Self::new(files);
        sample.git(&["init", "-q"]);
        sample.commit();
        sample
    }

    /// A sample application of this repository, in a git repository of its own.
    pub fn of(folder: &str) -> Self {
        let sample = Self::new(&[]);
        sample.copy(folder);
        sample.git(&["init", "-q"]);
        sample.commit();
        sample
    }

    fn copy(&self, folder: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = walkdir::WalkDir::new(&from).into_iter().filter_entry(|entry| {
            !["target", ".cello"].contains(&entry.file_name().to_str().unwrap_or_default())
        });
        for entry in entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
            let inside = entry.path().strip_prefix(&from).unwrap().to_str().unwrap();
            self.write(inside, &fs_err::read(entry.path()).unwrap());
        }
    }

    pub fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"]);
    }

    pub fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").arg("-C").arg(&self.root).args(arguments).status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// Everything in the project but git's, cargo's and the tool's own folders; folders end in `/`.
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        collect(&self.root, &self.root, &mut tree);
        tree
    }

    /// Saves a plan where the commands look for it.
    pub fn save(&self, plan: &Plan) -> PathBuf {
        let path = self.path(".cello/plan.json");
        self.write(".cello/.gitignore", b"*\n");
        self.write(".cello/plan.json", &bytes(plan));
        path
    }
}

pub fn bytes(plan: &Plan) -> Vec<u8> {
    serde_json::to_vec_pretty(plan).unwrap()
}

fn collect(root: &Path, folder: &Path, tree: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
        if [".git", ".cello", "target"].contains(&name.as_str()) {
            continue;
        }
        let meta = fs::symlink_metadata(&path).unwrap();
        #[cfg(unix)]
        let mode = std::os::unix::fs::PermissionsExt::mode(&meta.permissions());
        #[cfg(not(unix))]
        let mode = 0;
        if meta.is_dir() {
            tree.insert(format!("{name}/"), (Vec::new(), mode));
            collect(root, &path, tree);
        } else if meta.is_file() {
            tree.insert(name, (fs::read(&path).unwrap(), mode));
        } else {
            tree.insert(name, (b"special".to_vec(), 0));
        }
    }
}

/// A step of a plan: id, ids of the steps it needs, and edits as file, place and text.
pub struct Part<'a>(pub &'a str, pub &'a [&'a str], pub Vec<(&'a str, Place<'a>, &'a str)>);

/// Where an edit goes.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In place of this text, which occurs once.
    Instead(&'a str),
    /// After this text, which occurs once.
    After(&'a str),
    /// Into a new file.
    New,
}

/// A sealed plan for the project as it is.
pub fn plan(sample: &Sample, parts: &[Part]) -> Plan {
    let mut plan = empty();
    for Part(id, after, edits) in parts {
        let edits = edits.iter().map(|(file, place, text)| PlannedEdit {
            file: (*file).into(),
            at: range(sample, file, *place),
            text: (*text).into(),
            diff: String::new(),
        });
        plan.steps.push(step(id, after, edits.collect()));
    }
    fill(sample, &mut plan);
    plan
}

/// Computes the files of a plan from its edits, and seals it.
pub fn fill(sample: &Sample, plan: &mut Plan) {
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for edit in plan.steps.iter().flat_map(|step| &step.edits) {
        let at = edit.at[0]..edit.at[1];
        let text = edit.text.clone();
        edits.entry(edit.file.clone()).or_default().push(Edit { at, text });
    }
    plan.files.clear();
    for (path, edits) in edits {
        let before = fs::read(sample.path(&path)).ok();
        let after = splice(before.as_deref().unwrap_or_default(), &edits).unwrap();
        plan.files.push(PlannedFile {
            path,
            before: before.as_deref().map(sha256_hex),
            after: sha256_hex(&after),
            content: before.is_none().then(|| String::from_utf8(after).unwrap()),
        });
    }
    count(plan);
    seal(plan);
}

/// Brings the summary's numbers of steps up to date.
pub fn count(plan: &mut Plan) {
    let number = |status| plan.steps.iter().filter(|step| step.status == status).count();
    plan.summary.ready = number(Status::Ready);
    plan.summary.by_hand = number(Status::ByHand);
    plan.summary.done = number(Status::Done);
}

fn range(sample: &Sample, file: &str, place: Place) -> [usize; 2] {
    let find = |text: &str| {
        let bytes = sample.read(file);
        let mut hits = bytes.windows(text.len()).enumerate().filter(|(_, part)| *part == text.as_bytes());
        let (start, _) = hits.next().expect("the text to edit occurs");
        assert!(hits.next().is_none(), "{text} occurs once in {file}");
        [start, start + text.len()]
    };
    match place {
        Place::Instead(text) => find(text),
        Place::After(text) => [find(text)[1], find(text)[1]],
        Place::New => [0, 0],
    }
}

pub fn step(id: &str, after: &[&str], edits: Vec<PlannedEdit>) -> Step {
    Step {
        id: id.into(),
        title: id.into(),
        component: Component::Setup,
        phase: 1,
        status: Status::Ready,
        why: String::new(),
        reason: "A test needs it.".into(),
        evidence: Vec::new(),
        cello_facts: Vec::new(),
        needs: Vec::new(),
        after: after.iter().map(ToString::to_string).collect(),
        edits,
        by_hand: Vec::new(),
        acceptance: Vec::new(),
        docs: Vec::new(),
    }
}

pub fn empty() -> Plan {
    let mut plan = Plan {
        schema: SCHEMA.into(),
        tool: Tool::this(),
        digest: String::new(),
        document_sha256: String::new(),
        outcome: Outcome::Ready,
        project: Project { packages: vec!["sample".into()], git: None },
        summary: Summary::default(),
        survey: Survey {
            schema: SURVEY.into(),
            tool: Tool::this(),
            apps: Vec::new(),
            pages: Vec::new(),
            csp: Vec::new(),
            outside_rust: Vec::new(),
            warnings: Vec::new(),
        },
        accounting: Vec::new(),
        decisions: Vec::new(),
        files: Vec::new(),
        steps: Vec::new(),
        subset: None,
    };
    seal(&mut plan);
    plan
}
