//! `doctor`: is the integration right? And what a plan would put right of it.

use std::path::Path;

use super::args::DoctorArgs;
use super::formats::DoctorFormat;
use super::waiting::{self, READING};
use super::{Console, Exit, Failure, plan};
use crate::doctor::baseline::Baseline;
use crate::doctor::{Diagnosis, Verdict, diagnose};
use crate::report;
use crate::steps::{Answers, make_plan};
use crate::survey::survey;
use crate::target::{Target, front_end};

pub(super) fn run(args: &DoctorArgs, console: &mut Console) -> Result<Exit, Failure> {
    let target = Target::open(&args.project, args.package.as_deref())?;
    if crate::apply::is_interrupted(&target.root)? {
        console.remark(plan::TORN);
    }
    let findings = waiting::told(READING, console, || survey(&target));
    if findings.survey.apps.is_empty() {
        return Err(Failure::NoApp);
    }
    let answers: Answers = super::answers::remembered(&crate::apply::own_folder(&target.root)?)?;
    let open = make_plan(&target, &findings, &answers);
    let mut diagnosis = diagnose(&target, &findings, &open, &front_end(&target.root)?);
    let trials = super::live::trials(args, &target, &findings, console)?;
    diagnosis.add(&trials);
    if let Some(path) = &args.baseline {
        compare(path, &mut diagnosis, console)?;
    }
    print(&diagnosis, args.format, console)?;
    if args.fix {
        fix(args, &diagnosis, console)?;
    }
    if args.repair && !super::repair::run(args, console)? {
        return Ok(Exit::InputNeeded);
    }
    Ok(if diagnosis.has_errors() { Exit::Differs } else { Exit::Done })
}

fn print(diagnosis: &Diagnosis, format: DoctorFormat, console: &mut Console) -> Result<(), Failure> {
    match format {
        DoctorFormat::Json => console.print_json(diagnosis),
        DoctorFormat::Sarif => console.print_json(&report::sarif(diagnosis)),
        DoctorFormat::Markdown => console.print(&report::markdown_diagnosis(diagnosis)),
        DoctorFormat::Human => {
            let text = report::terminal_diagnosis(diagnosis, console.style);
            console.print(&text)
        }
    }
}

/// Marks what the baseline has. Without such a file, one is written that accepts what there is.
fn compare(path: &Path, diagnosis: &mut Diagnosis, console: &mut Console) -> Result<(), Failure> {
    let failed = |doing, source| Failure::Io { doing, path: path.to_path_buf(), source };
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let baseline = Baseline::read(&text)
                .map_err(|detail| Failure::Baseline { path: path.to_path_buf(), detail })?;
            baseline.mark(diagnosis);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let baseline = Baseline::of(diagnosis);
            let text = serde_json::to_string_pretty(&baseline)
                .map_err(|error| Failure::Defect(format!("a baseline can't be put into JSON: {error}")))?;
            std::fs::write(path, format!("{text}\n")).map_err(|source| failed("written", source))?;
            console.remark(&format!(
                "Wrote {} with {} accepted findings; from now on only others fail.",
                path.display(),
                baseline.accepted.len()
            ));
            baseline.mark(diagnosis);
        }
        Err(error) => return Err(failed("read", error)),
    }
    Ok(())
}

/// Writes the plan whose steps put right what can be put right by rule. It applies nothing.
fn fix(args: &DoctorArgs, diagnosis: &Diagnosis, console: &mut Console) -> Result<(), Failure> {
    let mut steps: Vec<&str> =
        diagnosis.counting().filter_map(|finding| finding.fixed_by.as_deref()).collect();
    steps.sort_unstable();
    steps.dedup();
    if steps.is_empty() && diagnosis.verdict != Verdict::NotIntegrated {
        console.remark("No plan: no finding can be put right by rule. Each says what to do.");
        return Ok(());
    }
    plan::write_for_doctor(&args.project, args.package.as_deref(), console)?;
    let only = if steps.is_empty() { String::new() } else { format!(" --only {}", steps.join(",")) };
    console.remark(&format!("Review it: cello-scaffold show{only}"));
    Ok(())
}
