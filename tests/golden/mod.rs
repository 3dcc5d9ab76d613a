//! The cases under `tests/cases/`, and copies of their projects to work on.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};

use cello_scaffold::apply::{self, Allow, ApplyError, Approval, Choice, Request};
use cello_scaffold::plan::{Outcome, Plan};
use cello_scaffold::playbook::Playbook;
use cello_scaffold::report::{self, FactView, Style};
use cello_scaffold::steps::{Answer, Answers, make_plan};
use cello_scaffold::survey::{Survey, survey};
use cello_scaffold::target::Target;

use crate::hand::{Sample, Tree};

/// Who stands behind the answers of every case.
pub const PERSON: &str = "Ada";

/// A project with what is expected of it: a folder of `tests/cases/` with
///
/// - `project/`, or a file `app` that names a folder of `tests/apps/`, or a file `like` that names another case;
/// - `answers.json`, where decisions are answered;
/// - `folder`, where the tool is run in a folder below the root.
pub struct Case {
    pub name: String,
    project: PathBuf,
    folder: String,
    /// The answers file, if there is one.
    pub answers: Option<PathBuf>,
}

/// All cases, or the one that `CASE` names.
pub fn cases() -> Vec<Case> {
    let folder = tests().join("cases");
    let wanted = std::env::var("CASE").ok();
    let entries = fs_err::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<Case> = entries.filter(|path| path.is_dir()).map(|path| case(&path)).collect();
    cases.retain(|case| wanted.as_ref().is_none_or(|wanted| *wanted == case.name));
    assert!(!cases.is_empty(), "there is no such case");
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn case(path: &Path) -> Case {
    let named = |file: &str| {
        let text = fs_err::read_to_string(path.join(file)).ok()?;
        Some(text.trim().to_string())
    };
    let project = match (named("app"), named("like")) {
        (Some(app), _) => tests().join("apps").join(app),
        (None, Some(other)) => tests().join("cases").join(other).join("project"),
        (None, None) => path.join("project"),
    };
    assert!(project.is_dir(), "{} is no folder", project.display());
    Case {
        name: path.file_name().unwrap().to_str().unwrap().to_string(),
        project,
        folder: named("folder").unwrap_or_default(),
        answers: Some(path.join("answers.json")).filter(|path| path.is_file()),
    }
}

impl Case {
    /// A copy of the project in a temporary folder, without git and what cargo built.
    pub fn copy(&self) -> Copy {
        self.copy_with_files_by(|name| name.to_string())
    }

    /// A copy whose files were made in the order of a key of their paths: many file systems list them in that order.
    pub fn copy_with_files_by(&self, key: impl Fn(&str) -> String) -> Copy {
        let sample = Sample::new(&[]);
        let ours = |name: &std::ffi::OsStr| [".git", ".cello", "target"].iter().any(|other| name == *other);
        let walk = walkdir::WalkDir::new(&self.project).into_iter();
        let entries = walk.filter_entry(|entry| !ours(entry.file_name())).map(Result::unwrap);
        let inside = |path: &Path| path.strip_prefix(&self.project).unwrap().to_str().unwrap().to_string();
        let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| inside(entry.path()));
        let mut files: Vec<String> = files.collect();
        files.sort_by_cached_key(|path| key(path));
        for path in files {
            sample.write(&path, &fs_err::read(self.project.join(&path)).unwrap());
        }
        Copy { folder: sample.path(&self.folder), answers: self.given(), sample }
    }

    /// The answers, as `--attest` gives them.
    fn given(&self) -> Answers {
        let Some(path) = &self.answers else { return Answers::new() };
        let text = fs_err::read_to_string(path).unwrap();
        let values: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        let by = || format!("attested:{PERSON}");
        values.into_iter().map(|(id, value)| (id, Answer { value, by: by() })).collect()
    }
}

/// A copy of a case's project.
pub struct Copy {
    pub sample: Sample,
    /// Where the tool is run.
    pub folder: PathBuf,
    answers: Answers,
}

impl Copy {
    pub fn survey(&self) -> Survey {
        survey(&Target::open(&self.folder, None).unwrap()).survey
    }

    pub fn plan(&self) -> Plan {
        let target = Target::open(&self.folder, None).unwrap();
        make_plan(&target, &survey(&target), &self.answers)
    }

    /// Applies a plan without compiling. One without edits has to say that there is nothing to do, or what is open.
    pub fn apply(&self, plan: &Plan) {
        let bytes = json(plan).into_bytes();
        let request = Request {
            root: &self.sample.root,
            plan: &bytes,
            choice: Choice::All,
            approval: Approval::Digest(plan.digest.clone()),
            allow: Allow { no_vcs: true, ..Allow::default() },
            dry_run: false,
            verify: false,
            test: false,
            cargo: "no-cargo-here".into(),
            hook: &|_| Ok(()),
        };
        let outcome = match apply::apply(request, &mut |_| {}) {
            Ok(applied) => applied.outcome,
            Err(ApplyError::NothingReady { .. }) => "open".to_string(),
            Err(error) => panic!("{error}"),
        };
        let expected = match (plan.files.is_empty(), plan.outcome) {
            (false, _) => "applied",
            (true, Outcome::Decide) => "open",
            (true, _) => "nothing-to-do",
        };
        assert_eq!(outcome, expected);
    }

    pub fn undo(&self) {
        apply::undo(&self.sample.root, &mut |_| {}, &|_| Ok(())).unwrap();
    }
}

/// A document as the program writes it.
pub fn json(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap() + "\n"
}

/// The plan's document, as the program writes it.
pub fn markdown(plan: &Plan) -> String {
    report::markdown(plan, &|id| {
        let fact = Playbook::embedded().fact(id)?;
        let source = fact.sources.first()?;
        let statement = fact.statement.clone();
        Some(FactView { statement, page: source.page.clone(), read: source.read.clone() })
    })
}

/// Everything that people read of a plan, by the name of the document.
pub fn documents(copy: &Copy, plan: &Plan) -> Vec<(&'static str, String)> {
    let style = Style { color: false, width: 100 };
    vec![
        ("survey.json", json(&plan.survey)),
        ("plan.json", json(plan)),
        ("plan.md", markdown(plan)),
        ("terminal", report::terminal_plan(plan, style)),
        ("terminal survey", report::terminal_survey(&plan.survey, style)),
        ("diff", report::diff(plan, &|path| apply::original(&copy.sample.root, path))),
    ]
}

/// The plan's document without the text of created files, which is in `patched.diff`.
pub fn markdown_without_new_files(plan: &Plan) -> String {
    let mut text = markdown(plan);
    for edit in plan.steps.iter().flat_map(|step| &step.edits) {
        if edit.diff.starts_with("--- /dev/null") {
            text = text.replace(edit.diff.trim_end(), "as in patched.diff");
        }
    }
    text
}

/// The difference of two trees as one unified diff, files in order.
pub fn difference(before: &Tree, after: &Tree) -> String {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut out = String::new();
    for name in names.into_iter().filter(|name| before.get(*name) != after.get(*name)) {
        if name.ends_with('/') {
            continue;
        }
        let text = |tree: &Tree| tree.get(name).map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned());
        let (old, new) = (text(before), text(after).expect("apply removes no file"));
        out.push_str(&cello_scaffold::edit::unified(name, old.as_deref(), &new));
    }
    out
}

/// Compares a text with its golden file, or renews that. Gives the difference.
pub fn golden(case: &Case, name: &str, text: &str) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/cases").join(&case.name);
    let path = folder.join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(&path, text).unwrap();
        return Ok(());
    }
    let expected = fs_err::read_to_string(&path).unwrap_or_default();
    if expected == text {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), text);
    Err(format!("snapshots/cases/{}/{name} differs:\n{}", case.name, diff.unified_diff()))
}
