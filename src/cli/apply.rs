//! `apply`: exactly the approved plan.

use std::cell::{Cell, RefCell};
use std::path::Path;

use super::args::ApplyArgs;
use super::formats::Format;
use super::review::review;
use super::show::{locate, read};
use super::{Console, Exit, Failure};
use crate::apply::{self, Allow, Applied, ApplyError, Approval, Choice, FrontEndProof, Request, apply};
use crate::plan::{self, Plan};
use crate::report::{self, clean};

pub(super) fn run(args: &ApplyArgs, console: &mut Console) -> Result<Exit, Failure> {
    let (path, root) = locate(&args.plan)?;
    let bytes = read(&path)?;
    let root = root()?;
    let may_ask = args.format == Format::Human && console.input.is_some();
    let console = RefCell::new(console);
    let stepwise = Cell::new(false);
    let mut ask = |plan: &Plan| {
        let answer = confirm(plan, &mut console.borrow_mut());
        stepwise.set(answer == Answer::Review);
        answer == Answer::Yes
    };
    let approval = match &args.approve {
        Some(digest) => Approval::Digest(digest.clone()),
        None if may_ask => Approval::Ask(&mut ask),
        None => Approval::None,
    };
    let run = |choice, approval| {
        let request = Request {
            root: &root,
            plan: &bytes,
            choice,
            approval,
            allow: Allow { dirty: args.allow_dirty, staged: args.allow_staged, no_vcs: args.allow_no_vcs },
            dry_run: args.dry_run,
            verify: !args.no_verify,
            test: args.test,
            cargo: "cargo".into(),
            hook: &|_| Ok(()),
        };
        apply(request, &mut |remark| console.borrow_mut().remark(remark))
    };
    let mut applied = run(choice(args), approval);
    if stepwise.get() {
        let plan = apply::chosen(&plan::read(&bytes)?, &choice(args), &root)?;
        let (choice, digest) = by_steps(&plan, &root, &mut console.borrow_mut())?;
        applied = run(choice, Approval::Digest(digest));
    }
    let applied = applied?;
    let mut console = console.borrow_mut();
    match args.format {
        Format::Json => console.print_json(&applied)?,
        Format::Human => console.print(&text(&applied))?,
    }
    Ok(Exit::Done)
}

fn choice(args: &ApplyArgs) -> Choice {
    match (args.only.is_empty(), args.skip.is_empty()) {
        (false, _) => Choice::Only(args.only.clone()),
        (true, false) => Choice::Skip(args.skip.clone()),
        (true, true) => Choice::All,
    }
}

/// What a person says to a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Review,
}

/// Shows the plan and asks. Anything but a clear yes means no.
fn confirm(plan: &Plan, console: &mut Console) -> Answer {
    let shown = report::terminal_plan(plan, console.style);
    console.remark(shown.trim_end());
    let question = format!(
        "\nPlan {}\nApply its {} ready steps to {} files? r reviews them one by one [y/r/N]",
        plan.digest,
        plan.summary.ready,
        plan.files.len()
    );
    let answer = console.ask(&question).unwrap_or_default();
    match answer.to_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        "r" | "review" => Answer::Review,
        _ => Answer::No,
    }
}

/// The steps that a person takes one by one, and the digest of the plan they make, which is asked for once more.
fn by_steps(plan: &Plan, root: &Path, console: &mut Console) -> Result<(Choice, String), Failure> {
    let declined = || ApplyError::Declined { digest: plan.digest.clone() };
    let review = review(plan, console).ok_or_else(declined)?;
    for (step, needed) in &review.held {
        console.remark(&clean(&format!("{step} is left, as it needs {needed}.")));
    }
    if review.taken.is_empty() {
        return Err(declined().into());
    }
    let choice = Choice::Only(review.taken.clone());
    let part = apply::chosen(plan, &choice, root)?;
    let (steps, files) = (review.taken.len(), part.files.len());
    let question = format!(
        "\nPlan {}\nApply these {steps} of {} steps to {files} files? [y/N]",
        part.digest, plan.summary.ready
    );
    match console.ask(&question).unwrap_or_default().to_lowercase().as_str() {
        "y" | "yes" => Ok((choice, part.digest)),
        _ => Err(declined().into()),
    }
}

/// What a front end's own type checker said, in one line.
pub(super) fn checked(front_end: &FrontEndProof) -> String {
    let folder = &front_end.folder;
    match (&front_end.command, &front_end.reason) {
        (Some(command), _) => match front_end.errors_before {
            0 => format!("Types of {folder}, in the copy: {command}"),
            errors => format!(
                "Types of {folder}, in the copy: {command} (the {errors} errors it had, and none more)"
            ),
        },
        (None, reason) => {
            format!(
                "Types of {folder} are not checked: {}.",
                reason.as_deref().unwrap_or("no reason is known")
            )
        }
    }
}

fn text(applied: &Applied) -> String {
    let (steps, files) = (applied.steps.len(), applied.files.len());
    let mut out = match applied.outcome.as_str() {
        "nothing-to-do" => return "Nothing to apply: the plan changes no file.\n".into(),
        "dry-run" => format!("Would apply {steps} steps to {files} files; nothing was written.\n"),
        _ => format!("Applied {steps} steps to {files} files.\n"),
    };
    for file in &applied.files {
        let what = if file.created { "created" } else { "changed" };
        out += &format!("  {what} {}\n", file.path);
    }
    match &applied.proof {
        Some(proof) => {
            out += &format!("Proven in a copy: {}\n", proof.command);
            for front_end in &proof.front_ends {
                out += &format!("{}\n", checked(front_end));
            }
            if let Some(tests) = proof.tests {
                out += &format!("Tests of the new module that passed: {tests}\n");
            }
        }
        None => out += "Not compiled: run `cargo check --all-targets`.\n",
    }
    if applied.outcome == "applied" {
        out += "`git diff` shows it, `cello-scaffold undo` takes it back.\n";
    }
    out
}
