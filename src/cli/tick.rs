//! `tick`: a person's word that hand work is done. It changes no plan; what is handed over says so from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::args::TickArgs;
use super::formats::Format;
use super::plan::replace;
use super::show::{locate, read};
use super::{Console, Exit, Failure};
use crate::apply::Folder;
use crate::plan::{self, Plan, Status, Step};
use crate::report::{clean, page};

/// Name of the file in the project's `.cello`.
const FILE: &str = "ticks.json";

/// A person's word, as it is remembered by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Tick {
    /// The work it was given for.
    mark: String,
    /// Who gave it.
    by: String,
}

/// What `tick` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ticked {
    /// Always `cello-tick/1`.
    pub schema: String,
    /// The plan's hand steps.
    pub steps: Vec<TickedStep>,
}

/// A hand step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TickedStep {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// Who said that it is done; null where nobody has.
    pub by: Option<String>,
}

pub(super) fn run(args: &TickArgs, console: &mut Console) -> Result<Exit, Failure> {
    let (path, root) = locate(&args.plan)?;
    let plan = plan::read(&read(&path)?)?;
    let root = root()?;
    let Some(id) = &args.step else {
        let ticks = load(&crate::apply::own_folder(&root)?)?;
        return tell(&plan, &ticks, args.format, console);
    };
    let step = plan.steps.iter().find(|step| step.id == *id);
    let step = step.ok_or_else(|| plan::PlanError::NoStep(id.clone()))?;
    if step.status != Status::ByHand {
        return Err(Failure::NotByHand(id.clone()));
    }
    let folder = Folder::open(&root)?;
    let mut ticks = load(&folder.path)?;
    if args.off {
        ticks.remove(id);
    } else {
        let by = word(args, step, console).ok_or_else(|| Failure::Attest(vec![id.clone()]))?;
        ticks.insert(id.clone(), Tick { mark: step.work_mark(), by });
    }
    let text = serde_json::to_string_pretty(&ticks)
        .map_err(|error| Failure::Defect(format!("ticks can't be put into JSON: {error}")))?;
    replace(&folder.path.join(FILE), &format!("{text}\n"))?;
    super::plan::hand_over(&folder.path, &plan, &marks(&ticks))?;
    tell(&plan, &ticks, args.format, console)
}

/// Whose word it is: a name that was given, or a yes at the terminal.
fn word(args: &TickArgs, step: &Step, console: &mut Console) -> Option<String> {
    if let Some(name) = &args.attest {
        return Some(format!("attested:{name}"));
    }
    if args.format == Format::Json || console.input.is_none() {
        return None;
    }
    for work in &step.by_hand {
        console.remark(&clean(&format!("  {}", work.todo)));
    }
    let answer = console.ask(&clean(&format!("Is all of `{}` done? [y/N]", step.title)))?;
    matches!(answer.to_lowercase().as_str(), "y" | "yes").then(|| "terminal".to_string())
}

/// Marks of the work that is done on a person's word, from the project's own folder.
pub(super) fn remembered(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    Ok(marks(&load(folder)?))
}

fn marks(ticks: &BTreeMap<String, Tick>) -> BTreeSet<String> {
    ticks.values().map(|tick| tick.mark.clone()).collect()
}

fn load(folder: &Path) -> Result<BTreeMap<String, Tick>, Failure> {
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(Failure::Io { doing: "read", path, source }),
    };
    serde_json::from_str(&text).map_err(|error| Failure::Answers { path, detail: error.to_string() })
}

fn tell(
    plan: &Plan,
    ticks: &BTreeMap<String, Tick>,
    format: Format,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let by_hand = plan.steps.iter().filter(|step| step.status == Status::ByHand);
    let steps: Vec<TickedStep> = by_hand
        .map(|step| TickedStep {
            id: step.id.clone(),
            title: step.title.clone(),
            // A word given for other work does not hold.
            by: ticks.get(&step.id).filter(|tick| tick.mark == step.work_mark()).map(|tick| tick.by.clone()),
        })
        .collect();
    let answer = Ticked { schema: "cello-tick/1".into(), steps };
    match format {
        Format::Json => console.print_json(&answer)?,
        Format::Human if answer.steps.is_empty() => console.print("The plan has no hand work.\n")?,
        Format::Human => {
            let row = |step: &TickedStep| {
                let state = step.by.as_ref().map_or_else(|| "open".to_string(), |by| format!("done ({by})"));
                page::row(&state, &format!("{} [{}]", step.title, step.id), console.style)
            };
            let text: String = answer.steps.iter().map(row).collect();
            console.print(&clean(&text))?;
        }
    }
    Ok(Exit::Done)
}
