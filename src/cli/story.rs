//! `demo`: the commands' own calls, for the story told on a sample application.

use std::path::Path;

use serde::Serialize;

use super::args::DemoCommand;
use super::demo::{self, DemoError, Outcome, Story};
use super::formats::Format;
use super::{Console, Exit, Failure};
use crate::apply::{self, Allow, ApplyError, Approval, Choice, Request};
use crate::plan::{Plan, Tool};
use crate::steps::{Answer, Answers, make_plan};
use crate::survey::{Survey, survey};
use crate::target::{Target, TargetError};

/// What `demo` tells a program: the story is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Told {
    /// Always `cello-demo/1`.
    pub schema: String,
    /// What told it.
    pub tool: Tool,
    /// Always `done`; what went wrong is an error.
    pub outcome: String,
}

pub(super) fn run(command: &DemoCommand, console: &mut Console) -> Result<Exit, Failure> {
    let json = command.format == Format::Json;
    let style = console.style;
    let result = if json {
        demo::run(&command.demo, &Commands, style, &mut *console.err)
    } else {
        demo::run(&command.demo, &Commands, style, &mut *console.out)
    };
    match result {
        Err(DemoError::Folder(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        Err(error) => return Err(failure(error)),
        Ok(()) if json => {
            console.print_json(&Told {
                schema: "cello-demo/1".into(),
                tool: Tool::this(),
                outcome: "done".into(),
            })?;
        }
        Ok(()) => {}
    }
    Ok(Exit::Done)
}

fn failure(error: DemoError) -> Failure {
    match error {
        DemoError::Folder(source) => Failure::Io { doing: "used", path: "the demo's folder".into(), source },
        DemoError::InUse(_) => Failure::Usage(error.to_string()),
        DemoError::Part { part, source } => match source.downcast::<ApplyError>() {
            Ok(error) => Failure::Apply(*error),
            Err(source) => match source.downcast::<TargetError>() {
                Ok(error) => Failure::Target(*error),
                Err(source) => Failure::Defect(format!("`{part}` fails on the sample application: {source}")),
            },
        },
        DemoError::Broken(text) => Failure::Defect(text),
    }
}

struct Commands;

impl Story for Commands {
    fn survey(&self, root: &Path) -> Outcome<Survey> {
        Ok(survey(&Target::open(root, None)?).survey)
    }

    fn plan(&self, root: &Path, answers: &[(String, String)]) -> Outcome<Plan> {
        let target = Target::open(root, None)?;
        let answers: Answers = answers
            .iter()
            .map(|(id, value)| {
                let by = "flag".to_string();
                (id.clone(), Answer { value: value.clone(), by })
            })
            .collect();
        Ok(make_plan(&target, &survey(&target), &answers))
    }

    fn apply(&self, root: &Path, plan: &Plan, compile: bool) -> Outcome<()> {
        let request = Request {
            root,
            plan: &serde_json::to_vec(plan)?,
            choice: Choice::All,
            approval: Approval::Digest(plan.digest.clone()),
            allow: Allow { no_vcs: true, ..Allow::default() },
            dry_run: false,
            verify: compile,
            test: false,
            cargo: "cargo".into(),
            hook: &|_| Ok(()),
        };
        apply::apply(request, &mut |_| {})?;
        Ok(())
    }

    fn undo(&self, root: &Path) -> Outcome<()> {
        apply::undo(root, &mut |_| {}, &|_| Ok(()))?;
        Ok(())
    }
}
