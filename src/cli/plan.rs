//! `plan`: survey, decisions and steps into a plan, written to a folder of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::answers::{self, Given};
use super::args::PlanArgs;
use super::formats::PlanFormat;
use super::waiting::{self, READING};
use super::{Console, Exit, Failure, ask};
use crate::apply::{self, Folder, Recovery};
use crate::plan::{self, Accepts, Handoff, Outcome, Plan};
use crate::report;
use crate::steps::{Answer, Answers, make_plan};
use crate::survey::{Findings, survey};
use crate::target::Target;

mod check;

/// The plan before the one in `plan.json`.
const PREVIOUS: &str = "previous.json";

/// Said where an interrupted commit is seen by a command that may not write.
pub(super) const TORN: &str = "An earlier apply or undo was interrupted: some files may be as after it and some as \
     before. Run `cello-scaffold plan` or `undo` to clear that up.";

pub(super) fn run(args: &PlanArgs, console: &mut Console) -> Result<Exit, Failure> {
    let given = answers::given(args)?;
    let (mut target, mut findings) = look(args, console)?;
    let mut lock = None;
    let folder = match (&args.out, args.stdout) {
        (_, true) => None,
        (Some(out), _) => Some(out.clone()),
        (None, _) => {
            let folder = Folder::open(&target.root)?;
            if apply::recover(&folder)? != Recovery::Nothing {
                console.remark("An earlier run was interrupted and is cleared up now.");
                (target, findings) = look(args, console)?;
            }
            let path = folder.path.clone();
            lock = Some(folder);
            Some(path)
        }
    };
    if lock.is_none() && apply::is_interrupted(&target.root)? {
        console.remark(TORN);
    }
    let mut answers = match &folder {
        Some(folder) => answers::remembered(folder)?,
        // What was answered before counts, although nothing is written.
        None => answers::remembered(&apply::own_folder(&target.root)?)?,
    };
    let make = |answers: &Answers| make_plan(&target, &findings, answers);
    let plan = decide(&mut answers, &given, args.attest.as_deref(), &make, console)?;
    let asks = args.format == PlanFormat::Human && !args.stdout;
    let plan = if asks { interview(plan, &mut answers, &make, console) } else { plan };
    if let Some(folder) = &folder {
        write(folder, &plan, &answers, console)?;
    }
    let (plan, proof) = if args.check {
        let (checked, proof) = check::checked(plan.clone(), &target.root, console);
        if let Some(folder) = folder.as_ref().filter(|_| checked != plan) {
            write(folder, &checked, &answers, console)?;
        }
        (checked, proof)
    } else {
        (plan, Ok(None))
    };
    super::show::print(&plan, args.format, Some(&target.root), console)?;
    if let Some(proof) = proof? {
        console.remark(&format!("It compiles in a copy: {}", proof.command));
        for front_end in &proof.front_ends {
            console.remark(&super::apply::checked(front_end));
        }
        if let Some(folder) = &folder {
            let kept = serde_json::json!({ "digest": plan.digest, "proof": proof });
            replace(&folder.join("check.json"), &format!("{kept:#}\n"))?;
        }
    }
    drop(lock);
    Ok(exit(&plan))
}

/// Plans and writes as `plan` does, and asks and shows nothing.
pub(super) fn write_for_doctor(
    project: &Path,
    package: Option<&str>,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let args = PlanArgs {
        project: project.to_path_buf(),
        set: Vec::new(),
        answers: None,
        attest: None,
        package: package.map(str::to_string),
        check: false,
        out: None,
        stdout: false,
        format: PlanFormat::Human,
    };
    let mut nowhere = std::io::sink();
    let mut quiet = Console { out: &mut nowhere, err: &mut *console.err, input: None, style: console.style };
    run(&args, &mut quiet)
}

fn look(args: &PlanArgs, console: &mut Console) -> Result<(Target, Findings), Failure> {
    let target = Target::open(&args.project, args.package.as_deref())?;
    let findings = waiting::told(READING, console, || survey(&target));
    if findings.survey.apps.is_empty() {
        return Err(Failure::NoApp);
    }
    Ok((target, findings))
}

fn exit(plan: &Plan) -> Exit {
    match plan.outcome {
        Outcome::Decide => Exit::InputNeeded,
        Outcome::Ready | Outcome::NothingToDo => Exit::Done,
    }
}

/// The plan with the answers given, each of which has to count.
fn decide(
    answers: &mut Answers,
    given: &BTreeMap<String, Given>,
    attest: Option<&str>,
    make: &dyn Fn(&Answers) -> Plan,
    console: &mut Console,
) -> Result<Plan, Failure> {
    for (id, answer) in given {
        let by = match (attest, answer.by_flag) {
            (Some(name), _) => format!("attested:{name}"),
            (None, true) => "flag".into(),
            (None, false) => "answers-file".into(),
        };
        let answer = Answer { value: answer.value.clone(), by };
        answers.insert(id.clone(), answer);
    }
    let plan = make(answers);
    let mut unattested = Vec::new();
    for (id, answer) in given {
        let Some(decision) = plan.decisions.iter().find(|decision| decision.id == *id) else {
            if answer.by_flag {
                let known = plan.decisions.iter().map(|decision| decision.id.clone()).collect();
                return Err(Failure::UnknownDecision { id: id.clone(), known });
            }
            console.remark(&format!("The answers file has `{id}`, which is no decision here."));
            answers.remove(id);
            continue;
        };
        if decision.answer.as_ref() != Some(&answer.value) && decision.accepts == Accepts::Option {
            let options = decision.options.iter().map(|option| option.value.clone()).collect();
            let (id, value) = (id.clone(), answer.value.clone());
            return Err(Failure::NotAnOption { id, value, options });
        }
        if decision.human_only && attest.is_none() {
            unattested.push(id.clone());
        }
    }
    if !unattested.is_empty() {
        return Err(Failure::Attest(unattested));
    }
    if let Some(name) = attest.filter(|_| !given.is_empty()) {
        let ids: Vec<&str> = given.keys().map(String::as_str).collect();
        console.remark(&format!("Attested by {name}: {}.", ids.join(", ")));
    }
    Ok(plan)
}

/// Puts open decisions to a person, if one is there, until none is left or all others are passed over.
fn interview(
    mut plan: Plan,
    answers: &mut Answers,
    make: &dyn Fn(&Answers) -> Plan,
    console: &mut Console,
) -> Plan {
    let mut skipped = BTreeSet::new();
    while let Some((id, value)) = ask::next(&plan, &mut skipped, console) {
        let by = "terminal".to_string();
        answers.insert(id.clone(), Answer { value, by });
        plan = make(answers);
        // An answer that isn't taken would be asked for again and again.
        skipped.insert(id);
    }
    plan
}

fn write(folder: &Path, plan: &Plan, answers: &Answers, console: &mut Console) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| Failure::Io {
        doing: "made",
        path: folder.to_path_buf(),
        source,
    })?;
    if !answers.is_empty() {
        replace(&folder.join(answers::FILE), &answers::text(answers))?;
    }
    let json = serde_json::to_string_pretty(plan)
        .map_err(|error| Failure::Defect(format!("a plan can't be put into JSON: {error}")))?;
    keep(folder, plan)?;
    replace(&folder.join("plan.json"), &format!("{json}\n"))?;
    replace(&folder.join("plan.md"), &super::show::markdown(plan))?;
    replace(&folder.join("plan.html"), &super::show::html(plan))?;
    hand_over(folder, plan, &super::tick::remembered(folder)?)?;
    console.remark(&format!("Wrote plan.json, plan.md, plan.html and handoff.md to {}.", folder.display()));
    Ok(())
}

/// What isn't ready, for a person or an agent to finish.
pub(super) fn hand_over(folder: &Path, plan: &Plan, ticks: &BTreeSet<String>) -> Result<(), Failure> {
    let handoff = Handoff::of(plan, ticks);
    let json = serde_json::to_string_pretty(&handoff)
        .map_err(|error| Failure::Defect(format!("a hand-over can't be put into JSON: {error}")))?;
    replace(&folder.join("handoff.json"), &format!("{json}\n"))?;
    replace(&folder.join("handoff.md"), &report::markdown_handoff(&handoff))
}

/// Keeps the plan that was there, if it is another one: `diff` can show then what there is to review again.
fn keep(folder: &Path, plan: &Plan) -> Result<(), Failure> {
    let path = folder.join("plan.json");
    let digest = |text: String| Some(plan::read(text.as_bytes()).ok()?.digest);
    let before = std::fs::read_to_string(&path).ok().and_then(digest);
    if before.is_none_or(|before| before == plan.digest) {
        return Ok(());
    }
    std::fs::rename(&path, folder.join(PREVIOUS)).map_err(|source| Failure::Io {
        doing: "renamed",
        path,
        source,
    })
}

/// Replaces a file as a whole: whoever reads it sees the old or the new one.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |source| Failure::Io { doing: "written", path: PathBuf::from(path), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests;
