//! `diff`: what changed between two plans, and what of it to review again.

use std::path::Path;

use super::args::DiffArgs;
use super::formats::Format;
use super::show::{lenient, read};
use super::{Console, Exit, Failure};
use crate::plan::Plan;
use crate::report;

pub(super) fn run(args: &DiffArgs, console: &mut Console) -> Result<Exit, Failure> {
    let old = open(&args.old, console)?;
    let new = open(&args.new, console)?;
    let comparison = old.compare(&new);
    match args.format {
        Format::Json => console.print_json(&comparison)?,
        Format::Human => console.print(&report::terminal_comparison(&comparison, console.style))?,
    }
    Ok(if comparison.same { Exit::Done } else { Exit::Differs })
}

fn open(path: &Path, console: &mut Console) -> Result<Plan, Failure> {
    if !path.exists() {
        return Err(Failure::NoPlan(path.to_path_buf()));
    }
    let plan = lenient(&read(path)?, console);
    plan.inspect_err(|_| console.remark(&format!("{} can't be compared.", path.display())))
}
