//! `show`: a saved plan again. It only reads, and shows also what `apply` would refuse.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::ShowArgs;
use super::formats::PlanFormat;
use super::{Console, Exit, Failure};
use crate::apply::{self, ApplyError, Choice};
use crate::plan::{self, Plan, PlanError};
use crate::playbook::Playbook;
use crate::report::{self, FactView};
use crate::target::Target;

/// Bytes of a plan's file that are read at most: a hundred times what the largest one had.
const LARGEST: u64 = 32 << 20;

pub(super) fn run(args: &ShowArgs, console: &mut Console) -> Result<Exit, Failure> {
    let (path, root) = locate(&args.plan)?;
    let bytes = read(&path)?;
    // A part gets a digest of its own, which must not make an edited plan look whole.
    let plan = if args.only.is_empty() { lenient(&bytes, console)? } else { plan::read(&bytes)? };
    if !args.only.is_empty() {
        let root = root()?;
        let part = apply::chosen(&plan, &Choice::Only(args.only.clone()), &root)?;
        print(&part, args.format, Some(&root), console)?;
        return Ok(Exit::Done);
    }
    // A plan from elsewhere can be shown without its project.
    let Ok(root) = root() else {
        console.remark("Its project isn't here, so that it can't be said whether it still fits.");
        print(&plan, args.format, None, console)?;
        return Ok(Exit::Done);
    };
    match apply::changes(&root, &plan) {
        Err(error @ ApplyError::Stale { .. }) => {
            console.remark(&format!("Warning: {error}. `apply` refuses it until a new plan is made."));
        }
        Err(error) => console.remark(&format!("Warning: {error}. `apply` refuses it.")),
        Ok(_) => {}
    }
    print(&plan, args.format, Some(&root), console)?;
    Ok(Exit::Done)
}

/// A plan for reading only: also one that was edited after it was made, with a warning.
pub(super) fn lenient(bytes: &[u8], console: &mut Console) -> Result<Plan, Failure> {
    match plan::read(bytes) {
        Err(error @ PlanError::Edited(_)) => {
            console.remark(&format!("Warning: {error}. `apply` refuses it."));
            Ok(plan::read_edited(bytes)?)
        }
        plan => Ok(plan?),
    }
}

/// Prints a plan in a format; without its project, a diff shows the plan's own.
pub(super) fn print(
    plan: &Plan,
    format: PlanFormat,
    root: Option<&Path>,
    console: &mut Console,
) -> Result<(), Failure> {
    let text = match format {
        PlanFormat::Human => report::terminal_plan(plan, console.style),
        PlanFormat::Markdown => markdown(plan),
        PlanFormat::Comment => report::comment(plan),
        PlanFormat::Html => html(plan),
        PlanFormat::Diff => report::diff(plan, &|path| apply::original(root?, path)),
        PlanFormat::Json => return console.print_json(plan),
    };
    console.print(&text)
}

/// The plan's document, with the facts its steps rest on.
pub(super) fn markdown(plan: &Plan) -> String {
    report::markdown(plan, &fact)
}

/// The same for a browser.
pub(super) fn html(plan: &Plan) -> String {
    report::html(plan, &fact)
}

fn fact(id: &str) -> Option<FactView> {
    let fact = Playbook::embedded().fact(id)?;
    let source = fact.sources.first()?;
    Some(FactView { statement: fact.statement.clone(), page: source.page.clone(), read: source.read.clone() })
}

/// Reads a plan's file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Io { doing: "read", path: path.to_path_buf(), source };
    // A pipe or a device may give nothing or never end.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("it is no plain file")));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        let why = format!("it is larger than {} MB, and no plan is", LARGEST >> 20);
        return Err(failed(io::Error::other(why)));
    }
    Ok(bytes)
}

/// The plan's file, and a way to its project: the folder around its `.cello`, else the project at hand.
pub(super) fn locate(
    given: &Path,
) -> Result<(PathBuf, impl FnOnce() -> Result<PathBuf, Failure> + use<>), Failure> {
    let path = find(given).ok_or_else(|| Failure::NoPlan(given.to_path_buf()))?;
    let path_of_plan = path.clone();
    let root = move || match path_of_plan.parent() {
        // By its name, not by where a link leads: a `.cello` that is a link is refused later.
        Some(folder) if folder.file_name().is_some_and(|name| name == ".cello") => {
            let root = folder.parent().unwrap_or(folder);
            root.canonicalize().map_err(|source| Failure::Io {
                doing: "read",
                path: root.to_path_buf(),
                source,
            })
        }
        _ => Ok(Target::open(Path::new("."), None)?.root),
    };
    Ok((path, root))
}

/// A path as given, or the plan in the project's folder that was given; the usual one is found from the folders below
/// its project too.
fn find(given: &Path) -> Option<PathBuf> {
    if given.is_dir() {
        let inside = given.join(".cello/plan.json");
        return std::path::absolute(inside).ok().filter(|path| path.is_file());
    }
    if given.exists() {
        return std::path::absolute(given).ok();
    }
    if given != Path::new(".cello/plan.json") {
        return None;
    }
    let here = Path::new(".").canonicalize().ok()?;
    here.ancestors()
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| folder.join(given))
        .find(|path| path.is_file())
}
