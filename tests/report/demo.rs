//! The demo's story, with the plan written by hand in place of the real commands.

use std::cell::Cell;
use std::path::Path;

use cello_scaffold::cli::demo::{DemoArgs, DemoError, Outcome, Story, run};
use cello_scaffold::edit::{Edit, splice};
use cello_scaffold::plan::{self, Plan, Status};
use cello_scaffold::survey::Survey;

use super::app;
use super::plan::plan;
use super::{PLAIN, golden};

/// Commands which keep their promises, or one of which does not.
#[derive(Default)]
struct Commands {
    applied: Cell<bool>,
    forgets_a_file: bool,
    plans_again: bool,
}

impl Story for Commands {
    fn survey(&self, _root: &Path) -> Outcome<Survey> {
        Ok(super::survey::survey())
    }

    fn plan(&self, _root: &Path, answers: &[(String, String)]) -> Outcome<Plan> {
        let mut plan = plan(!answers.is_empty());
        if self.applied.get() && !self.plans_again {
            for step in plan.steps.iter_mut().filter(|step| step.status == Status::Ready) {
                step.status = Status::Done;
                step.edits.clear();
            }
            plan.outcome = plan::Outcome::NothingToDo;
            plan.summary.done = std::mem::take(&mut plan.summary.ready);
        }
        Ok(plan)
    }

    fn apply(&self, root: &Path, plan: &Plan, _compile: bool) -> Outcome<()> {
        for file in &plan.files {
            let edits: Vec<Edit> = plan
                .steps
                .iter()
                .flat_map(|step| &step.edits)
                .filter(|edit| edit.file == file.path)
                .map(|edit| Edit { at: edit.at[0]..edit.at[1], text: edit.text.clone() })
                .collect();
            let path = root.join(&file.path);
            let old = fs_err::read(&path).unwrap_or_default();
            fs_err::create_dir_all(path.parent().expect("it has a folder"))?;
            fs_err::write(path, splice(&old, &edits)?)?;
        }
        self.applied.set(true);
        Ok(())
    }

    fn undo(&self, root: &Path) -> Outcome<()> {
        for file in &plan(true).files {
            match app::read(&file.path) {
                Some(text) => fs_err::write(root.join(&file.path), text)?,
                None if self.forgets_a_file => {}
                None => fs_err::remove_file(root.join(&file.path))?,
            }
        }
        Ok(())
    }
}

fn tell(args: &DemoArgs, commands: &Commands) -> (String, Result<(), DemoError>) {
    let mut out = Vec::new();
    let result = run(args, commands, PLAIN, &mut out);
    (String::from_utf8(out).expect("it is text"), result)
}

#[test]
fn the_whole_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let keep = folder.path().join("pagewatch");
    let args = DemoArgs { keep: Some(keep.clone()), ..DemoArgs::default() };
    let (text, result) = tell(&args, &Commands::default());
    result.expect("it ends well");
    let text = text.replace(&keep.display().to_string(), "/tmp/pagewatch");
    golden("demo.txt", &text);
    for line in text.lines() {
        let free = line.starts_with(['+', '-', ' ']) && !line.starts_with(" $");
        assert!(line.chars().count() <= 80 || free, "{line}");
    }
    assert!(keep.join("Cargo.toml").is_file(), "the folder to keep stays");

    let (_, result) = tell(&args, &Commands::default());
    assert!(matches!(result, Err(DemoError::InUse(_))));
}

#[test]
fn a_broken_promise_is_not_told_as_success() {
    let commands = Commands { forgets_a_file: true, ..Commands::default() };
    let (text, result) = tell(&DemoArgs::default(), &commands);
    let error = result.expect_err("undo left files").to_string();
    assert!(error.contains("src/cello.rs"), "{error}");
    assert!(!text.contains("byte for byte"));

    let commands = Commands { plans_again: true, ..Commands::default() };
    let (text, result) = tell(&DemoArgs::default(), &commands);
    assert!(matches!(result, Err(DemoError::Broken(_))));
    assert!(!text.contains("Nothing to do"));
}
