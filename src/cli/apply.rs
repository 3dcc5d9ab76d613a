//! `apply`: exactly the approved plan.

use std::cell::RefCell;

use super::args::ApplyArgs;
use super::formats::Format;
use super::show::{locate, read};
use super::{Console, Exit, Failure};
use crate::apply::{Allow, Applied, Approval, Choice, Request, apply};
use crate::plan::Plan;
use crate::report;

pub(super) fn run(args: &ApplyArgs, console: &mut Console) -> Result<Exit, Failure> {
    let (path, root) = locate(&args.plan)?;
    let bytes = read(&path)?;
    let root = root()?;
    let may_ask = args.format == Format::Human && console.input.is_some();
    let console = RefCell::new(console);
    let mut ask = |plan: &Plan| confirm(plan, &mut console.borrow_mut());
    let approval = match &args.approve {
        Some(digest) => Approval::Digest(digest.clone()),
        None if may_ask => Approval::Ask(&mut ask),
        None => Approval::None,
    };
    let request = Request {
        root: &root,
        plan: &bytes,
        choice: choice(args),
        approval,
        allow: Allow { dirty: args.allow_dirty, staged: args.allow_staged, no_vcs: args.allow_no_vcs },
        dry_run: args.dry_run,
        verify: !args.no_verify,
        test: args.test,
        cargo: "cargo".into(),
        hook: &|_| Ok(()),
    };
    let applied = apply(request, &mut |remark| console.borrow_mut().remark(remark))?;
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

/// Shows the plan and asks. Anything but a clear yes means no.
fn confirm(plan: &Plan, console: &mut Console) -> bool {
    let shown = report::terminal_plan(plan, console.style);
    console.remark(shown.trim_end());
    let question = format!(
        "\nApply {} ready steps to {} files, plan {}? [y/N]",
        plan.summary.ready,
        plan.files.len(),
        plan.digest
    );
    let answer = console.ask(&question).unwrap_or_default();
    matches!(answer.to_lowercase().as_str(), "y" | "yes")
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
