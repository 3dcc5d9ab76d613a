//! `cello-scaffold demo`: the whole story on a built-in sample application, in a temporary folder.
//!
//! It calls what the commands call, by way of [`Story`], and checks what it claims: that planning again finds nothing
//! to do, and that undo brings every byte back.

mod app;
mod folder;

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use thiserror::Error;

use crate::plan::{Accepts, Component, Decision, Plan, PlannedEdit, Status};
use crate::report::{Style, approve_command, decide_command, first_hunk, plan_lines, quote, survey_lines};
use crate::survey::Survey;
use folder::{Folder, snapshot};

/// Arguments of `demo`.
#[derive(Debug, Clone, Default, Args)]
pub struct DemoArgs {
    /// Prove the plan by compiling in a scratch copy, as `apply` does (downloads and builds the sample's dependencies)
    #[arg(long)]
    pub compile: bool,
    /// Keep the sample application in this new folder, to try the commands on it
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// What the commands do, as the demo needs it.
pub trait Story {
    /// `survey`.
    ///
    /// # Errors
    /// As the command.
    fn survey(&self, root: &Path) -> Outcome<Survey>;

    /// `plan --set …`, without writing it.
    ///
    /// # Errors
    /// As the command.
    fn plan(&self, root: &Path, answers: &[(String, String)]) -> Outcome<Plan>;

    /// `apply --approve …`, of all steps that are ready; `compile` asks for the proof in a scratch copy. The folder is
    /// under no version control.
    ///
    /// # Errors
    /// As the command.
    fn apply(&self, root: &Path, plan: &Plan, compile: bool) -> Outcome<()>;

    /// `undo`.
    ///
    /// # Errors
    /// As the command.
    fn undo(&self, root: &Path) -> Outcome<()>;
}

/// What a part of the story yields.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Why a demo stopped.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The folder could not be made, read or written.
    #[error("the sample application's folder: {0}")]
    Folder(#[from] io::Error),
    /// The folder to keep is in use.
    #[error("{0} exists and isn't empty; name a new folder")]
    InUse(PathBuf),
    /// A command failed on the sample application.
    #[error("`{part}` failed on the sample application: {source}")]
    Part {
        /// The command.
        part: &'static str,
        /// What it said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A promise was broken, which is a defect of this program.
    #[error("{0}")]
    Broken(String),
}

/// Tells the whole story. What is told is written as it happens.
///
/// # Errors
/// If a command fails, or what it promises does not hold.
pub fn run(args: &DemoArgs, story: &dyn Story, style: Style, out: &mut dyn Write) -> Result<(), DemoError> {
    let folder = Folder::create(args.keep.as_deref(), app::FILES)?;
    let root = folder.path();
    let before = snapshot(root)?;

    let mut teller = Teller { style, out, act: 0 };
    teller.application(root)?;
    let survey = story.survey(root).map_err(part("survey"))?;
    teller.survey(&survey)?;

    let mut answers = Vec::new();
    let mut plan = story.plan(root, &answers).map_err(part("plan"))?;
    let asked: Vec<(Decision, String)> = open(&plan);
    if !asked.is_empty() {
        answers = asked.iter().map(|(decision, value)| (decision.id.clone(), value.clone())).collect();
        plan = story.plan(root, &answers).map_err(part("plan"))?;
    }
    teller.plan(&plan, &asked)?;

    teller.before_apply(&plan, args.compile)?;
    story.apply(root, &plan, args.compile).map_err(part("apply"))?;
    let applied = snapshot(root)?;
    teller.applied(&plan, before.changed(&applied), args.compile)?;

    let again = story.plan(root, &answers).map_err(part("plan"))?;
    if again.summary.ready > 0 {
        let ids = again.steps.iter().filter(|step| step.status == Status::Ready);
        let ids: Vec<&str> = ids.map(|step| step.id.as_str()).collect();
        return Err(DemoError::Broken(format!(
            "planning again after applying finds something to do: {}",
            ids.join(", ")
        )));
    }
    teller.again(&again)?;

    story.undo(root).map_err(part("undo"))?;
    let differing = before.differing(&snapshot(root)?);
    if !differing.is_empty() {
        return Err(DemoError::Broken(format!(
            "undo did not bring these files back: {}",
            differing.join(", ")
        )));
    }
    teller.undone(before.len(), before.bytes())?;
    teller.end(args.keep.as_deref())?;
    folder.close()?;
    Ok(())
}

fn part(part: &'static str) -> impl Fn(Box<dyn Error + Send + Sync>) -> DemoError {
    move |source| DemoError::Part { part, source }
}

/// Open decisions which have an answer that suits a demo: the usual one, else the first.
fn open(plan: &Plan) -> Vec<(Decision, String)> {
    plan.decisions
        .iter()
        .filter(|decision| decision.answer.is_none() && decision.accepts == Accepts::Option)
        .filter_map(|decision| {
            let first = decision.options.first().map(|choice| choice.value.clone());
            Some((decision.clone(), decision.default.clone().or(first)?))
        })
        .collect()
}

/// The change that tells most: at Stripe's Customer if there is one, else the first in an existing file.
fn showpiece(plan: &Plan) -> Option<&PlannedEdit> {
    let created = |path: &str| plan.files.iter().any(|file| file.path == path && file.before.is_none());
    let mut ready: Vec<_> = plan.steps.iter().filter(|step| !step.edits.is_empty()).collect();
    ready.sort_by_key(|step| step.component != Component::PurchaseTracking);
    let edits = ready.into_iter().flat_map(|step| &step.edits);
    edits.into_iter().find(|edit| !created(&edit.file))
}

/// The words, act by act.
struct Teller<'a> {
    style: Style,
    out: &'a mut dyn Write,
    act: usize,
}

impl Teller<'_> {
    fn act(&mut self, title: &str, command: &str) -> io::Result<()> {
        self.act += 1;
        let gap = if self.act > 1 { "\n" } else { "" };
        let heading = self.style.heading(&format!("{}  {title}", self.act));
        write!(self.out, "{gap}{heading}")?;
        if !command.is_empty() {
            let command = format!("$ cello-scaffold {command}");
            writeln!(self.out, " {}\n", self.style.command(&command))?;
        }
        self.out.flush()
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        write!(self.out, "{}", self.style.paragraph(text, 1))?;
        self.out.flush()
    }

    fn application(&mut self, root: &Path) -> io::Result<()> {
        self.act("The application", "")?;
        let rust = app::FILES.iter().filter(|(path, _)| path.ends_with(".rs"));
        let lines: usize = rust.clone().map(|(_, text)| text.lines().count()).sum();
        self.say(&format!(
            "Pagewatch watches web pages and mails its users when one changes. They sign up with a form, and pay for \
             more pages by Stripe. {} files, {lines} lines of Rust, in",
            app::FILES.len()
        ))?;
        // A path stays on a line of its own, so that it can be copied whatever its length.
        writeln!(self.out, " {}", root.display())
    }

    fn survey(&mut self, survey: &Survey) -> io::Result<()> {
        self.act("What is there", "survey")?;
        write!(self.out, "{}", survey_lines(survey, self.style))?;
        self.say("Read from the source alone: nothing was run, built or sent.")
    }

    fn plan(&mut self, plan: &Plan, asked: &[(Decision, String)]) -> io::Result<()> {
        self.act("What to do", "plan")?;
        for (decision, value) in asked {
            self.say(&format!("It asks: {} Answered here for the demo:", decision.prompt))?;
            let command = decide_command(decision, value);
            writeln!(self.out, " {}\n", self.style.command(&format!("$ {command}")))?;
        }
        write!(self.out, "{}", plan_lines(plan, self.style))?;
        if let Some(edit) = showpiece(plan) {
            writeln!(self.out)?;
            self.say("One of the changes, as it will be made:")?;
            writeln!(self.out)?;
            write!(self.out, "{}", first_hunk(&edit.diff, self.style))?;
        }
        Ok(())
    }

    fn before_apply(&mut self, plan: &Plan, compile: bool) -> io::Result<()> {
        self.act("Approve and apply", "")?;
        for (index, line) in approve_command(plan).lines().enumerate() {
            let prompt = if index == 0 { "$ " } else { "" };
            writeln!(self.out, " {}", self.style.command(&format!("{prompt}{line}")))?;
        }
        writeln!(self.out)?;
        if compile {
            self.say("Compiling before and after in a scratch copy; the first time takes minutes …")?;
        }
        Ok(())
    }

    fn applied(&mut self, plan: &Plan, changed: (usize, usize), compile: bool) -> io::Result<()> {
        let (new, edited) = changed;
        let proof = if compile {
            "The result compiles, and was proven to before a file was touched."
        } else {
            "The result was not compiled here; `demo --compile` does that too, as `apply` does by itself."
        };
        self.say(&format!(
            "{} steps applied: {new} new files, {edited} files changed, all or nothing. {proof}",
            plan.summary.ready
        ))
    }

    fn again(&mut self, plan: &Plan) -> io::Result<()> {
        self.act("Once more", "plan")?;
        let hand = match plan.summary.by_hand {
            0 => String::new(),
            1 => " 1 step is left for a person.".into(),
            number => format!(" {number} steps are left for a person."),
        };
        self.say(&format!(
            "Nothing to do: {} steps are done, none would be made again.{hand}",
            plan.summary.done
        ))
    }

    fn undone(&mut self, files: usize, bytes: usize) -> io::Result<()> {
        self.act("And back", "undo")?;
        self.say(&format!("All {files} files are as before, byte for byte: {bytes} bytes compared."))
    }

    fn end(&mut self, keep: Option<&Path>) -> io::Result<()> {
        writeln!(self.out)?;
        match keep {
            Some(folder) => {
                self.say("The application is yours to try:")?;
                let command = format!("cello-scaffold plan {}", quote(&folder.display().to_string()));
                writeln!(self.out, " {}", self.style.command(&command))
            }
            None => self.say("Now on your own application: `cello-scaffold plan`, which changes nothing."),
        }
    }
}
